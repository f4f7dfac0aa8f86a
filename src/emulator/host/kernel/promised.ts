import { assert } from '../../world/assert.ts';
import type { ProgramSource } from '../parts.ts';
import { isDaemon, type Daemon, type Executable, type Program } from '../syscalls.ts';
import type { Kernel } from './kernel.ts';

/** Stands for a program that is still to come with all the others; who runs it waits for them. */
export function promised(byName: ProgramSource, name: string, daemon: boolean): Executable {
  assert(byName.awaited !== undefined, `there is no program ${name}`);
  const real = () => {
    const found = byName.get(name);
    assert(found, `there is no program ${name}`);
    return found;
  };
  const absent = () => byName.awaited ?? real().absent?.();
  if (daemon) return { name, paths: [], absent, on: (...given) => (real() as Daemon).on(...given) };
  return {
    ...{ name, paths: [], absent },
    *run(argv, sys) {
      return yield* (real() as Program).run(argv, sys);
    },
  };
}

/** All programs have come: what processes were promised becomes theirs. */
export function takeUp({ byName, processes }: Kernel): void {
  if (byName.awaited !== undefined) return;
  for (const process of processes.values()) {
    const before = process.executable;
    process.executable = byName.get(before.name) ?? before;
    if (!isDaemon(process.executable) || isDaemon(before)) continue;
    process.generator = undefined;
    process.mailbox.push({ type: 'start' });
  }
}
