import type { SocketEvent, Errno } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import type { ExitStatus, Pid, Signal, Syscall } from '../syscalls.ts';
import { api, watch, whereOf } from './attempt-api.ts';
import type { Kernel } from './kernel.ts';
import { lowestFree } from './descriptors.ts';
import { adopt } from './receive.ts';
import { addressOf, type Alarm } from './records.ts';
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

/** A program that was made again takes up the sleep that it was in. */
function goOnSleeping(process: Running, call: Syscall): Attempt {
  const waiting = { call, ...(process.alarm as Alarm) };
  process.alarm = undefined;
  return { blocked: true, waiting };
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
      if (!before && process.alarm) return goOnSleeping(process, call);
      return block(kernel, process, call, before, call.delay);
    case 'read':
      return readFd(kernel, process, call, before);
    case 'write':
      return writeFd(kernel, process, call, before);
    case 'line': {
      if (process.fds.get(0)?.type === 'held') return block(kernel, process, call, before);
      const line = kernel.terminals().takeLine(process.terminal ?? '', call, process);
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
      if (ready.length > 0 || call.timeout === 0 || isLate(kernel, before)) return done(ready);
      for (const fd of call.fds) awaitPipe(kernel, process, fd);
      return block(kernel, process, call, before, call.timeout);
    }
    case 'wait':
      return wait(kernel, process, call, before);
    case 'wait-any': {
      const over = call.pids.some((pid) => process.ended.has(pid) || !process.children.has(pid));
      return over ? done(undefined) : block(kernel, process, call, before);
    }
    case 'api':
      return api(kernel, process, call, before);
    case 'watch':
      return watch(kernel, process, call, before);
    case 'message':
    case 'step':
    case 'exec':
      return done(undefined);
  }
}

function wait(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'wait' },
  before: Waiting | undefined,
): Attempt {
  const { pid, untraced } = call;
  const change = reap(process, pid, untraced ?? false);
  if (change) return done(change);
  if (!process.children.has(pid)) return done({ exited: 127 });
  return block(kernel, process, call, before);
}

/** Collects a child that has ended, or, where asked for, one that was stopped. */
export function reap(
  process: Running,
  pid: Pid,
  untraced: boolean,
): ExitStatus | { readonly stopped: Signal } | undefined {
  const status = process.ended.get(pid);
  if (status) {
    process.ended.delete(pid);
    process.children.delete(pid);
    return status;
  }
  const stopped = untraced ? process.stops.get(pid) : undefined;
  if (!stopped) return undefined;
  process.stops.delete(pid);
  return { stopped };
}

function hasSomething(kernel: Kernel, process: Running, fd: number): boolean {
  if ((process.events.get(fd)?.length ?? 0) > 0) return true;
  const descriptor = process.fds.get(fd);
  if (descriptor?.type === 'pipe') {
    const pipe = kernel.pipes.get(descriptor.id);
    return !pipe || pipe.buffer.length > 0 || pipe.writers <= 0;
  }
  if (descriptor?.type === 'terminal') return kernel.terminals().hasInput(descriptor.id);
  return ['file', 'null', 'zero', 'random'].includes(descriptor?.type ?? '');
}

/** Notes that a process looks at a pipe, so that it is woken when that changes. */
export function awaitPipe(kernel: Kernel, process: Running, fd: number): void {
  const descriptor = process.fds.get(fd);
  if (descriptor?.type === 'pipe') kernel.pipes.get(descriptor.id)?.waiters.add(process);
}

function connect(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'connect' },
  before: Waiting | undefined,
): Attempt {
  let waiting = before;
  if (!waiting) {
    const socket = kernel.network.connect(
      whereOf(kernel, process),
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
