import { isDaemon, type Errno, type Pid, type Signal } from '../syscalls.ts';
import type { Kernel } from './kernel.ts';
import { startedKey, type StartedRecord } from './records.ts';
import type { Running } from './state.ts';

/** Signals that do nothing to a process that has made no provision for them. */
const harmless = new Set<Signal>(['CONT', 'WINCH', 'CHLD']);

/** Signals that a daemon is told of as a message. */
const told = new Set<Signal>(['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2']);

/**
 * Sends a signal to a process, to a group (a negative number), or to all of a host (-1), as far as
 * the user may.
 */
export function deliver(
  kernel: Kernel,
  host: string,
  pid: Pid,
  signal: Signal,
  user = 'root',
): Errno | undefined {
  const single = pid > 0 ? kernel.find(host, pid) : undefined;
  const members =
    pid > 0
      ? single
        ? [single]
        : []
      : [...kernel.processes.values()].filter(
          (each) => each.host === host && (pid === -1 ? each.pid > 1 : each.group === -pid),
        );
  if (members.length === 0) return 'ESRCH';
  const allowed = members.filter((each) => user === 'root' || each.user === user);
  for (const process of allowed) one(kernel, process, signal);
  return allowed.length === 0 ? 'EPERM' : undefined;
}

function one(kernel: Kernel, process: Running, signal: Signal): void {
  if (process.status) return;
  if (signal === 'KILL') return kernel.exit(process, { signalled: 'KILL' });
  if (signal === 'CONT') goOn(kernel, process);
  if (signal === 'STOP') return stop(kernel, process, signal);
  const trap = process.traps.get(signal);
  if (trap === 'ignore') return;
  if (typeof trap === 'function') {
    trap();
    return interrupt(kernel, process);
  }
  if (harmless.has(signal)) return;
  if (isDaemon(process.executable) && told.has(signal)) {
    process.mailbox.push({ type: 'signal', signal });
    return kernel.wake(process);
  }
  // The first process of a container has no defaults: what it does not handle, it does not see.
  if (isFirst(kernel, process)) return;
  if (signal === 'TSTP') return stop(kernel, process, signal);
  kernel.exit(process, { signalled: signal });
}

/** A trap ends a call early only where the program has asked for that. */
function interrupt(kernel: Kernel, process: Running): void {
  const { waiting } = process;
  const call = waiting?.call;
  const may =
    (call?.call === 'wait' && call.interruptible) ||
    (call?.call === 'read' && call.how?.interruptible);
  if (waiting && may) process.waiting = { ...waiting, deadline: 0, held: { value: 'EINTR' } };
  kernel.wake(process);
}

function isFirst(kernel: Kernel, { host, sandbox, pid }: Running): boolean {
  if (sandbox === 'host') return false;
  return kernel.world.store.get<StartedRecord>(startedKey(host, sandbox))?.pid === pid;
}

function stop(kernel: Kernel, process: Running, signal: Signal): void {
  if (process.stopped) return;
  process.stopped = true;
  process.waiter?.stops.set(process.pid, signal);
  if (process.waiter) kernel.wake(process.waiter);
}

function goOn(kernel: Kernel, process: Running): void {
  if (!process.stopped) return;
  process.stopped = false;
  process.woken = false;
  process.waiter?.stops.delete(process.pid);
  kernel.wake(process);
}
