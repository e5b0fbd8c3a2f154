// node eng/documents.mjs FOLDER [SERVER]: writes a Markdown table of the OpenAPI documents in a folder: tools, skipped
// operations with the reasons, tokens (o200k_base), processor time and memory, and whether Ajv compiles every schema.
// SERVER is OrdersMcp.McpServer.dll; by default the output of `dotnet build`. Ajv comes from NODE_PATH, or from
// OrdersMcp.Tests/Tools/json-schema after `npm ci` there. A folder in the folder is a document of several files, which
// begins with its openapi.json, .yaml or .yml. Fails if a document is unusable, has no tools, or a schema does not compile.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder, server = 'artifacts/bin/OrdersMcp.McpServer/debug/OrdersMcp.McpServer.dll'] = process.argv.slice(2);
if (!folder) {
  console.error('Usage: node eng/documents.mjs FOLDER [SERVER]');
  process.exit(2);
}

const modules = process.env.NODE_PATH ?? resolve('OrdersMcp.Tests/Tools/json-schema/node_modules');
const Ajv = createRequire(join(modules, '/'))('ajv/dist/2020').default;

const tools = (...options) => {
  const { status, stdout, stderr } = spawnSync('dotnet', [resolve(server), 'tools', ...options], { encoding: 'utf8', maxBuffer: 1 << 30 });
  return { status, stdout, stderr: stderr.trim() };
};

// Schemas that make clients throw.
const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, addUsedSchema: false });
const broken = tool => ['inputSchema', 'outputSchema'].filter(kind => tool[kind]).flatMap(kind => {
  try {
    ajv.compile(tool[kind]);
    return [];
  } catch (error) {
    return [`${tool.name} ${kind}: ${error.message}`];
  }
});

const documents = readdirSync(folder).flatMap(name => statSync(join(folder, name)).isDirectory()
  ? readdirSync(join(folder, name)).filter(file => /^openapi\.(json|ya?ml)$/.test(file)).map(file => join(name, file))
  : /\.(json|ya?ml)(\.gz)?$/.test(name) ? [name] : []).sort();

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
row('document', 'tools', 'dropped', 'tokens', 'time', 'memory', 'not compiled');
row(...Array(7).fill('---'));
const details = [];
let failures = 0;
for (const name of documents) {
  const file = resolve(folder, name);
  const read = tools('--document', file, '--json', '--schemas');
  if (read.status !== 0) {
    failures++;
    row(name, 'refused', '', '', '', '', '');
    details.push(`${name}: ${read.stderr.split('\n')[0]}`);
    continue;
  }

  const [api] = JSON.parse(read.stdout);
  const [, seconds, megabytes] = /([\d.]+) s of processor time, (\d+) MB/.exec(read.stderr);
  const tokens = /, (\d+) tokens/.exec(tools('lint', '--document', file).stdout)[1];
  const dropped = api.warnings.filter(warning => /: is not a tool: |' is left out: /.test(warning));
  const problems = api.tools.flatMap(broken);
  failures += problems.length + (api.tools.length === 0);
  row(name, api.tools.length, dropped.length, tokens, `${seconds} s`, `${megabytes} MB`, problems.length);
  details.push(...dropped.map(reason => `${name}: ${reason}`), ...problems.map(problem => `${name}: ${problem}`));
}

if (details.length > 0) {
  console.log(`\n${details.join('\n')}`);
}

process.exitCode = failures > 0 ? 1 : 0;
