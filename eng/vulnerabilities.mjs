// Asks the package sources for known vulnerabilities: `dotnet list package --vulnerable` for NuGet, `npm audit` for each
// committed lock file. Any that accepted-vulnerabilities.json does not have with a reason fails. A source that does not
// answer, or that does not even know the vulnerability of a package that is famous for it, is a warning: that it names
// none says nothing about the packages.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const accepted = JSON.parse(readFileSync('accepted-vulnerabilities.json', 'utf8'));
for (const { advisory, reason } of accepted) {
  if (!advisory || !reason) {
    throw new Error('accepted-vulnerabilities.json: every entry needs an advisory (its address) and a reason');
  }
}

const found = [];
const run = (program, options, cwd) => {
  try {
    return execFileSync(program, options, { cwd, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (failure) {
    return failure.stdout ?? ''; // npm audit fails where it finds something
  }
};
const parse = (text, source) => {
  try {
    return JSON.parse(text);
  } catch {
    warn(source, 'does not answer');
    return undefined;
  }
};

let silent = 0;
const warn = (source, why) => {
  silent += 1;
  console.log(`::warning::${source} ${why}`);
};
// A folder with these files, for as long as it is asked about.
const within = (files, ask) => {
  const folder = mkdtempSync(join(tmpdir(), 'vulnerabilities-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
    }
    return ask(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const listNuGet = (project, cwd) =>
  parse(run('dotnet', ['list', project, 'package', '--vulnerable', '--include-transitive', '--format', 'json'], cwd), 'NuGet');
const inNuGet = (list) => (list?.projects ?? []).flatMap((project) => (project.frameworks ?? []).flatMap((framework) =>
  [...(framework.topLevelPackages ?? []), ...(framework.transitivePackages ?? [])].flatMap((item) =>
    (item.vulnerabilities ?? []).map(({ severity, advisoryurl }) => (
      { where: project.path, name: `${item.id} ${item.resolvedVersion}`, severity, advisory: advisoryurl })))));

// GHSA-5crp-9r3c-p9vr
const knowsNuGet = within({
  'probe.csproj': '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>'
    + '<ItemGroup><PackageReference Include="Newtonsoft.Json" Version="12.0.1" /></ItemGroup></Project>',
}, (folder) => {
  run('dotnet', ['restore', 'probe.csproj'], folder);
  return inNuGet(listNuGet('probe.csproj', folder)).length > 0;
});
if (!knowsNuGet) {
  warn('NuGet', 'knows no vulnerability of Newtonsoft.Json 12.0.1, and so of no package: nothing was checked');
}
const nuget = listNuGet('OrdersMcp.sln');
if (nuget?.problems?.length) {
  warn('NuGet:', nuget.problems.map((problem) => problem.text).join('; '));
}
found.push(...inNuGet(nuget));

const audit = (folder, source) => {
  const answer = parse(run('npm', ['audit', '--package-lock-only', '--json'], folder), source);
  if (answer && !answer.vulnerabilities) {
    warn(source, `does not answer: ${answer.message ?? 'no reason is given'}`);
  }
  return answer?.vulnerabilities;
};
// GHSA-xvch-5gv4-984h
const probe = { name: 'probe', version: '1.0.0', dependencies: { minimist: '0.0.8' } };
const known = within({
  'package.json': JSON.stringify(probe),
  'package-lock.json': JSON.stringify({
    name: 'probe',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': probe, 'node_modules/minimist': { version: '0.0.8' } },
  }),
}, (folder) => audit(folder, 'npm audit of a probe'));
if (known && !known.minimist) {
  warn('npm audit', 'knows no vulnerability of minimist 0.0.8, and so of no package: nothing was checked');
}
for (const lock of execFileSync('git', ['ls-files', '*package-lock.json'], { encoding: 'utf8' }).trim().split('\n')) {
  for (const [name, { via }] of Object.entries(audit(dirname(lock), `npm audit of ${lock}`) ?? {})) {
    for (const { url, severity } of via.filter((cause) => typeof cause === 'object')) {
      found.push({ where: lock, name, severity, advisory: url });
    }
  }
}

const open = found.filter(({ advisory }) => !accepted.some((entry) => entry.advisory === advisory));
for (const { where, name, severity, advisory } of open) {
  console.log(`::error::${name} (${where}): ${severity}, ${advisory}`);
}
console.log(`${found.length} known, ${found.length - open.length} of them accepted${silent ? `; ${silent} warnings say what was not checked` : ''}`);
process.exitCode = open.length > 0 ? 1 : 0;
