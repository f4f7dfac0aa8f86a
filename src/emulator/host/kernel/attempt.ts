import type { SocketEvent, Errno } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import type { Syscall } from '../syscalls.ts';
import { api, watch } from './attempt-api.ts';
import type { Kernel } from './kernel.ts';
import { adopt, lowestFree } from './kernel.ts';
import { addressOf } from './records.ts';
import { readFd, writeFd } from './streams.ts';
import type { Running, Waiting } from './state.ts';

/** A call that is done, or one that waits. */
export type Attempt =
  | { readonly blocked: false; readonly value: unknown }
  | { readonly blocked: true; readonly waiting: Waiting };

export const done = (value: unknown): Attempt => ({ blocked: false, value });

/** Waits; the first time it also sets the alarm for the call's time-out. */
export function block(
  kernel: Kernel,
  process: Running,
  call: Syscall,
  before: Waiting | undefined,
  timeout?: Micros,
  fd?: number,
): Attempt {
  if (before) return { blocked: true, waiting: before };
  const deadline = timeout === undefined ? undefined : kernel.world.clock.now + timeout;
  const ticket =
    timeout === undefined
      ? undefined
      : kernel.world.queue.send(
          addressOf(process.host, process.pid),
          { type: 'poke' },
          Math.max(0, Math.round(timeout)),
        );
  return { blocked: true, waiting: { call, deadline, ticket, ...(fd !== undefined && { fd }) } };
}

export function isLate(kernel: Kernel, before: Waiting | undefined): boolean {
  return before?.deadline !== undefined && kernel.world.clock.now >= before.deadline;
}

/** Tries a call; `before` is what it waits with, if it was tried already. */
export function attempt(
  kernel: Kernel,
  process: Running,
  call: Syscall,
  before: Waiting | undefined,
): Attempt {
  switch (call.call) {
    case 'sleep':
      if (isLate(kernel, before)) return done(undefined);
      return block(kernel, process, call, before, call.delay);
    case 'read':
      return readFd(kernel, process, call, before);
    case 'write':
      return writeFd(kernel, process, call, before);
    case 'line': {
      const line = kernel.terminals().takeLine(process.terminal ?? '', call.prompt, process);
      return line === undefined ? block(kernel, process, call, before) : done(line);
    }
    case 'connect':
      return connect(kernel, process, call, before);
    case 'accept':
      return accept(kernel, process, call, before);
    case 'receive':
      return receive(kernel, process, call, before);
    case 'poll': {
      const ready = call.fds.filter((fd) => hasSomething(kernel, process, fd));
      if (ready.length > 0 || isLate(kernel, before)) return done(ready);
      return block(kernel, process, call, before, call.timeout);
    }
    case 'wait': {
      const status = process.ended.get(call.pid);
      if (status) {
        process.ended.delete(call.pid);
        process.children.delete(call.pid);
        return done(status);
      }
      if (!process.children.has(call.pid)) return done({ exited: 127 });
      return block(kernel, process, call, before);
    }
    case 'api':
      return api(kernel, process, call, before);
    case 'watch':
      return watch(kernel, process, call, before);
    case 'message':
      return done(undefined);
  }
}

function hasSomething(kernel: Kernel, process: Running, fd: number): boolean {
  if ((process.events.get(fd)?.length ?? 0) > 0) return true;
  const descriptor = process.fds.get(fd);
  if (descriptor?.type === 'pipe') {
    const pipe = kernel.pipes.get(descriptor.id);
    return !pipe || pipe.buffer.length > 0 || pipe.writers <= 0;
  }
  if (descriptor?.type === 'terminal') return kernel.terminals().hasInput(descriptor.id);
  return descriptor?.type === 'file' || descriptor?.type === 'null';
}

function connect(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'connect' },
  before: Waiting | undefined,
): Attempt {
  let waiting = before;
  if (!waiting) {
    const where = {
      host: process.host,
      netns: kernel.sandbox(process.host, process.sandbox)?.netns ?? 'host',
    };
    const socket = kernel.network.connect(
      where,
      call.to,
      addressOf(process.host, process.pid),
      call.options.from,
    );
    if (!socket.startsWith('/')) return done(socket as Errno);
    const fd = lowestFree(process);
    process.fds.set(fd, { type: 'socket', id: socket, kind: 'stream' });
    const blocked = block(kernel, process, call, undefined, call.options.timeout, fd);
    waiting = (blocked as { waiting: Waiting }).waiting;
  }
  const fd = waiting.fd as number;
  const event = process.events.get(fd)?.shift() as SocketEvent | undefined;
  const giveUp = (errno: Errno) => {
    const descriptor = process.fds.get(fd);
    if (descriptor?.type === 'socket') kernel.network.close(descriptor.id);
    process.fds.delete(fd);
    return done(errno);
  };
  if (event?.event === 'connected') return done(fd);
  if (event?.event === 'failed') return giveUp(event.errno);
  if (event?.event === 'reset') return giveUp(event.errno);
  if (isLate(kernel, waiting)) return giveUp('ETIMEDOUT');
  return { blocked: true, waiting };
}

function accept(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'accept' },
  before: Waiting | undefined,
): Attempt {
  const event = process.events.get(call.fd)?.shift() as SocketEvent | undefined;
  if (event?.event === 'accepted') {
    return done({ fd: adopt(kernel, process, event.accepted), peer: event.peer });
  }
  if (!process.fds.has(call.fd)) return done('EBADF');
  if (isLate(kernel, before)) return done('EAGAIN');
  return block(kernel, process, call, before, call.timeout, call.fd);
}

function receive(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'receive' },
  before: Waiting | undefined,
): Attempt {
  const events = process.events.get(call.fd);
  if (events && events.length > 0) return done(events.shift());
  if (!process.fds.has(call.fd)) return done('EBADF');
  if (isLate(kernel, before)) return done('EAGAIN');
  return block(kernel, process, call, before, call.timeout, call.fd);
}
