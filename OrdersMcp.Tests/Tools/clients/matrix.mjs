// One npm client lists, calls, writes twice with one key, reads and gets a prompt. Writes the results as JSON.
// node matrix.mjs NODE_MODULES CLIENT ENDPOINT
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, client, endpoint] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(modules, path)));
const url = new URL(endpoint);
const info = { name: 'ordersmcp-tests', version: '1.0.0' };
const textOf = content => typeof content === 'string' ? content : [content].flat().map(part => part.text).join('');

// Each client returns the same five results through its own API.
const clients = {
  'typescript-1': async () => {
    const { Client } = await load('@modelcontextprotocol/sdk/dist/esm/client/index.js');
    const { StreamableHTTPClientTransport } = await load('@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js');
    return ofSdk(new Client(info), new StreamableHTTPClientTransport(url));
  },
  'typescript-2': async () => {
    const { Client, StreamableHTTPClientTransport } = await load('@modelcontextprotocol/client/dist/index.mjs');
    return ofSdk(new Client(info), new StreamableHTTPClientTransport(url));
  },
  'typescript-2-newest': async () => {
    const { Client, StreamableHTTPClientTransport } = await load('@modelcontextprotocol/client/dist/index.mjs');
    return ofSdk(new Client(info, { versionNegotiation: { mode: 'auto' } }), new StreamableHTTPClientTransport(url));
  },
  'ai-sdk': async () => {
    const { createMCPClient } = await load('@ai-sdk/mcp/dist/index.js');
    const mcp = await createMCPClient({ transport: { type: 'http', url: endpoint } });
    const tools = await mcp.tools();
    return {
      tools: async () => Object.keys(tools),
      call: async (name, args) => textOf((await tools[name].execute(args, { toolCallId: '1', messages: [] })).content),
      read: async uri => (await mcp.readResource({ uri })).contents[0].text,
      prompt: async (name, args) => (await mcp.getPrompt({ name, arguments: args })).messages[0].content.text,
      close: () => mcp.close(),
    };
  },
  langchain: async () => {
    const { MultiServerMCPClient } = createRequire(join(modules, 'x'))('@langchain/mcp-adapters');
    const mcp = new MultiServerMCPClient({ mcpServers: { things: { transport: 'http', url: endpoint } } });
    const tools = await mcp.getTools();
    return {
      tools: async () => tools.map(tool => tool.name),
      call: async (name, args) => textOf(await tools.find(tool => tool.name === name).invoke(args)),
      read: async uri => (await mcp.readResource('things', uri))[0].text,
      prompt: async (name, args) => (await (await mcp.getClient('things')).getPrompt({ name, arguments: args })).messages[0].content.text,
      close: () => mcp.close(),
    };
  },
};

const ofSdk = async (mcp, transport) => {
  await mcp.connect(transport);
  return {
    tools: async () => (await mcp.listTools()).tools.map(tool => tool.name),
    call: async (name, args) => textOf((await mcp.callTool({ name, arguments: args })).content),
    read: async uri => (await mcp.readResource({ uri })).contents[0].text,
    prompt: async (name, args) => (await mcp.getPrompt({ name, arguments: args })).messages[0].content.text,
    close: () => mcp.close(),
  };
};

const mcp = await clients[client]();
const write = () => mcp.call('add_thing', { id: 'new', idempotencyKey: 'one-key' });
const got = {
  tools: await mcp.tools(),
  called: await mcp.call('get_thing', { thingId: 'a' }),
  first: await write(),
  second: await write(),
  read: await mcp.read('things://things/a'),
  prompt: await mcp.prompt('describe_thing', { thingId: 'a' }),
};
await mcp.close();
process.stdout.write(JSON.stringify(got));
