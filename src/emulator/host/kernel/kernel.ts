import type { ApiServer, User } from '../../apiserver/request.ts';
import type { Network, SocketEvent } from '../../network/api.ts';
import { assert } from '../../world/assert.ts';
import type { Json, Micros } from '../../world/json.ts';
import type { World } from '../../world/world.ts';
import type { Files } from '../syscalls.ts';
import { createFiles, type FileSystem } from '../files.ts';
import type { Sandbox } from '../runtime-api.ts';
import {
  isDaemon,
  type Credentials,
  type DaemonMessage,
  type Executable,
  type ExitStatus,
  type Pid,
  type Signal,
} from '../syscalls.ts';
import type { Terminals } from '../terminal/terminals.ts';
import type { ApiPath } from './api-path.ts';
import { attempt, type Attempt } from './attempt.ts';
import { closeAll, openedBy } from './descriptors.ts';
import {
  addressOf,
  processKey,
  sandboxKey,
  startedKey,
  timerKey,
  type Descriptor,
  type ProcessRecord,
  type StartedRecord,
} from './records.ts';
import { recordOf, type Pipe, type Running, type Sink } from './state.ts';
import { createSys } from './sys.ts';

/** Steps that a process may make in one turn before others get theirs. */
const TURN = 4_000;
/** Virtual time that a whole turn takes, so that a busy loop does not stop the clock. */
const TURN_MICROS = 1_000;

/** What the kernel is given. */
export interface KernelParts {
  readonly executables: readonly Executable[];
  readonly network: Network;
  readonly api: ApiServer;
  readonly authenticate: (credentials: Credentials | undefined) => User;
  readonly fileSystem: FileSystem;
  readonly apiPath: ApiPath;
  readonly terminals: () => Terminals;
}

/** All processes of all hosts, and what their calls need. */
export interface Kernel extends KernelParts {
  readonly world: World;
  readonly processes: Map<string, Running>;
  readonly pipes: Map<number, Pipe>;
  readonly sinks: Map<number, Sink>;
  nextPipe: number;
  spawn(
    host: string,
    argv: readonly string[],
    how: Spawning,
  ): Running | 'ENOENT' | 'EAGAIN' | 'EACCES';
  /** Puts a process among those that may go on now. */
  wake(process: Running): void;
  /** Lets all that may go on do so. */
  drain(): void;
  signal(host: string, pid: Pid, signal: Signal): boolean;
  exit(process: Running, status: ExitStatus): void;
  find(host: string, pid: Pid): Running | undefined;
  files(process: Running): Files;
  sandbox(host: string, id: string): Sandbox | undefined;
  save(process: Running): void;
  restore(): void;
}

/** How a new process starts. */
export interface Spawning {
  readonly parent: Pid;
  readonly sandbox: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly fds: ReadonlyMap<number, Descriptor>;
  readonly group?: number;
  readonly terminal?: string | undefined;
  readonly login?: boolean;
}

