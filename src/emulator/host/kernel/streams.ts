import type { SocketEvent } from '../../network/api.ts';
import type { Syscall } from '../syscalls.ts';
import { createFiles } from '../files.ts';
import type { ReadHow } from '../syscalls.ts';
import { awaitPipe, block, done, isLate, type Attempt } from './attempt.ts';
import { sharers, wakePipe } from './descriptors.ts';
import type { Kernel } from './kernel.ts';
import { appendLog } from './log.ts';
import type { Descriptor } from './records.ts';
import type { Running, Waiting } from './state.ts';

/** Characters that one read of a file gives. */
const FILE_CHUNK = 65_536;

/** The same of a device that never ends. */
const DEVICE_CHUNK = 4_096;

/** `read`: the next piece, null at the end. */
export function readFd(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'read' },
  before: Waiting | undefined,
): Attempt {
  const descriptor = process.fds.get(call.fd);
  const wait = () =>
    isLate(kernel, before)
      ? done('EAGAIN')
      : block(kernel, process, call, before, call.timeout, call.fd);
  if (!descriptor) return done('EBADF');
  switch (descriptor.type) {
    case 'null':
    case 'log':
    case 'sink':
      return done(null);
    case 'zero':
      return done('\0'.repeat(Math.min(call.how?.most ?? Infinity, DEVICE_CHUNK)));
    case 'random':
      return done(randomText(kernel, process, call, descriptor));
    case 'pipe': {
      const pipe = kernel.pipes.get(descriptor.id);
      if (!pipe) return done(null);
      if (pipe.buffer.length > 0) {
        const [text, rest] = take(pipe.buffer, call.how);
        pipe.buffer = rest;
        wakePipe(kernel, descriptor.id);
        return done(text);
      }
      if (pipe.writers <= 0) return done(null);
      awaitPipe(kernel, process, call.fd);
      return wait();
    }
    case 'terminal': {
      const input = kernel.terminals().takeInput(descriptor.id, process, call.how);
      return input === undefined ? wait() : done(input);
    }
    case 'file':
      return readFile(kernel, process, call, descriptor);
    case 'held':
      return wait();
    case 'socket':
      return readSocket(eventsOf(kernel, process, call.fd, descriptor.id), wait, call.how);
    default:
      return done('EINVAL');
  }
}

