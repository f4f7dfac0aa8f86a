import type { SocketEvent } from '../../network/api.ts';
import type { WatchMessage } from '../../apiserver/request.ts';
import type { Micros, Ticket } from '../../world/json.ts';
import type {
  DaemonMessage,
  Executable,
  ExitCode,
  ExitStatus,
  Fd,
  Files,
  Pid,
  Signal,
  Syscall,
} from '../syscalls.ts';
import type { Alarm, Descriptor, ProcessRecord } from './records.ts';

/** What a descriptor has got that was not read yet. */
export type Happened = SocketEvent | WatchMessage['event'] | null;

/** A process while it lives; `restore.ts` says which can be made again from their records. */
export interface Running {
  readonly host: string;
  readonly pid: Pid;
  /** Parent on the same host; 1 where it has gone or is elsewhere. */
  parent: Pid;
  /** The process that waits for this one; it may be on another host (ssh, `kubectl exec`). */
  waiter: Running | undefined;
  executable: Executable;
  argv: readonly string[];
  readonly sandbox: string;
  /** Key of its sandbox's record: it is asked for with each call. */
  readonly sandboxKey: string;
  /** Its network namespace, where it is another than its sandbox's. */
  readonly netns: string | undefined;
  user: string;
  env: Readonly<Record<string, string>>;
  cwd: string;
  readonly files: Files;
  readonly started: Micros;
  readonly group: Pid;
  /** Its controlling terminal; a client that attaches to a container brings one. */
  terminal: string | undefined;
  readonly login: boolean;
  /** What had the terminal's keys before this process, which began a session of its own on it. */
  session: Foreground | undefined;
  readonly fds: Map<Fd, Descriptor>;
  readonly events: Map<Fd, Happened[]>;
  generator: Generator<Syscall, ExitCode | void, unknown> | undefined;
  waiting: Waiting | undefined;
  /** The sleep that a program made again goes on with. */
  alarm: Alarm | undefined;
  /** Messages that a daemon has not handled. */
  readonly mailbox: DaemonMessage[];
  readonly traps: Map<Signal, (() => void) | 'ignore'>;
  /** How children ended, and which were stopped, that nobody has waited for. */
  readonly ended: Map<Pid, ExitStatus>;
  readonly stops: Map<Pid, Signal>;
  readonly children: Set<Pid>;
  pace: 'stream' | 'wait';
  /** Stopped by Ctrl-Z or SIGSTOP until SIGCONT comes; `woken` tells that something happened. */
  stopped: boolean;
  woken: boolean;
  status: ExitStatus | undefined;
  /** Its descriptors have changed since its record was written. */
  unsaved: boolean;
  /** Steps made at one moment of virtual time, and that moment: to give others their turn. */
  steps: number;
  stepsAt: Micros;
}

/** The group of processes that a terminal's keys reach. */
export interface Foreground {
  readonly terminal: string;
  readonly host: string;
  readonly group: Pid;
  /** The process that gave it the terminal; it has the keys again when the group is gone. */
  readonly owner: Pid;
}

/** A call that waits, and what it has begun. */
export interface Waiting {
  readonly call: Syscall;
  readonly deadline: Micros | undefined;
  readonly ticket: Ticket | undefined;
  readonly fd?: Fd;
  /** The result of a call that is done, where the process only waits for its next turn. */
  readonly held?: { readonly value: unknown };
}

/** A pipe: text between processes, kept in memory for as long as they live. */
export interface Pipe {
  buffer: string;
  readers: number;
  writers: number;
  /** Processes that wait for it to fill or to drain. */
  readonly waiters: Set<Running>;
}

/** Collects what a script prints. */
export interface Sink {
  text: string;
}

/** Only what outlives a moment: pipes are gone when a daemon or prompt is made again. */
function lasting(fds: Running['fds']): Readonly<Record<number, Descriptor>> {
  return Object.fromEntries(
    [...fds].filter(([, { type }]) => type !== 'pipe' && type !== 'sink').sort(([a], [b]) => a - b),
  );
}

/** What a save keeps of a process. */
export function recordOf(process: Running, daemon: boolean): ProcessRecord {
  const { pid, parent, argv, sandbox, user, env, cwd, started, group, terminal, login } = process;
  const { netns } = process;
  return {
    pid,
    parent,
    argv,
    program: process.executable.name,
    sandbox,
    user,
    env,
    cwd,
    ...(netns !== undefined && { netns }),
    started,
    group,
    ...(terminal && { terminal }),
    daemon,
    ...(login && { login }),
    ...alarmOf(process),
    fds: lasting(process.fds),
  };
}

function alarmOf({ login, executable, waiting }: Running): { readonly alarm?: Alarm } {
  if (login || 'on' in executable || waiting?.call.call !== 'sleep') return {};
  const { deadline, ticket } = waiting;
  return deadline === undefined || ticket === undefined ? {} : { alarm: { deadline, ticket } };
}
