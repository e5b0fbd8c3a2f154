// One npm client lists, calls, writes twice with one key, reads, gets a prompt and cancels a call; those of the SDK also
// confirm a call, hear of changes and see progress. Writes the results as JSON.
// node matrix.mjs NODE_MODULES CLIENT ENDPOINT
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, client, endpoint] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(modules, path)));
const url = new URL(endpoint);
const info = { name: 'ordersmcp-tests', version: '1.0.0' };
const textOf = content => typeof content === 'string' ? content : [content].flat().map(part => part.text).join('');

// Each client does the same through its own API.
const clients = {
  'typescript-1': async () => {
    const { Client } = await load('@modelcontextprotocol/sdk/dist/esm/client/index.js');
    const { StreamableHTTPClientTransport } = await load('@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js');
    const { ElicitRequestSchema, ResourceUpdatedNotificationSchema } = await load('@modelcontextprotocol/sdk/dist/esm/types.js');
    const mcp = new Client(info, asking);
    return ofSdk(mcp, new StreamableHTTPClientTransport(url), {
      callTool: (params, options) => mcp.callTool(params, undefined, options),
      asks: handler => mcp.setRequestHandler(ElicitRequestSchema, handler),
      tells: handler => mcp.setNotificationHandler(ResourceUpdatedNotificationSchema, handler),
    });
  },
  'typescript-2': async () => {
    const { Client, StreamableHTTPClientTransport } = await load('@modelcontextprotocol/client/dist/index.mjs');
    return ofSdk(new Client(info, asking), new StreamableHTTPClientTransport(url));
  },
  'typescript-2-newest': async () => {
    const { Client, StreamableHTTPClientTransport } = await load('@modelcontextprotocol/client/dist/index.mjs');
    const mcp = new Client(info, { ...asking, versionNegotiation: { mode: 'auto' } });
    return ofSdk(mcp, new StreamableHTTPClientTransport(url), {
      listen: async uri => {
        const subscription = await mcp.listen({ resourceSubscriptions: [uri] });
        return () => subscription.close();
      },
    });
  },
  'ai-sdk': async () => {
    const { createMCPClient } = await load('@ai-sdk/mcp/dist/index.js');
    const mcp = await createMCPClient({ transport: { type: 'http', url: endpoint } });
    const tools = await mcp.tools();
    return {
      tools: async () => Object.keys(tools),
      call: async (name, args, signal) => textOf((await tools[name].execute(args, { toolCallId: '1', messages: [], abortSignal: signal })).content),
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
      call: async (name, args, signal) => textOf(await tools.find(tool => tool.name === name).invoke(args, { signal })),
      read: async uri => (await mcp.readResource('things', uri))[0].text,
      prompt: async (name, args) => (await (await mcp.getClient('things')).getPrompt({ name, arguments: args })).messages[0].content.text,
      close: () => mcp.close(),
    };
  },
};

const asking = { capabilities: { elicitation: { form: {} } } };

// What differs between versions of the SDK has the names of version 2 here.
const ofSdk = async (mcp, transport, own = {}) => {
  const { callTool, asks, tells, listen } = {
    callTool: (params, options) => mcp.callTool(params, options),
    asks: handler => mcp.setRequestHandler('elicitation/create', handler),
    tells: handler => mcp.setNotificationHandler('notifications/resources/updated', handler),
    listen: async uri => {
      await mcp.subscribeResource({ uri });
      return () => mcp.unsubscribeResource({ uri });
    },
    ...own,
  };
  const questions = [];
  asks(({ params }) => {
    questions.push(params.message);
    return { action: 'accept', content: { confirm: true } };
  });
  await mcp.connect(transport);
  const call = async (name, args, signal) => textOf((await callTool({ name, arguments: args }, { signal })).content);
  return {
    tools: async () => (await mcp.listTools()).tools.map(tool => tool.name),
    call,
    read: async uri => (await mcp.readResource({ uri })).contents[0].text,
    prompt: async (name, args) => (await mcp.getPrompt({ name, arguments: args })).messages[0].content.text,
    confirm: async name => ({ answer: await call(name, {}), questions }),
    hear: async (uri, change) => {
      const updated = new Promise(resolve => tells(({ params }) => resolve(params.uri)));
      const close = await listen(uri);
      await change();
      const heard = await updated;
      await close();
      return heard;
    },
    progress: (name, args, reported) => new Promise((resolve, reject) =>
      callTool({ name, arguments: args }, { onprogress: reported }).then(result => resolve(textOf(result.content)), reject)),
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

const get = (thingId, signal) => mcp.call('get_thing', { thingId }, signal);
const stop = new AbortController();
const hanging = get('hanging', stop.signal).then(() => 'answered', () => 'aborted');
await get('when-hanging');
stop.abort();
got.cancelled = await hanging;
await get('when-abandoned');

if (mcp.confirm) {
  got.confirmed = await mcp.confirm('remove_things');
  got.heard = await mcp.hear('things://things/a', () => get('change'));
  let released;
  got.waited = await mcp.progress('get_thing', { thingId: 'slow' }, () => released ??= get('release'));
  got.released = await released;
}

await mcp.close();
process.stdout.write(JSON.stringify(got));
