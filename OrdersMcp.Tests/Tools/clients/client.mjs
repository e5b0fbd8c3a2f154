// A client of the TypeScript SDK: lists, calls, reads, gets and completes, and writes what it got as JSON.
// node client.mjs NODE_MODULES ENDPOINT REQUESTS, the requests being a JSON array of [method, parameters].
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, endpoint, requests] = process.argv.slice(2);
const sdk = path => import(pathToFileURL(join(modules, '@modelcontextprotocol/sdk/dist/esm', path)));
const { Client } = await sdk('client/index.js');
const { StreamableHTTPClientTransport } = await sdk('client/streamableHttp.js');

const client = new Client({ name: 'ordersmcp-tests', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(endpoint));
await client.connect(transport);
const results = { instructions: client.getInstructions(), protocolVersion: transport.protocolVersion };
for (const [method, parameters] of JSON.parse(requests)) {
  results[method] = await client[method](parameters);
}

await client.close();
process.stdout.write(JSON.stringify(results));
