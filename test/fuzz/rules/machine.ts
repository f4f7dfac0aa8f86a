import { executables } from '../../../src/emulator/cluster/catalogs.ts';
import type { ApiServer } from '../../../src/emulator/apiserver/request.ts';
import { createHosts, type Hosts } from '../../../src/emulator/host/hosts.ts';
import { createNetwork } from '../../../src/emulator/network/network.ts';
import { createWorld, type World } from '../../../src/emulator/world/index.ts';

/** A machine alone in its world, with a shell of root's. */
export interface Lone {
  readonly world: World;
  readonly hosts: Hosts;
}

const nobody = { handle: () => ({ status: 503, headers: {}, body: null }) } as unknown as ApiServer;

/** A machine with all programs, without neighbours. */
export function loneMachine(): Lone {
  const world = createWorld({ seed: 7, start: 1_790_000_000_000_000 });
  const names = executables.map(({ name }) => name);
  const hosts = createHosts(world, {
    executables,
    images: [{ names: ['alone'], programs: names, entrypoint: ['bash'], size: 0 }],
    network: createNetwork(world),
    api: nobody,
    authenticate: () => ({ name: 'nobody', groups: [] }),
  });
  hosts.addHost('node', 'alone', 'root');
  return { world, hosts };
}

/** Runs a line by bash, at most a minute; what it printed on both outputs. */
export function typeOn(
  { world, hosts }: Lone,
  line: string,
): { readonly out: string; readonly err: string } {
  const started = hosts.script(line, {
    host: 'node',
    sandbox: 'host',
    user: 'root',
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    shell: 'bash',
  });
  if (!started) return { out: '', err: '' };
  const process = hosts.kernel.find('node', started.pid);
  const until = world.clock.now + 60_000_000;
  while (process && !process.status && world.clock.now < until) {
    const next = world.queue.peek();
    if (!next) break;
    world.clock.runUntil(Math.min(until, next.at), 5_000);
  }
  const text = (sink: number) => hosts.kernel.sinks.get(sink)?.text ?? '';
  return { out: text(started.out), err: text(started.err) };
}
