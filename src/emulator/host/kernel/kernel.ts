import type { ApiServer, User } from '../../apiserver/request.ts';
import type { Network } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import type { World } from '../../world/world.ts';
import type { FileSystem } from '../files.ts';
import type { Sandbox } from '../runtime-api.ts';
import type { ProgramSource } from '../parts.ts';
import {
  isDaemon,
  type Credentials,
  type Errno,
  type ExitStatus,
  type Files,
  type Pid,
  type Process,
  type Signal,
  type Sys,
} from '../syscalls.ts';
import type { Terminals } from '../terminal/terminals.ts';
import type { ApiPath } from './api-path.ts';
import { exit } from './exit.ts';
import { receive, type Incoming } from './receive.ts';
import { processKey, sandboxKey, type Descriptor } from './records.ts';
import { takeUp } from './promised.ts';
import { isFirst, restore } from './restore.ts';
import { deliver } from './signal.ts';
import { start } from './start.ts';
import { recordOf, type Foreground, type Pipe, type Running, type Sink } from './state.ts';
import { turn } from './turn.ts';

/** What the kernel is given. */
export interface KernelParts {
  readonly byName: ProgramSource;
  readonly network: Network;
  readonly api: ApiServer;
  /** Whom credentials stand for; undefined where they are not good. */
  readonly authenticate: (credentials: Credentials | undefined) => User | undefined;
  readonly fileSystem: FileSystem;
  readonly apiPath: ApiPath;
  readonly terminals: () => Terminals;
}

/** All processes of all hosts, and what their calls need. */
export interface Kernel extends KernelParts {
  readonly world: World;
  readonly processes: Map<string, Running>;
  /** The processes of each host. */
  readonly byHost: Map<string, Set<Running>>;
  readonly pipes: Map<number, Pipe>;
  readonly sinks: Map<number, Sink>;
  /** Descriptors beyond the first that stand for a socket: it closes with the last. */
  readonly shared: Map<string, number>;
  /** Which processes a terminal's keys reach, by terminal. */
  readonly foreground: Map<string, Foreground>;
  nextPipe: number;
  spawn(host: string, argv: readonly string[], how: Spawning): Running | SpawnErrno;
  /** Puts a process among those that may go on now. */
  wake(process: Running): void;
  /** Lets all that may go on do so. */
  drain(): void;
  /** Sets a process aside until a part is loaded; all others and time wait with it. */
  hold(process: Running, part: string): void;
  /** Whether something is set aside. */
  readonly held: boolean;
  /** What was set aside goes on where it was: the part is there. */
  proceed(): void;
  /** Sends a signal, as a user where one is told (who may then not be allowed to). */
  signal(host: string, pid: Pid, signal: Signal, user?: string): Errno | undefined;
  exit(process: Running, status: ExitStatus): void;
  find(host: string, pid: Pid): Running | undefined;
  files(process: Running): Files;
  sandbox(host: string, id: string): Sandbox | undefined;
  save(process: Running): void;
  restore(): void;
}

export type SpawnErrno = 'ENOENT' | 'EAGAIN' | 'EACCES' | 'ENOEXEC';

/** How a new process starts. */
export interface Spawning {
  readonly parent: Pid;
  /** The process that waits for it; its own parent where it is left out. */
  readonly waiter?: Running;
  readonly sandbox: string;
  readonly netns?: string | undefined;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly fds: ReadonlyMap<number, Descriptor>;
  readonly group?: number;
  readonly terminal?: string | undefined;
  readonly login?: boolean;
  /** Takes the place of a program: the process is a copy of its parent. */
  readonly fork?: (sys: Sys) => Process;
  /** Signals that the parent ignores. */
  readonly ignored?: readonly Signal[];
}

/** The kernel of a world. */
export function createKernel(world: World, parts: KernelParts): Kernel {
  const processes = new Map<string, Running>();
  const ready = new Set<Running>();
  /** Processes whose code is not there, in the order in which they came to need it. */
  let aside: Running[] = [];
  let draining = false;
  /** Before all programs are known nothing depends on those that are not: others go on. */
  const halted = () => aside.length > 0 && parts.byName.awaited === undefined;

  const kernel: Kernel = {
    ...parts,
    world,
    processes,
    byHost: new Map(),
    pipes: new Map(),
    sinks: new Map(),
    shared: new Map(),
    foreground: new Map(),
    nextPipe: 1,
    find: (host, pid) => processes.get(`${host}/${pid}`),
    sandbox: (host, id) => world.store.get<Sandbox>(sandboxKey(host, id)),
    files: (process) => process.files,
    spawn: (host, argv, how) => start(kernel, host, argv, how),
    wake(process) {
      if (process.stopped) process.woken = true;
      else ready.add(process);
    },
    drain() {
      if (draining) return;
      draining = true;
      try {
        // A set gives what is added while it is walked, in the order of adding.
        for (const next of ready) {
          if (halted()) break;
          ready.delete(next);
          turn(kernel, next);
        }
      } finally {
        draining = false;
        parts.terminals().flush();
      }
    },
    hold(process, part) {
      aside.push(process);
      world.clock.hold(part);
    },
    get held() {
      return halted();
    },
    proceed() {
      const order = [...aside, ...ready];
      aside = [];
      ready.clear();
      for (const each of order) ready.add(each);
      world.clock.release();
      takeUp(kernel);
      kernel.drain();
    },
    signal: (host, pid, signal, user) => deliver(kernel, host, pid, signal, user),
    exit: (process, status) => exit(kernel, process, status),
    save(process) {
      const daemon = isDaemon(process.executable);
      process.unsaved = false;
      if (!daemon && !process.login && !isFirst(kernel, process)) return;
      const value = recordOf(process, daemon) as unknown as Json;
      world.store.commit(world.cause('kernel'), [
        { key: processKey(process.host, process.pid), value },
      ]);
    },
    restore() {
      aside = [];
      ready.clear();
      restore(kernel);
    },
  };
  world.route('process', (to, message) => {
    const [, host = '', pid = '0'] = to.split('/');
    const process = kernel.find(host, Number(pid));
    if (process) receive(kernel, process, message as unknown as Incoming);
    kernel.drain();
  });
  return kernel;
}
