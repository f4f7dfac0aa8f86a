import type { Errno } from '../syscalls.ts';
import { openedBy } from './descriptors.ts';
import type { Kernel } from './kernel.ts';
import { isFirst } from './restore.ts';
import { keysOf, placeOf } from './spawn.ts';
import type { Running } from './state.ts';

/**
 * Gives a client's standard streams to a container that holds its own open: its input, and on a
 * terminal its outputs and the keys too. ESRCH: the container does not run; EINVAL: its input is
 * closed or was given away already.
 */
export function attachTo(kernel: Kernel, client: Running, place: string): Errno | undefined {
  const [host, sandbox] = placeOf(client, place);
  const inside = [...kernel.processes.values()].filter(
    (each) => each.host === host && each.sandbox === sandbox,
  );
  const first = inside.find((each) => isFirst(kernel, each));
  if (!first) return 'ESRCH';
  const input = first.fds.get(0);
  if (input?.type !== 'held') return 'EINVAL';
  for (const each of inside) takeOver(kernel, client, each);
  const keys = input.tty ? keysOf(kernel, client) : undefined;
  if (keys) {
    for (const each of inside) each.terminal = keys.terminal;
    first.session = keys;
    kernel.foreground.set(keys.terminal, { ...keys, host, group: first.group });
  }
  for (const each of inside) kernel.wake(each);
  return undefined;
}

/** Puts the client's descriptors in the places of those that are held. */
function takeOver(kernel: Kernel, client: Running, process: Running): void {
  for (const [fd, held] of process.fds) {
    if (held.type !== 'held') continue;
    const own = { stdin: 0, stdout: 1, stderr: 2 }[held.stream];
    if (own > 0 && !held.tty) continue;
    const given = client.fds.get(own);
    if (!given) continue;
    openedBy(kernel, given);
    process.fds.set(fd, given);
  }
}
