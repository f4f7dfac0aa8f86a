import { readLog, type LogLine } from '../host/kernel/log.ts';
import { attachTo } from '../host/kernel/attach.ts';
import { wakePipe } from '../host/kernel/descriptors.ts';
import { startedKey, type Descriptor, type StartedRecord } from '../host/kernel/records.ts';
import { isFirst } from '../host/kernel/restore.ts';
import { loginEnv } from '../host/kernel/spawn.ts';
import { make } from '../host/kernel/start.ts';
import type { Pipe, Running } from '../host/kernel/state.ts';
import type { Errno, ExitStatus } from '../host/syscalls.ts';
import type { Wired } from './wire.ts';

/** Where a container runs, as the kubelet answers `exec` and `attach`. */
export interface Place {
  readonly host: string;
  readonly sandbox: string;
}

/** Which streams a client wants of a container. */
export interface StreamsAsked {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The streams of a command in a container, held by a client outside. */
export interface Streams {
  write(text: string): void;
  /** Characters that were written and not yet read: a client waits while they are many. */
  unread(): number;
  closeInput(): void;
  resize(columns: number, rows: number): void;
  /** What was printed since the last time. On a terminal all of it is `stdout`. */
  take(): { readonly stdout: string; readonly stderr: string };
  /** How it ended; undefined while it runs. */
  status(): ExitStatus | undefined;
  /** The client has gone. */
  leave(): void;
}

/** Terminals of clients outside, and what they have not taken of their screens. */
export interface OutsideTerminals {
  readonly shown: Map<string, string>;
  last: number;
}

/** Starts a command in a container. An errno is why it does not start. */
export function execOutside(
  wired: Wired,
  terminals: OutsideTerminals,
  { host, sandbox }: Place,
  command: readonly string[],
  asked: StreamsAsked,
): Streams | Errno {
  const { kernel } = wired.hosts;
  const target = kernel.sandbox(host, sandbox);
  if (!target) return 'ESRCH';
  const terminal = asked.tty ? openTerminal(wired, terminals, host, asked) : undefined;
  const pipes = terminal === undefined ? openPipes(wired, asked) : undefined;
  const end: Descriptor = { type: 'terminal', id: terminal ?? '' };
  const fds = pipes?.fds ?? new Map([0, 1, 2].map((fd) => [fd, end]));
  const started = kernel.spawn(host, command, {
    parent: 1,
    sandbox,
    user: target.user,
    env: loginEnv(target.env, target.user),
    cwd: target.cwd,
    fds,
    ...(terminal !== undefined && { terminal }),
  });
  if (typeof started === 'string') {
    pipes?.leave();
    if (terminal !== undefined) closeTerminal(wired, terminals, terminal);
    return started;
  }
  if (terminal !== undefined) {
    const { group, pid: owner } = started;
    kernel.foreground.set(terminal, { terminal, host, group, owner });
  }
  kernel.drain();
  const ended = () => started.status;
  if (pipes) return { ...pipes.streams, status: ended, leave: pipes.leave };
  return onTerminal(wired, terminals, terminal as string, ended, () => {
    kernel.signal(host, -started.group, 'HUP');
    kernel.drain();
  });
}

/** Pipes whose other ends the client holds. */
function openPipes({ hosts: { kernel } }: Wired, { stdin }: StreamsAsked) {
  const open = (end: 'read' | 'write'): [number, Pipe] => {
    const id = kernel.nextPipe++;
    const ours = end === 'read' ? { readers: 0, writers: 1 } : { readers: 1, writers: 0 };
    const pipe: Pipe = { buffer: '', ...ours, waiters: new Set() };
    kernel.pipes.set(id, pipe);
    return [id, pipe];
  };
  const [input, out, err] = [stdin ? open('read') : undefined, open('write'), open('write')];
  const fds = new Map<number, Descriptor>([
    [0, input ? { type: 'pipe', id: input[0], end: 'read' } : { type: 'null' }],
    [1, { type: 'pipe', id: out[0], end: 'write' }],
    [2, { type: 'pipe', id: err[0], end: 'write' }],
  ]);
  const wake = (id: number) => {
    wakePipe(kernel, id);
    kernel.drain();
  };
  const empty = ([id, pipe]: [number, Pipe]) => {
    const text = pipe.buffer;
    if (text === '') return '';
    pipe.buffer = '';
    wake(id);
    return text;
  };
  let isOpen = input !== undefined;
  const closeInput = () => {
    if (!input || !isOpen) return;
    isOpen = false;
    input[1].writers -= 1;
    wake(input[0]);
  };
  return {
    fds,
    streams: {
      write(text: string) {
        if (!input || !isOpen || input[1].readers <= 0) return;
        input[1].buffer += text;
        wake(input[0]);
      },
      unread: () => input?.[1].buffer.length ?? 0,
      closeInput,
      resize: () => undefined,
      take: () => ({ stdout: empty(out), stderr: empty(err) }),
    },
    leave() {
      closeInput();
      for (const [id, pipe] of [out, err]) {
        pipe.readers -= 1;
        wake(id);
        if (pipe.readers <= 0 && pipe.writers <= 0) kernel.pipes.delete(id);
      }
      if (input && input[1].readers <= 0) kernel.pipes.delete(input[0]);
    },
  };
}

function openTerminal(
  { hosts }: Wired,
  terminals: OutsideTerminals,
  host: string,
  { columns = 80, rows = 24 }: StreamsAsked,
): string {
  const id = `outside-${(terminals.last += 1)}`;
  hosts.terminals.lend(id, host, columns, rows);
  terminals.shown.set(id, '');
  return id;
}

function closeTerminal({ hosts }: Wired, terminals: OutsideTerminals, id: string): void {
  terminals.shown.delete(id);
  hosts.terminals.takeBack(id);
}

function onTerminal(
  wired: Wired,
  terminals: OutsideTerminals,
  id: string,
  ended: () => ExitStatus | undefined,
  hangUp: () => void,
): Streams {
  const { terminals: all } = wired.hosts;
  return {
    write: (text) => all.keys(id, text),
    unread: () => 0,
    closeInput: () => undefined,
    resize: (columns, rows) => all.resize(id, columns, rows),
    take() {
      all.flush();
      const stdout = terminals.shown.get(id) ?? '';
      terminals.shown.set(id, '');
      return { stdout, stderr: '' };
    },
    status: ended,
    leave() {
      if (!ended()) hangUp();
      closeTerminal(wired, terminals, id);
    },
  };
}

/** Joins the streams of a container's first process. ESRCH: it does not run. */
export function attachOutside(
  wired: Wired,
  terminals: OutsideTerminals,
  { host, sandbox }: Place,
  asked: StreamsAsked,
): Streams | Errno {
  const { kernel } = wired.hosts;
  const inside = () =>
    [...kernel.processes.values()].filter((each) => each.host === host && each.sandbox === sandbox);
  const first = inside().find((each) => isFirst(kernel, each));
  if (!first) return 'ESRCH';
  const held = first.fds.get(0);
  const log = followLog(wired, { host, sandbox });
  if (!asked.stdin || held?.type !== 'held') {
    return {
      ...deaf,
      take: () => byStream(log.take()),
      status: log.ended,
      leave: () => undefined,
    };
  }
  if (held.tty && asked.tty) return takeTerminal(wired, terminals, first, inside, asked);
  const pipes = openPipes(wired, asked);
  const client = make(kernel, host, 0, {
    parent: 1,
    sandbox: 'host',
    user: 'root',
    env: {},
    cwd: '/',
    fds: pipes.fds,
  });
  attachTo(kernel, client, `${host}:${sandbox}`);
  kernel.drain();
  const leave = () => {
    giveBack(inside(), sandbox, held.tty);
    pipes.leave();
  };
  // On a terminal the outputs are given away as well; else they go to the log.
  const take = () => {
    const [logged, given] = [byStream(log.take()), pipes.streams.take()];
    return { stdout: logged.stdout + given.stdout, stderr: logged.stderr + given.stderr };
  };
  return { ...pipes.streams, take, status: log.ended, leave };
}

const deaf = {
  write: () => undefined,
  unread: () => 0,
  closeInput: () => undefined,
  resize: () => undefined,
};

function takeTerminal(
  wired: Wired,
  terminals: OutsideTerminals,
  first: Running,
  inside: () => readonly Running[],
  asked: StreamsAsked,
): Streams {
  const { kernel } = wired.hosts;
  const { host, sandbox } = first;
  const id = openTerminal(wired, terminals, host, asked);
  const end: Descriptor = { type: 'terminal', id };
  for (const each of inside()) {
    for (const [fd, own] of each.fds) if (own.type === 'held') each.fds.set(fd, end);
    each.terminal = id;
  }
  const { group, pid: owner } = first;
  kernel.foreground.set(id, { terminal: id, host, group, owner });
  for (const each of inside()) kernel.wake(each);
  kernel.drain();
  const streams = onTerminal(
    wired,
    terminals,
    id,
    () => first.status,
    () => undefined,
  );
  return {
    ...streams,
    status: () => first.status,
    leave() {
      giveBack(inside(), sandbox, true);
      streams.leave();
    },
  };
}

/** The container holds its streams open again, for the next client. */
function giveBack(inside: readonly Running[], sandbox: string, tty: boolean): void {
  const names = ['stdin', 'stdout', 'stderr'] as const;
  for (const each of inside) {
    for (const [fd, own] of each.fds) {
      const stream = names[fd];
      const lent = own.type === 'terminal' ? tty : own.type === 'pipe' && (tty || fd === 0);
      if (stream && lent) each.fds.set(fd, { type: 'held', sandbox, stream, tty });
    }
    if (tty) each.terminal = undefined;
  }
}

/** A log that is read on from where it is now. */
export interface LogFollower {
  /** What was added since the last time; a line that goes on comes in pieces. */
  take(): readonly LogLine[];
  /** How the container ended; undefined while it runs. */
  ended(): ExitStatus | undefined;
}

/** Follows the log of a container from now on. */
export function followLog({ world }: Wired, { host, sandbox }: Place): LogFollower {
  const sizeOf = (line: LogLine | undefined) => line?.text.length ?? 0;
  let revision = -1;
  const now = readLog(world, host, sandbox);
  let at = { lines: now.length, last: sizeOf(now.at(-1)), first: now[0]?.at };
  return {
    take() {
      if (world.store.revision === revision) return [];
      revision = world.store.revision;
      const lines = readLog(world, host, sandbox);
      // Older lines are rotated away: the rest is counted from the end.
      if (lines[0]?.at !== at.first) at = { ...at, lines: Math.min(at.lines, lines.length) };
      const seen = Math.max(0, at.lines - 1);
      const fresh = lines.slice(seen).flatMap((line, index) => {
        const text = index === 0 && at.lines > 0 ? line.text.slice(at.last) : line.text;
        return text === '' ? [] : [{ ...line, text }];
      });
      at = { lines: lines.length, last: sizeOf(lines.at(-1)), first: lines[0]?.at };
      return fresh;
    },
    ended: () => world.store.get<StartedRecord>(startedKey(host, sandbox))?.status,
  };
}

function byStream(lines: readonly LogLine[]): { stdout: string; stderr: string } {
  const of = (stream: LogLine['stream']) =>
    lines
      .filter((line) => line.stream === stream)
      .map(({ text }) => text)
      .join('');
  return { stdout: of('stdout'), stderr: of('stderr') };
}
