// `npm test` and `npm run check`: every gate in order, with its time; stops at the first that
// fails.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const browser = !process.argv.includes('--no-browser');

const gates = [
  ['package lock', 'node', ['scripts/lock.mjs']],
  ['types', bin('astro'), ['check', '--minimumFailingSeverity', 'error']],
  ['lint', bin('oxlint'), ['--deny-warnings', 'src', 'test', 'scripts', 'labs']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['unit, tidy, labs, chapters', bin('vitest'), ['run']],
  ...(browser
    ? [
        ['site', 'node', ['scripts/build.mjs']],
        ['browser', bin('vitest'), ['run', '--config', 'vitest.e2e.config.ts']],
      ]
    : []),
];

const started = Date.now();
const report = [];
for (const [name, command, args] of gates) {
  console.log(`\n▸ ${name}`);
  const from = Date.now();
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
  });
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  report.push(`${done.status === 0 ? '✓' : '✗'} ${name}  ${seconds} s`);
  if (done.status !== 0) finish(1);
}
finish(0);

function finish(status) {
  console.log(`\n${report.join('\n')}`);
  const passed = report.filter((line) => line.startsWith('✓')).length;
  console.log(`${((Date.now() - started) / 1000).toFixed(0)} s in all`);
  console.log(`gates: ${passed} passed, ${report.length - passed} failed`);
  process.exit(status);
}
