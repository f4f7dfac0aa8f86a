// The page's kubectl beside a real one that asks the same cluster through the door.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../../src/emulator/cluster/boot.ts';
import { openDoor } from '../../src/door/door.ts';
import { findKubectl } from '../door/kubectl.ts';
import { hurryWhileWaiting } from '../door/pair.ts';
import { sample, timed, type Figure } from './figure.ts';

/** Commands that both clients are given. */
const commands = ['get pods -A', 'describe node worker-1', 'explain pod.spec.containers'];

/** One figure for each command, with the real client's times beside it. */
export async function realFigures(runs: number): Promise<Figure[]> {
  const kubectl = findKubectl();
  const cluster = boot('two-nodes', { seed: 7 });
  const home = mkdtempSync(join(tmpdir(), 'bench-'));
  const pace = hurryWhileWaiting(cluster);
  const door = await openDoor({ cluster, pace, address: '127.0.0.1', port: 0 });
  mkdirSync(join(home, '.kube'));
  writeFileSync(join(home, '.kube/config'), door.kubeconfig, { mode: 0o600 });
  const real = async (command: string) => {
    const from = performance.now();
    pace.begin();
    await run(kubectl, command.split(' '), home);
    pace.end();
    return performance.now() - from;
  };
  try {
    const figures: Figure[] = [];
    for (const command of commands) {
      const own = () => timed(() => void cluster.script(`kubectl ${command}`));
      own();
      await real(command);
      const beside: number[] = [];
      for (let index = 0; index < runs; index++) beside.push(await real(command));
      const name = `kubectl ${command}, beside the real one`;
      figures.push({ name, unit: 'ms', samples: sample(runs, own), beside });
    }
    return figures;
  } finally {
    await door.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function run(kubectl: string, args: readonly string[], home: string): Promise<void> {
  const child = spawn(kubectl, args, { env: { HOME: home }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => (said += String(data)));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`kubectl ${args.join(' ')}: ${said}`));
    });
  });
}
