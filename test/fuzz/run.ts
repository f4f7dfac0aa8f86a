// `npm run fuzz -- --seed 7 --count 10000`: plays more, and prints figures.
import { noFigures, playLines, playRequests, playWriters } from './play.ts';
import { playChanges } from './modes/changes.ts';
import { playModes } from './modes/play.ts';
import { playPackets } from './packets/play.ts';
import { playPolicies } from './policy/play.ts';
import { noRuleFigures, playRules } from './rules/play.ts';

function numberOf(flag: string, fallback: number): number {
  const at = process.argv.indexOf(flag);
  const given = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (Number.isInteger(given) && given >= 0) return given;
  console.error(`${flag} needs a whole number`);
  process.exit(2);
}

const seed = numberOf('--seed', 1);
const count = numberOf('--count', 10_000);
const from = performance.now();
const figures = noFigures();
const rules = noRuleFigures();
const wrong = [
  ...playRequests(seed, count, figures),
  ...playWriters(seed, count),
  ...playLines(seed, Math.ceil(count / 50)),
  ...playPolicies(seed, Math.ceil(count / 5)),
  ...playPackets(seed, Math.ceil(count / 20)),
  ...playModes(seed, Math.ceil(count / 10)),
  ...playRules(seed, Math.ceil(count / 10), rules),
  ...playChanges(seed, Math.ceil(count / 100)),
];
const seconds = ((performance.now() - from) / 1000).toFixed(1);
for (const each of wrong.slice(0, 50)) console.log(`✗ ${each}\n`);
console.log(`seed ${seed}: ${figures.requests} requests, ${seconds} s, ${wrong.length} wrong`);
console.log(
  `rules: ${rules.taken} texts printed and read again (${rules.refused} refused), ` +
    `${rules.garbage} lines of strangers`,
);
const refusals = [...figures.refusals].toSorted(([, a], [, b]) => b - a);
for (const [reason, times] of refusals) console.log(`${String(times).padStart(8)}  ${reason}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
