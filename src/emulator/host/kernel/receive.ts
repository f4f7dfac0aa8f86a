import type { SocketEvent } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import { isDaemon, type DaemonMessage } from '../syscalls.ts';
import { lowestFree, sharers } from './descriptors.ts';
import type { Kernel } from './kernel.ts';
import { addressOf, timerKey, type Descriptor } from './records.ts';
import type { Happened, Running } from './state.ts';

/** What the queue brings to a process. */
export type Incoming =
  | { readonly type: 'poke' }
  | { readonly type: 'timer'; readonly name: string; readonly data?: Json }
  | SocketEvent
  | { readonly type: 'watch'; readonly watch: number; readonly event: Happened }
  | { readonly type: 'packet'; readonly capture: number }
  | DaemonMessage;

/** Puts a message where the process will find it, and wakes the process. */
export function receive(kernel: Kernel, process: Running, message: Incoming): void {
  const daemon = isDaemon(process.executable);
  switch (message.type) {
    case 'poke':
      break;
    case 'socket':
      socketEvent(kernel, process, message as SocketEvent);
      break;
    case 'watch': {
      const { watch, event } = message as { readonly watch: number; readonly event: Happened };
      const fd = fdOf(process, (each) => each.type === 'watch' && each.id === watch);
      if (fd === undefined) break;
      if (daemon) process.mailbox.push({ type: 'watch', fd, event: event as never });
      else push(process, fd, event);
      break;
    }
    case 'packet': {
      const { capture } = message as { readonly capture: number };
      const fd = fdOf(process, (each) => each.type === 'capture' && each.id === capture);
      if (fd !== undefined) push(process, fd, message as unknown as Happened);
      break;
    }
    case 'timer': {
      const { name } = message;
      const key = timerKey(process.host, process.pid, name);
      kernel.world.store.commit(kernel.world.cause('kernel'), [{ key, value: undefined }]);
      process.mailbox.push(message);
      break;
    }
    default:
      process.mailbox.push(message as DaemonMessage);
  }
  kernel.wake(process);
}

function socketEvent(kernel: Kernel, process: Running, event: SocketEvent): void {
  const fd = fdOf(process, (each) => each.type === 'socket' && each.id === event.socket);
  if (fd === undefined) return;
  if (!isDaemon(process.executable) || process.waiting?.fd === fd) {
    push(process, fd, event);
    if (!kernel.shared.has(event.socket)) return;
    for (const other of sharers(kernel, process, event.socket)) kernel.wake(other.process);
    return;
  }
  const acceptedFd =
    event.event === 'accepted' ? adopt(kernel, process, event.accepted) : undefined;
  process.mailbox.push({ ...event, fd, ...(acceptedFd !== undefined && { acceptedFd }) });
}

function fdOf(process: Running, is: (descriptor: Descriptor) => boolean): number | undefined {
  for (const [fd, descriptor] of process.fds) if (is(descriptor)) return fd;
  return undefined;
}

function push(process: Running, fd: number, event: Happened): void {
  const events = process.events.get(fd);
  if (events) events.push(event);
  else process.events.set(fd, [event]);
}

/** A connection that a listener took becomes a descriptor of its own. */
export function adopt(kernel: Kernel, process: Running, socket: string): number {
  const fd = lowestFree(process);
  process.fds.set(fd, { type: 'socket', id: socket, kind: 'stream' });
  kernel.network.setOwner(socket, addressOf(process.host, process.pid));
  process.unsaved = true;
  return fd;
}
