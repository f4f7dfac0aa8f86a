import type { Kernel, SpawnErrno } from './kernel.ts';
import type { Descriptor } from './records.ts';
import type { Running } from './state.ts';

/**
 * Starts a program on a machine as systemd starts a unit's: as root, nobody's child, with its
 * outputs in the unit's log.
 */
export function startUnit(
  kernel: Kernel,
  host: string,
  argv: readonly string[],
): Running | SpawnErrno {
  const unit = (argv[0] as string).split('/').at(-1) as string;
  const log = (stream: 'stdout' | 'stderr'): Descriptor => ({ type: 'log', sandbox: unit, stream });
  return kernel.spawn(host, argv, {
    parent: 1,
    sandbox: 'host',
    user: 'root',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    cwd: '/',
    fds: new Map([
      [0, { type: 'null' }],
      [1, log('stdout')],
      [2, log('stderr')],
    ]),
  });
}
