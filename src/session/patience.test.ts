import { expect, it } from 'vitest';
import { createEarlyCatalogs } from '../emulator/cluster/early.ts';
import { start } from '../emulator/cluster/start.ts';
import { topologyNames } from '../emulator/cluster/topology.ts';
import { createDriver, type LabHooks } from './driver.ts';
import { createPatience } from './patience.ts';
import type { FromEmulator, ToEmulator } from './protocol.ts';

it('keeps what needs late code, and all that follows it, in order', () => {
  const passed: string[] = [];
  const patience = createPatience(({ type }) => passed.push(type));
  const terminal = { terminal: 'main', columns: 80, rows: 24, host: 'workstation' };
  const messages: ToEmulator[] = [
    { type: 'boot', topology: 'two-nodes', seed: 7, language: 'ko' },
    { type: 'input', input: { type: 'open-terminal', ...terminal } },
    { type: 'input', input: { type: 'keys', terminal: 'main', data: 'kubectl' } },
    { type: 'observe', view: 'topology' },
  ];
  for (const message of messages) patience.receive(message);
  expect(passed).toEqual(['boot', 'input']);
  patience.end();
  expect(passed).toEqual(['boot', 'input', 'input', 'observe']);
});

it.each(topologyNames())('%s boots and shows a prompt without late code', (topology) => {
  let screen = '';
  const faults: FromEmulator[] = [];
  const catalogs = createEarlyCatalogs();
  const driver = createDriver({
    boot: (name, options) => start(catalogs, name, options),
    lab: () => undefined as unknown as LabHooks,
    wall: () => 0,
    whole: () => false,
    emit(message) {
      if (message.type === 'screen') screen += message.data;
      if (message.type === 'fault') faults.push(message);
    },
  });
  const input = { type: 'open-terminal', terminal: 'main', columns: 80, rows: 24 } as const;
  driver.receive({ type: 'boot', topology, seed: 7, language: 'en' });
  driver.receive({ type: 'input', input: { ...input, host: 'workstation' } });
  for (let i = 0; i < 50; i++) driver.tick(16);
  expect(faults).toEqual([]);
  expect(screen).toContain('$ ');
});
