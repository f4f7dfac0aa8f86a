// `npm run bench`: how fast and how small the course is, with the aims and a peer beside it.
import { spawnSync } from 'node:child_process';
import { loadavg, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildSite } from '../../scripts/site.mjs';
import { apiMeasures } from './api.ts';
import { recordedCyclonus } from './cyclonus.ts';
import { bootOnce, emulatorMeasures } from './emulator.ts';
import type { Figure, PeerFigure } from './figure.ts';
import { promptFigure } from './page.ts';
import { bootPeerOnce, installPeer, measurePeer, peerName } from './peer.ts';
import { asJson, table } from './print.ts';
import { realFigures } from './real.ts';
import { pageSizes, siteFigures } from './site.ts';

const usage = `Usage: npm run bench [-- options]

Measures the emulator and the built site. Nothing is asserted: the aims stand beside the figures.

      --json        the same as JSON
      --only WORDS  only figures whose name contains these words
      --runs N      runs of each figure, at least 20 (default 20)
      --dist DIR    a site that is built already (default: dist/, built if it is stale)
      --data DIR    recorded cases of Cyclonus as well, from conformance/networkpolicy in DIR
      --no-peer     without ${peerName}
  -h, --help        this text
`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '20' },
    dist: { type: 'string' },
    data: { type: 'string' },
    'no-peer': { type: 'boolean', default: false },
    cold: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const REAL = 'kubectl beside the real one';
const COLD = 'boot, first in its process';
const root = process.cwd();
const runs = Math.max(20, Number(values.runs) || 20);
const skipped: string[] = [];
const wanted = (name: string) => name.includes(values.only);

if (values.help) process.stdout.write(usage);
else if (values.cold !== undefined) await bootCold(values.cold);
else await main();

async function main(): Promise<void> {
  const figures: Figure[] = [];
  if (wanted(COLD)) {
    note(COLD);
    figures.push({
      name: COLD,
      unit: 'ms',
      samples: inChildren('emulator'),
      against: 'boot, cold',
    });
  }
  for (const { name, measure } of emulatorMeasures) {
    if (!wanted(name)) continue;
    note(name);
    await attempt(name, async () => void figures.push(await measure(runs)));
  }
  const { data } = values;
  if (data !== undefined && wanted('Cyclonus')) {
    note('Cyclonus');
    await attempt('Cyclonus', async () => void figures.push(recordedCyclonus(data, runs)));
  }
  for (const { name, aim, run } of apiMeasures) {
    if (!wanted(name)) continue;
    note(name);
    await attempt(
      name,
      async () => void figures.push({ name, aim, unit: 'ms', samples: run(runs) }),
    );
  }
  if (wanted(REAL)) {
    note(REAL);
    await attempt(REAL, async () => void figures.push(...(await realFigures(runs))));
  }
  const peer = await peerFigures(figures);
  await attempt('the site', () => measureSite(figures));
  note('');
  const machine = {
    node: process.version,
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    load: loadavg()[0] ?? 0,
  };
  const result = { machine, figures, peer, skipped };
  process.stdout.write(values.json ? asJson(result) : table(result));
  for (const each of skipped) process.stderr.write(`\n!!! NOT MEASURED: ${each}\n`);
}

/** Each boot in a process of its own, where nothing is compiled yet; modules are loaded before. */
function inChildren(what: string): number[] {
  const script = process.argv[1] as string;
  return Array.from({ length: runs }, () => {
    const done = spawnSync(process.execPath, [script, '--cold', what], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr.trim());
    return Number(done.stdout);
  });
}

async function bootCold(what: string): Promise<void> {
  const took = what === 'emulator' ? bootOnce(7) : await bootPeerOnce(what);
  process.stdout.write(`${took}\n`, () => process.exit(0));
}

async function peerFigures(
  figures: readonly Figure[],
): Promise<Partial<Record<PeerFigure, readonly number[]>>> {
  if (values['no-peer'] || !figures.some(({ against }) => against)) return {};
  let found: Partial<Record<PeerFigure, readonly number[]>> = {};
  note(peerName);
  await attempt(`${peerName}, so there are NO RATIOS`, async () => {
    const path = await installPeer(root);
    found = { ...(await measurePeer(path, runs)), 'boot, cold': inChildren(path) };
  });
  return found;
}

async function measureSite(figures: Figure[]): Promise<void> {
  const dist = values.dist ?? 'dist';
  if (!['JavaScript', 'lab: terminal', 'prompt'].some((name) => mentions(name))) return;
  note('the site');
  if (values.dist === undefined) await buildSite(root);
  figures.push(...siteFigures(dist).filter(({ name }) => wanted(name)));
  const opening = pageSizes(dist)
    .filter(({ lazyFiles }) => lazyFiles.some((file) => file.startsWith('worker')))
    .toSorted((a, b) => b.lazy - a.lazy)[0];
  if (!mentions('prompt')) return;
  if (!opening) throw new Error('no page of the site opens a cluster');
  await attempt('the prompt in Chromium', async () => {
    figures.push(await promptFigure(dist, runs, opening));
  });
}

function mentions(name: string): boolean {
  return values.only === '' || name.includes(values.only) || values.only.includes(name);
}

/** What cannot be measured is said aloud, and the rest goes on. */
async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    skipped.push(`${what}: ${(error as Error).message}`);
  }
}

/** Where the bench is, for whoever watches it. */
function note(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}
