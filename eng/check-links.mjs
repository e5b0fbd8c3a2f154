// Checks the relative links of every Markdown file: the file must exist, and so must the heading that an anchor names.
// Pages in docs/ may only link within docs/, because that folder is also built as a site.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorsOf, withoutFences } from './heading-anchors.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim().split('\n').filter((page) => existsSync(join(root, page)));
const read = (page) => readFileSync(join(root, page), 'utf8');

const linksOf = (markdown) => {
  const text = withoutFences(markdown).replace(/(`+)[^`][\s\S]*?\1/g, '');
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...text.matchAll(/^\[[^\]]+\]:\s+<?(\S+?)>?$/gm)];
  const html = [...text.matchAll(/\s(?:src|href)="([^"]+)"/g)];
  return [...inline, ...references, ...html].map((match) => match[1]);
};

const problemOf = (page, link) => {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (path.startsWith('/') || target.startsWith('..')) {
    return 'is not relative to the repository';
  }
  if (!existsSync(join(root, target))) {
    return `names ${target}, which does not exist`;
  }
  if (page.startsWith('docs/') && !target.startsWith('docs/')) {
    return 'leaves docs/, which the site cannot follow';
  }
  if (anchor === undefined) {
    return undefined;
  }
  if (!target.endsWith('.md') || statSync(join(root, target)).isDirectory()) {
    return 'has an anchor, and its target is not a page';
  }
  return anchorsOf(read(target)).has(anchor) ? undefined : `names a heading that ${target} does not have`;
};

let links = 0;
const problems = [];
for (const page of pages) {
  for (const link of linksOf(read(page)).filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))) {
    links += 1;
    const problem = problemOf(page, link);
    if (problem) {
      problems.push(`${relative('.', page)}: the link ${link} ${problem}`);
    }
  }
}

if (links === 0) {
  problems.push('No relative link was found, so nothing was checked.');
}
problems.forEach((problem) => console.error(problem));
console.log(`${links} relative links in ${pages.length} pages, ${problems.length} broken`);
process.exitCode = problems.length > 0 ? 1 : 0;
