// Asks the package sources for known vulnerabilities: `dotnet list package --vulnerable` for NuGet, `npm audit` for each
// committed lock file. Any that accepted-vulnerabilities.json does not have with a reason fails. A source that does not
// answer is a warning: it says nothing about the packages.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
    console.log(`::warning::${source} does not answer`);
    return undefined;
  }
};

const nuget = parse(run('dotnet', ['list', 'OrdersMcp.sln', 'package', '--vulnerable', '--include-transitive', '--format', 'json']), 'NuGet');
if (nuget?.problems?.length) {
  console.log(`::warning::NuGet: ${nuget.problems.map((problem) => problem.text).join('; ')}`);
}
for (const project of nuget?.projects ?? []) {
  for (const framework of project.frameworks ?? []) {
    for (const item of [...(framework.topLevelPackages ?? []), ...(framework.transitivePackages ?? [])]) {
      for (const { severity, advisoryurl } of item.vulnerabilities ?? []) {
        found.push({ where: project.path, name: `${item.id} ${item.resolvedVersion}`, severity, advisory: advisoryurl });
      }
    }
  }
}

for (const lock of execFileSync('git', ['ls-files', '*package-lock.json'], { encoding: 'utf8' }).trim().split('\n')) {
  const audit = parse(run('npm', ['audit', '--package-lock-only', '--json'], dirname(lock)), `npm audit of ${lock}`);
  if (audit && !audit.vulnerabilities) {
    console.log(`::warning::npm audit of ${lock} does not answer`);
  }
  for (const [name, { via }] of Object.entries(audit?.vulnerabilities ?? {})) {
    for (const { url, severity } of via.filter((cause) => typeof cause === 'object')) {
      found.push({ where: lock, name, severity, advisory: url });
    }
  }
}

const open = found.filter(({ advisory }) => !accepted.some((entry) => entry.advisory === advisory));
for (const { where, name, severity, advisory } of open) {
  console.log(`::error::${name} (${where}): ${severity}, ${advisory}`);
}
console.log(`${found.length} known, ${found.length - open.length} of them accepted`);
process.exitCode = open.length > 0 ? 1 : 0;
