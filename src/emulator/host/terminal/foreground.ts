import type { Kernel } from '../kernel/kernel.ts';
import type { Running } from '../kernel/state.ts';
import type { Signal } from '../syscalls.ts';

/** Keys that are signals while the terminal is not raw. */
export const controls: Readonly<
  Record<string, { readonly shown: string; readonly signal: Signal }>
> = {
  '\x03': { shown: '^C', signal: 'INT' },
  '\x1a': { shown: '^Z', signal: 'TSTP' },
  '\x1c': { shown: '^\\', signal: 'QUIT' },
};

/** A key's signal reaches the group that has the terminal; the shell's own where none has. */
export function signalForeground(kernel: Kernel, terminal: string, signal: Signal): void {
  const now = kernel.foreground.get(terminal);
  if (!now) return;
  const failed = kernel.signal(now.host, -now.group, signal);
  if (failed === 'ESRCH') kernel.signal(now.host, now.owner, signal);
}

/** All that runs in a terminal is told that it is gone. */
export function hangUp(kernel: Kernel, terminal: string): void {
  for (const process of [...kernel.processes.values()]) {
    if (process.terminal === terminal) kernel.signal(process.host, process.pid, 'HUP');
  }
}

export function isForeground(kernel: Kernel, terminal: string, { host, group }: Running): boolean {
  const now = kernel.foreground.get(terminal);
  return !now || (now.host === host && now.group === group);
}

export function wakeReaders(kernel: Kernel, terminal: string): void {
  for (const process of kernel.processes.values()) {
    if (process.terminal === terminal && process.waiting) kernel.wake(process);
  }
}

/** Whether what runs in the foreground shows a stream, or only waits. */
export function paceOf(kernel: Kernel, terminal: string): 'waiting' | 'stream' {
  for (const process of kernel.processes.values()) {
    if (process.terminal !== terminal || !isForeground(kernel, terminal, process)) continue;
    if (process.pace === 'stream') return 'stream';
    const call = process.waiting?.call;
    if (call?.call === 'read' && process.fds.get(call.fd)?.type === 'terminal') return 'stream';
  }
  return 'waiting';
}
