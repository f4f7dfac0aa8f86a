import type { Kernel } from './kernel.ts';
import type { Descriptor } from './records.ts';
import type { Running } from './state.ts';

/** Counts a descriptor that a process was given. */
export function openedBy(kernel: Kernel, descriptor: Descriptor): void {
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
  release(kernel, process, descriptor);
}

export function closeAll(kernel: Kernel, process: Running): void {
  for (const fd of [...process.fds.keys()]) closeFd(kernel, process, fd);
}

function release(kernel: Kernel, process: Running, descriptor: Descriptor): void {
  switch (descriptor.type) {
    case 'pipe': {
      const pipe = kernel.pipes.get(descriptor.id);
      if (!pipe) return;
      if (descriptor.end === 'read') pipe.readers -= 1;
      else pipe.writers -= 1;
      if (pipe.readers <= 0 && pipe.writers <= 0) kernel.pipes.delete(descriptor.id);
      wakePipe(kernel, descriptor.id);
      return;
    }
    case 'socket': {
      const shared = [...kernel.processes.values()].some(
        (each) =>
          each !== process &&
          [...each.fds.values()].some((own) => own.type === 'socket' && own.id === descriptor.id),
      );
      if (!shared) kernel.network.close(descriptor.id);
      return;
    }
    case 'watch':
      kernel.api.unwatch(descriptor.id);
      return;
    case 'capture':
      kernel.network.endCapture(descriptor.id);
      return;
    default:
  }
}

/** All who wait for a pipe look again. */
export function wakePipe(kernel: Kernel, id: number): void {
  for (const process of kernel.processes.values()) {
    const call = process.waiting?.call;
    if (!call || (call.call !== 'read' && call.call !== 'write' && call.call !== 'poll')) continue;
    const uses = [...process.fds.values()].some((each) => each.type === 'pipe' && each.id === id);
    if (uses) kernel.wake(process);
  }
}
