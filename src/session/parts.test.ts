import { beforeAll, expect, it } from 'vitest';
import type { SavedCluster } from '../emulator/cluster/api.ts';
import { boot } from '../emulator/cluster/boot.ts';
import { createEarlyCatalogs, REST } from '../emulator/cluster/early.ts';
import { rest } from '../emulator/cluster/late.ts';
import { resume } from '../emulator/cluster/resume.ts';
import { topologyNames } from '../emulator/cluster/topology.ts';
import type { PartCode } from '../emulator/host/parts.ts';
import type { Json } from '../emulator/world/json.ts';
import { createDriver, type LabHooks } from './driver.ts';
import type { FromEmulator } from './protocol.ts';

const modules = import.meta.glob<{ default: PartCode }>('../emulator/programs/*/late.ts', {
  eager: true,
});
const terminal = { terminal: 'main', columns: 100, rows: 24 } as const;

/** A session whose code comes when the test gives it: what a page has with a slow network. */
function session(start: SavedCluster) {
  const catalogs = createEarlyCatalogs();
  const wanted: string[] = [];
  const faults: FromEmulator[] = [];
  let screen = '';
  let whole = false;
  let saved: Json = null;
  const driver = createDriver({
    boot: (name, options) => resume(catalogs, name, options),
    lab: () => undefined as unknown as LabHooks,
    wall: () => 0,
    code: {
      rest: () => catalogs.executables.awaited === undefined,
      whole: () => whole,
      has: (part) =>
        part === REST ? catalogs.executables.awaited === undefined : catalogs.has(part),
      want: (part) => void (wanted.includes(part) || wanted.push(part)),
    },
    emit(message) {
      if (message.type === 'screen') screen += message.data;
      if (message.type === 'saved') saved = message.saved;
      if (message.type === 'fault' || message.type === 'notice') faults.push(message);
    },
  });
  const { topology } = start;
  const json = start as unknown as Json;
  driver.receive({ type: 'boot', topology, seed: 7, language: 'en', start: json });
  driver.receive({ type: 'input', input: { type: 'open-terminal', ...terminal } });
  const tick = (times: number) => {
    for (let i = 0; i < times; i++) driver.tick(16);
  };
  const add = (part: string) => {
    const path = `../emulator/programs/${part}/late.ts`;
    catalogs.add(part, modules[path]!.default);
  };
  return {
    ...{ driver, wanted, faults, tick, add },
    screen: () => screen,
    saved: () => saved,
    rest: () => catalogs.complete(rest),
    all: () => {
      for (const path of Object.keys(modules)) add(path.split('/').at(-2) as string);
      whole = true;
    },
  };
}

let start: SavedCluster;
beforeAll(() => {
  const cluster = boot('two-nodes', { seed: 7 });
  cluster.script(
    'kubectl run loop --image=busybox -- sh -c "while true; do wget x; sleep 5; done"',
  );
  cluster.settle();
  start = cluster.save();
});

it.each(topologyNames())('%s shows a prompt when nothing but the shell is there', (name) => {
  const { screen, faults, tick, wanted } = session(boot(name, { seed: 7 }).save());
  tick(20);
  expect(faults).toEqual([]);
  expect(wanted).toEqual([]);
  expect(screen()).toContain('$ ');
});

it('a cluster asks for a part when it runs it, and goes on as if it had been there', () => {
  const text = 'ping -c 2 worker-1; kubectl get pods -A | grep -c Running; dig +short x.test';
  const play = (eager: boolean) => {
    const made = session(start);
    if (!eager) made.tick(5);
    made.rest();
    if (eager) made.all();
    made.tick(5);
    made.driver.receive({ type: 'input', input: { type: 'line', terminal: 'main', text } });
    for (let i = 0; i < 2_000; i++) {
      made.tick(1);
      // Each part comes late, and after a while of its own.
      const next = made.wanted.at(-1);
      if (!eager && next && i % 7 === 0) made.add(next);
    }
    made.driver.receive({ type: 'save' });
    return made;
  };
  const slow = play(false);
  const fast = play(true);
  expect(slow.faults).toEqual([]);
  expect(slow.wanted).toEqual(expect.arrayContaining(['ping', 'kubectl', 'dig']));
  expect(slow.wanted).not.toContain('tcpdump');
  expect(slow.screen()).toBe(fast.screen());
});
