// Adds up the line coverage of all Cobertura reports below a folder, and fails if it is below the threshold. Generated code
// does not count.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Raise it when coverage rises; a change that lowers it needs a reason.
const threshold = 90;

const isGenerated = (file) => /(^|\/)(obj|Migrations)\//.test(file.replaceAll('\\', '/'));

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node eng/coverage.mjs FOLDER');
  process.exit(2);
}

const reports = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('coverage.cobertura.xml'));
if (reports.length === 0) {
  console.error(`${folder} has no coverage.cobertura.xml. Do the test projects reference coverlet.collector?`);
  process.exit(1);
}

// A line counts once, and as covered if any report covers it.
const projects = new Map();
for (const report of reports) {
  const text = readFileSync(join(folder, report), 'utf8');
  for (const [, name, content] of text.matchAll(/<package name="([^"]+)"[^>]*>([\s\S]*?)<\/package>/g)) {
    const lines = projects.get(name) ?? new Map();
    projects.set(name, lines);
    const classes = [...content.matchAll(/<class [^>]*filename="([^"]+)"[^>]*>([\s\S]*?)<\/class>/g)];
    for (const [, file, body] of classes.filter(([, path]) => !isGenerated(path))) {
      for (const [, number, hits] of body.matchAll(/<line number="(\d+)" hits="(\d+)"/g)) {
        const line = `${file}:${number}`;
        lines.set(line, (lines.get(line) ?? false) || hits !== '0');
      }
    }
  }
}

let covered = 0;
let total = 0;
for (const [name, lines] of [...projects].sort(([left], [right]) => left.localeCompare(right))) {
  const hit = [...lines.values()].filter(Boolean).length;
  console.log(`${name}: ${(100 * hit / lines.size).toFixed(1)} % of ${lines.size} lines`);
  covered += hit;
  total += lines.size;
}

const percent = 100 * covered / total;
console.log(`All: ${percent.toFixed(1)} % of ${total} lines; the threshold is ${threshold} %`);
process.exitCode = percent >= threshold ? 0 : 1;
