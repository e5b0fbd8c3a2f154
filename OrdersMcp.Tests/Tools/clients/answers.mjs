// A client of the TypeScript SDK, version 1 or 2, lists the tools and calls each. Writes what each call threw as JSON.
// node answers.mjs NODE_MODULES VERSION ENDPOINT
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, version, endpoint] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(modules, path)));
const { Client, StreamableHTTPClientTransport } = version === '2'
  ? await load('@modelcontextprotocol/client/dist/index.mjs')
  : { ...await load('@modelcontextprotocol/sdk/dist/esm/client/index.js'), ...await load('@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js') };

const mcp = new Client({ name: 'ordersmcp-tests', version: '1.0.0' });
await mcp.connect(new StreamableHTTPClientTransport(new URL(endpoint)));
const called = {};
for (const { name, outputSchema } of (await mcp.listTools()).tools) {
  try {
    const { isError, structuredContent } = await mcp.callTool({ name, arguments: {} });
    called[name] = { isError: isError ?? false, hasSchema: outputSchema !== undefined, hasContent: structuredContent !== undefined };
  } catch (error) {
    called[name] = { thrown: String(error) };
  }
}

await mcp.close();
process.stdout.write(JSON.stringify(called));