/** Letters of chance, keyed by the process and how often it has drawn. */
function randomText(
  { world }: Kernel,
  process: Running,
  { fd, how }: Syscall & { call: 'read' },
  { drawn }: Descriptor & { type: 'random' },
): string {
  const length = Math.min(how?.most ?? Infinity, DEVICE_CHUNK);
  const purpose = `urandom/${process.host}/${process.pid}/${drawn}`;
  process.fds.set(fd, { type: 'random', drawn: drawn + 1 });
  const digits = world.chance.hex(purpose, length * 2);
  const letter = (_: unknown, at: number) =>
    String.fromCharCode(Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
  return Array.from({ length }, letter).join('');
}

function readFile(
  kernel: Kernel,
  process: Running,
  { fd, how }: Syscall & { call: 'read' },
  descriptor: Descriptor & { type: 'file' },
): Attempt {
  const found = fileOf(kernel, process, descriptor).read(descriptor.path);
  if (typeof found === 'string') return done(found);
  const chunk = found.text.slice(descriptor.offset, descriptor.offset + FILE_CHUNK);
  const [text] = take(chunk, how);
  if (text === '') return done(null);
  process.fds.set(fd, { ...descriptor, offset: descriptor.offset + text.length });
  process.unsaved = true;
  return done(text);
}

/** As much of a text as a read may have, and what stays. */
export function take(text: string, how: ReadHow | undefined): [string, string] {
  if (!how) return [text, ''];
  const { until, most = Infinity } = how;
  const at = until === undefined ? -1 : text.indexOf(until);
  const length = Math.min(at < 0 ? text.length : at + 1, most);
  return [text.slice(0, length), text.slice(length)];
}

/** What has come for a socket: to this process, or to another that has the same one open. */
function eventsOf(kernel: Kernel, process: Running, fd: number, socket: string): SocketEvent[] {
  const own = (process.events.get(fd) ?? []) as SocketEvent[];
  if (own.length > 0 || !kernel.shared.has(socket)) return own;
  for (const other of sharers(kernel, process, socket)) {
    const events = other.process.events.get(other.fd) ?? [];
    if (events.length > 0) return events as SocketEvent[];
  }
  return own;
}

function readSocket(events: SocketEvent[], wait: () => Attempt, how?: ReadHow): Attempt {
  const [event] = events;
  if (!event) return wait();
  if (event.event === 'end') return done(null);
  events.shift();
  if (event.event === 'data') {
    const [text, rest] = take(event.payload, how);
    if (rest !== '') events.unshift({ ...event, payload: rest });
    return done(text);
  }
  if (event.event === 'datagram') return done(event.payload);
  if (event.event === 'reset' || event.event === 'failed') {
    events.unshift({ ...event, event: 'end' } as SocketEvent);
    return done(event.errno);
  }
  return wait();
}

function fileOf(kernel: Kernel, process: Running, descriptor: Descriptor & { type: 'file' }) {
  return createFiles(kernel.fileSystem, process.host, descriptor.sandbox, {
    cwd: () => '/',
    user: process.user,
  });
}

/** `write`: all of it, waiting while a pipe is full. */
export function writeFd(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'write' },
  before: Waiting | undefined,
): Attempt {
  const descriptor = process.fds.get(call.fd);
  if (!descriptor) return done('EBADF');
  switch (descriptor.type) {
    case 'null':
    case 'zero':
    case 'random':
      return done(undefined);
    case 'sink': {
      const sink = kernel.sinks.get(descriptor.id);
      if (sink && sink.text.length < kernel.world.limits.terminalBacklog) sink.text += call.text;
      return done(undefined);
    }
    case 'log':
      appendLog(kernel.world, process.host, descriptor.sandbox, descriptor.stream, call.text);
      return done(undefined);
    case 'held': {
      const stream = descriptor.stream === 'stderr' ? 'stderr' : 'stdout';
      appendLog(kernel.world, process.host, descriptor.sandbox, stream, call.text);
      return done(undefined);
    }
    case 'terminal':
      kernel.terminals().write(descriptor.id, call.text);
      return done(undefined);
    case 'pipe': {
      const pipe = kernel.pipes.get(descriptor.id);
      if (!pipe || pipe.readers <= 0) {
        if (process.traps.get('PIPE') !== 'ignore') kernel.exit(process, { signalled: 'PIPE' });
        return done('EPIPE');
      }
      if (pipe.buffer.length >= kernel.world.limits.pipeSize) {
        awaitPipe(kernel, process, call.fd);
        return block(kernel, process, call, before);
      }
      pipe.buffer += call.text;
      wakePipe(kernel, descriptor.id);
      return done(undefined);
    }
    case 'file':
      return writeFile(kernel, process, call, descriptor);
    case 'socket':
      return done(kernel.network.send(descriptor.id, call.text));
    default:
      return done('EINVAL');
  }
}

function writeFile(
  kernel: Kernel,
  process: Running,
  { fd, text }: Syscall & { call: 'write' },
  descriptor: Descriptor & { type: 'file' },
): Attempt {
  const files = fileOf(kernel, process, descriptor);
  if (descriptor.mode !== 'r+') return done(files.write(descriptor.path, text, { append: true }));
  const found = files.read(descriptor.path);
  const whole = typeof found === 'string' ? '' : found.text;
  const { offset } = descriptor;
  const next = whole.slice(0, offset) + text + whole.slice(offset + text.length);
  process.fds.set(fd, { ...descriptor, offset: offset + text.length });
  process.unsaved = true;
  return done(files.write(descriptor.path, next));
}