/** The kernel of a world. */
export function createKernel(world: World, parts: KernelParts): Kernel {
  const processes = new Map<string, Running>();
  const ready: Running[] = [];
  const byName = new Map(parts.executables.map((each) => [each.name, each]));
  let draining = false;

  const kernel: Kernel = {
    ...parts,
    world,
    processes,
    pipes: new Map(),
    sinks: new Map(),
    nextPipe: 1,
    find: (host, pid) => processes.get(`${host}/${pid}`),
    sandbox: (host, id) => world.store.get<Sandbox>(sandboxKey(host, id)),
    files: (process) =>
      createFiles(parts.fileSystem, process.host, process.sandbox, {
        cwd: () => process.cwd,
        user: process.user,
        path: () =>
          environmentOf(process)['PATH'] ??
          '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      }),
    spawn: (host, argv, how) => spawn(kernel, byName, host, argv, how),
    wake(process) {
      if (!ready.includes(process)) ready.push(process);
    },
    drain() {
      if (draining) return;
      draining = true;
      try {
        for (let next = ready.shift(); next; next = ready.shift()) turn(kernel, next);
      } finally {
        draining = false;
      }
    },
    signal: (host, pid, signal) => deliver(kernel, host, pid, signal),
    exit: (process, status) => exit(kernel, process, status),
    save(process) {
      const daemon = isDaemon(process.executable);
      if (!daemon && !process.login) return;
      const value = recordOf(process, daemon) as unknown as Json;
      world.store.commit(world.cause('kernel'), [
        { key: processKey(process.host, process.pid), value },
      ]);
    },
    restore: () => restore(kernel, byName),
  };
  world.route('process', (to, message) => {
    const [, host = '', pid = '0'] = to.split('/');
    const process = kernel.find(host, Number(pid));
    if (process) receive(kernel, process, message as never);
    kernel.drain();
  });
  return kernel;
}

function spawn(
  kernel: Kernel,
  byName: ReadonlyMap<string, Executable>,
  host: string,
  argv: readonly string[],
  how: Spawning,
): Running | 'ENOENT' | 'EAGAIN' | 'EACCES' {
  const { world } = kernel;
  const place = {
    cwd: () => how.cwd,
    user: how.user,
    path: () => how.env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  };
  const files = createFiles(kernel.fileSystem, host, how.sandbox, place);
  const name = argv[0] ?? '';
  const path = files.which(name);
  const sandbox = kernel.sandbox(host, how.sandbox);
  if (!path || !sandbox) return 'ENOENT';
  const image = kernel.fileSystem.image(sandbox.image);
  let program = image && kernel.fileSystem.executables(image).get(path);
  let words = argv;
  if (!program) {
    const script = files.read(path);
    const stat = files.stat(path);
    if (typeof script === 'string' || typeof stat === 'string') return 'ENOENT';
    if ((stat.mode & 0o111) === 0) return 'EACCES';
    const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(script.text);
    program = 'sh';
    const shell =
      shebang?.[1]?.split('/').at(-1) === 'env' ? shebang[2] : shebang?.[1]?.split('/').at(-1);
    if (shell && byName.has(shell)) program = shell;
    words = [program, path, ...argv.slice(1)];
  }
  const executable = byName.get(program);
  assert(executable, `the image ${sandbox.image} names a program ${program} that is not there`);
  const onHost = [...kernel.processes.values()].filter((each) => each.host === host).length;
  if (onHost >= world.limits.processesPerHost) return 'EAGAIN';
  const pid = (world.store.get<number>(`/host/${host}/last-pid`) ?? 100) + 1;
  world.store.commit(world.cause('kernel'), [{ key: `/host/${host}/last-pid`, value: pid }]);
  const process = make(kernel, host, pid, executable, words, how);
  kernel.save(process);
  begin(kernel, process);
  return process;
}

function make(
  kernel: Kernel,
  host: string,
  pid: Pid,
  executable: Executable,
  argv: readonly string[],
  how: Spawning,
): Running {
  const process: Running = {
    host,
    pid,
    parent: how.parent,
    executable,
    argv,
    sandbox: how.sandbox,
    user: how.user,
    env: { ...how.env },
    cwd: how.cwd,
    started: kernel.world.clock.now,
    group: how.group ?? pid,
    terminal: how.terminal,
    login: how.login ?? false,
    fds: new Map(how.fds),
    events: new Map(),
    generator: undefined,
    waiting: undefined,
    mailbox: [],
    traps: new Map(),
    ended: new Map(),
    children: new Set(),
    pace: 'wait',
    status: undefined,
    steps: 0,
  };
  for (const descriptor of process.fds.values()) openedBy(kernel, descriptor);
  kernel.processes.set(`${host}/${pid}`, process);
  kernel.find(host, how.parent)?.children.add(pid);
  return process;
}

function begin(kernel: Kernel, process: Running): void {
  if (isDaemon(process.executable)) process.mailbox.push({ type: 'start' });
  else process.generator = process.executable.run(argvOf(process), createSys(kernel, process));
  kernel.wake(process);
}

/** Lets one process go on until it waits, ends, or has had its turn. */
function turn(kernel: Kernel, process: Running): void {
  if (process.status) return;
  let value: unknown;
  if (process.waiting) {
    const again = attempt(kernel, process, process.waiting.call, process.waiting);
    if (again.blocked) {
      process.waiting = again.waiting;
      return;
    }
    settle(kernel, process);
    value = again.value;
  }
  for (process.steps = 0; ; process.steps++) {
    if (process.status) return;
    if (!process.generator && !nextMessage(kernel, process)) return;
    if (process.steps > TURN) {
      process.waiting = pause(kernel, process);
      return;
    }
    const generator = process.generator as NonNullable<Running['generator']>;
    const step = generator.next(value);
    if (process.status) return;
    if (step.done) {
      process.generator = undefined;
      value = undefined;
      const code = step.value;
      const isOver = !isDaemon(process.executable) || typeof code === 'number';
      if (isOver)
        return exit(kernel, process, { exited: typeof code === 'number' ? code & 255 : 0 });
      continue;
    }
    const result: Attempt = attempt(kernel, process, step.value, undefined);
    if (result.blocked) {
      process.waiting = result.waiting;
      return;
    }
    value = result.value;
  }
}

/** A process that used up its turn goes on a little later; the call before it is done. */
function pause(kernel: Kernel, process: Running): Running['waiting'] {
  const ticket = kernel.world.queue.send(
    addressOf(process.host, process.pid),
    { type: 'poke' },
    TURN_MICROS,
  );
  const deadline = kernel.world.clock.now + TURN_MICROS;
  return { call: { call: 'sleep', delay: TURN_MICROS }, deadline, ticket };
}

function settle(kernel: Kernel, process: Running): void {
  if (process.waiting?.ticket !== undefined) kernel.world.queue.cancel(process.waiting.ticket);
  process.waiting = undefined;
}

/** Starts a daemon's generator for its next message; whether there was one. */
function nextMessage(kernel: Kernel, process: Running): boolean {
  if (!isDaemon(process.executable)) return false;
  const message = process.mailbox.shift();
  if (!message) return false;
  process.generator = process.executable.on(message, createSys(kernel, process));
  return true;
}

type Incoming =
  | { readonly type: 'poke' }
  | { readonly type: 'timer'; readonly name: string; readonly data?: Json }
  | SocketEvent
  | { readonly type: 'watch'; readonly watch: number; readonly event: never }
  | { readonly type: 'packet'; readonly capture: number }
  | DaemonMessage;

/** What the queue brings to a process. */
function receive(kernel: Kernel, process: Running, message: Incoming): void {
  const daemon = isDaemon(process.executable);
  switch (message.type) {
    case 'poke':
      break;
    case 'socket': {
      const event = message as SocketEvent;
      const fd = fdOf(process, (each) => each.type === 'socket' && each.id === event.socket);
      if (fd === undefined) break;
      if (daemon && !(process.waiting?.fd === fd)) {
        const acceptedFd =
          event.event === 'accepted' ? adopt(kernel, process, event.accepted) : undefined;
        process.mailbox.push({
          ...event,
          fd,
          ...(acceptedFd !== undefined && { acceptedFd }),
        } as DaemonMessage);
      } else push(process, fd, event);
      break;
    }
    case 'watch': {
      const { watch, event } = message as { watch: number; event: never };
      const fd = fdOf(process, (each) => each.type === 'watch' && each.id === watch);
      if (fd === undefined) break;
      if (daemon) process.mailbox.push({ type: 'watch', fd, event });
      else push(process, fd, event);
      break;
    }
    case 'packet': {
      const fd = fdOf(
        process,
        (each) => each.type === 'capture' && each.id === (message as { capture: number }).capture,
      );
      if (fd !== undefined) push(process, fd, message as never);
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

function fdOf(process: Running, is: (descriptor: Descriptor) => boolean): number | undefined {
  for (const [fd, descriptor] of process.fds) if (is(descriptor)) return fd;
  return undefined;
}

function push(process: Running, fd: number, event: never | SocketEvent): void {
  const events = process.events.get(fd) ?? [];
  process.events.set(fd, events);
  events.push(event);
}

/** A connection that a daemon's listener took becomes a descriptor of its own. */
export function adopt(kernel: Kernel, process: Running, socket: string): number {
  const fd = lowestFree(process);
  process.fds.set(fd, { type: 'socket', id: socket, kind: 'stream' });
  kernel.network.setOwner(socket, addressOf(process.host, process.pid));
  kernel.save(process);
  return fd;
}

export function lowestFree(process: Running): number {
  for (let fd = 3; ; fd++) if (!process.fds.has(fd)) return fd;
}

function deliver(kernel: Kernel, host: string, pid: Pid, signal: Signal): boolean {
  const process = kernel.find(host, pid);
  if (!process || process.status) return false;
  const trap = process.traps.get(signal);
  if (signal !== 'KILL' && trap === 'ignore') return true;
  if (signal !== 'KILL' && typeof trap === 'function') {
    trap();
    kernel.wake(process);
    return true;
  }
  if (signal === 'CONT' || signal === 'WINCH') return true;
  if (isDaemon(process.executable) && (signal === 'TERM' || signal === 'HUP' || signal === 'INT')) {
    process.mailbox.push({ type: 'signal', signal });
    kernel.wake(process);
    return true;
  }
  exit(kernel, process, { signalled: signal });
  return true;
}

function exit(kernel: Kernel, process: Running, status: ExitStatus): void {
  if (process.status) return;
  const { world } = kernel;
  process.status = status;
  settle(kernel, process);
  closeAll(kernel, process);
  kernel.processes.delete(`${process.host}/${process.pid}`);
  forget(kernel, process);
  for (const pid of process.children) {
    const child = kernel.find(process.host, pid);
    if (
      child &&
      process.terminal &&
      child.terminal === process.terminal &&
      child.group === process.group
    ) {
      deliver(kernel, child.host, child.pid, 'HUP');
    }
  }
  const parent = kernel.find(process.host, process.parent) ?? crossParent(kernel, process);
  if (parent) {
    parent.ended.set(process.pid, status);
    kernel.wake(parent);
  }
  const started = world.store.get<StartedRecord>(startedKey(process.host, process.sandbox));
  if (started?.pid === process.pid) {
    const value = { ...started, status } as unknown as Json;
    world.store.commit(world.cause('kernel'), [
      { key: startedKey(process.host, process.sandbox), value },
    ]);
    const message = { type: 'exited', id: process.sandbox, status };
    world.queue.send(addressOf(process.host, started.starter), message as unknown as Json);
  }
}

/** `ssh` and `kubectl exec` have children on other hosts. */
function crossParent(kernel: Kernel, process: Running): Running | undefined {
  for (const each of kernel.processes.values()) {
    if (
      each.children.has(process.pid) &&
      each.host !== process.host &&
      each.waiting?.call.call === 'wait'
    )
      return each;
  }
  return undefined;
}

function forget(kernel: Kernel, process: Running): void {
  const { store } = kernel.world;
  const { host, pid } = process;
  const keys = [
    processKey(host, pid),
    ...[`/host/${host}/memory/${pid}/`, `/host/${host}/timer/${pid}/`].flatMap((prefix) =>
      store.list(prefix).map(([key]) => key),
    ),
  ];
  store.commit(
    kernel.world.cause('kernel'),
    keys.map((key) => ({ key, value: undefined })),
  );
}

/** Makes daemons and prompts again from their records, after a world was loaded. */
function restore(kernel: Kernel, byName: ReadonlyMap<string, Executable>): void {
  kernel.processes.clear();
  kernel.pipes.clear();
  kernel.sinks.clear();
  const hosts = new Set(
    kernel.world.store.list('/host/').map(([key]) => key.split('/')[2] as string),
  );
  for (const host of [...hosts].sort()) {
    for (const [, record] of kernel.world.store.list<ProcessRecord>(`/host/${host}/process/`)) {
      const executable = byName.get(record.program);
      assert(executable, `a saved process runs ${record.program}, which is not there`);
      const fds = new Map(Object.entries(record.fds).map(([fd, each]) => [Number(fd), each]));
      const process = make(kernel, host, record.pid, executable, record.argv, { ...record, fds });
      (process as { started: Micros }).started = record.started;
      if (record.login) begin(kernel, process);
    }
  }
  kernel.drain();
}

const environmentOf = ({ env }: Running) => env;
const argvOf = ({ argv }: Running) => argv;
