import type { Kernel } from './kernel.ts';
import type { Descriptor } from './records.ts';
import type { Running } from './state.ts';

/** The smallest descriptor above the standard ones that is free. */
export function lowestFree(process: Running): number {
  for (let fd = 3; ; fd++) if (!process.fds.has(fd)) return fd;
}

/** Counts a descriptor that a process was given by another. */
export function openedBy(kernel: Kernel, descriptor: Descriptor): void {
  if (descriptor.type === 'socket') {
    kernel.shared.set(descriptor.id, (kernel.shared.get(descriptor.id) ?? 0) + 1);
    return;
  }
  if (descriptor.type !== 'pipe') return;
  const pipe = kernel.pipes.get(descriptor.id);
  if (!pipe) return;
  if (descriptor.end === 'read') pipe.readers += 1;
  else pipe.writers += 1;
}

/** Closes one descriptor of a process, and what stands behind it if nobody else has it. */
export function closeFd(kernel: Kernel, process: Running, fd: number): void {
  const descriptor = process.fds.get(fd);
  if (!descriptor) return;
  process.fds.delete(fd);
  process.events.delete(fd);
  process.unsaved = true;
  release(kernel, descriptor);
}

export function closeAll(kernel: Kernel, process: Running): void {
  for (const fd of [...process.fds.keys()]) closeFd(kernel, process, fd);
}

function release(kernel: Kernel, descriptor: Descriptor): void {
  switch (descriptor.type) {
    case 'pipe': {
      const pipe = kernel.pipes.get(descriptor.id);
      if (!pipe) return;
      if (descriptor.end === 'read') pipe.readers -= 1;
      else pipe.writers -= 1;
      if (pipe.readers <= 0 && pipe.writers <= 0) kernel.pipes.delete(descriptor.id);
      for (const waiter of pipe.waiters) kernel.wake(waiter);
      pipe.waiters.clear();
      return;
    }
    case 'socket': {
      const others = kernel.shared.get(descriptor.id) ?? 0;
      if (others === 0) kernel.network.close(descriptor.id);
      else if (others === 1) kernel.shared.delete(descriptor.id);
      else kernel.shared.set(descriptor.id, others - 1);
      return;
    }
    case 'watch':
      kernel.api.unwatch(descriptor.id);
      return;
    case 'capture':
      kernel.network.endCapture(descriptor.id);
      return;
    case 'queue':
      if (kernel.network.hasNetns(descriptor)) {
        kernel.network.config(descriptor).setQueue(descriptor.id, undefined);
      }
      return;
    default:
  }
}

/** All who wait for a pipe look again. */
export function wakePipe(kernel: Kernel, id: number): void {
  const pipe = kernel.pipes.get(id);
  if (!pipe) return;
  for (const waiter of pipe.waiters) kernel.wake(waiter);
  pipe.waiters.clear();
}

/** Other processes of a host that have the same socket open, and as which descriptor. */
export function sharers(
  kernel: Kernel,
  process: Running,
  socket: string,
): readonly { readonly process: Running; readonly fd: number }[] {
  const found: { readonly process: Running; readonly fd: number }[] = [];
  for (const each of kernel.processes.values()) {
    if (each === process || each.host !== process.host) continue;
    for (const [fd, descriptor] of each.fds) {
      if (descriptor.type === 'socket' && descriptor.id === socket)
        found.push({ process: each, fd });
    }
  }
  return found;
}
