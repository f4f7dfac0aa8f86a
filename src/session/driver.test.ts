import { expect, it } from 'vitest';
import { boot } from '../emulator/cluster/boot.ts';
import { createDriver, type LabHooks } from './driver.ts';
import type { FromEmulator, Input } from './protocol.ts';

it('types commands into a terminal and shows what they print', () => {
  let screen = '';
  const faults: FromEmulator[] = [];
  let wall = 0;
  const driver = createDriver({
    boot,
    lab: () => undefined as unknown as LabHooks,
    wall: () => (wall += 1),
    emit(message) {
      if (message.type === 'screen') screen += message.data;
      if (message.type === 'fault' || message.type === 'notice') faults.push(message);
    },
  });
  const input = (each: Input) => driver.receive({ type: 'input', input: each });
  const wait = (text: string) => {
    for (let i = 0; i < 3_000 && !screen.includes(text); i++) driver.tick(16);
    expect(faults).toEqual([]);
    expect(screen).toContain(text);
  };
  driver.receive({ type: 'boot', topology: 'two-nodes', seed: 7, language: 'en' });
  input({ type: 'open-terminal', terminal: 'main', columns: 100, rows: 24, host: 'workstation' });
  wait('$');
  input({ type: 'line', terminal: 'main', text: 'kubectl create deployment web --image=nginx' });
  wait('deployment.apps/web created');
  input({ type: 'keys', terminal: 'main', data: 'kubectl get nodes\r' });
  wait('worker-2');
});
