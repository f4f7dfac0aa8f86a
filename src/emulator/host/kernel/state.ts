import type { SocketEvent } from '../../network/api.ts';
import type { WatchMessage } from '../../apiserver/request.ts';
import type { Micros, Ticket } from '../../world/json.ts';
import type {
  DaemonMessage,
  Executable,
  ExitCode,
  ExitStatus,
  Fd,
  Pid,
  Signal,
  Syscall,
} from '../syscalls.ts';
import type { Descriptor, ProcessRecord } from './records.ts';

/** A process while it lives. Only daemons and prompts can be made again from their records. */
export interface Running {
  readonly host: string;
  readonly pid: Pid;
  readonly parent: Pid;
  readonly executable: Executable;
  readonly argv: readonly string[];
  readonly sandbox: string;
  user: string;
  readonly env: Record<string, string>;
  cwd: string;
  readonly started: Micros;
  readonly group: number;
  readonly terminal: string | undefined;
  readonly login: boolean;
  readonly fds: Map<Fd, Descriptor>;
  /** Events of sockets, watches and captures that were not read yet, by descriptor. */
  readonly events: Map<Fd, (SocketEvent | WatchMessage['event'] | null)[]>;
  /** Text that was read from a file or pipe end and not taken. */
  generator: Generator<Syscall, ExitCode | void, unknown> | undefined;
  waiting: Waiting | undefined;
  /** Messages that a daemon has not handled. */
  readonly mailbox: DaemonMessage[];
  readonly traps: Map<Signal, (() => void) | 'ignore'>;
  /** How children ended that nobody has waited for. */
  readonly ended: Map<Pid, ExitStatus>;
  readonly children: Set<Pid>;
  pace: 'stream' | 'wait';
  status: ExitStatus | undefined;
  /** Steps of this turn, to give others theirs. */
  steps: number;
}

/** A call that waits, and what it has begun. */
export interface Waiting {
  readonly call: Syscall;
  readonly deadline: Micros | undefined;
  readonly ticket: Ticket | undefined;
  readonly fd?: Fd;
}

/** A pipe: text between processes, kept in memory for as long as they live. */
export interface Pipe {
  buffer: string;
  readers: number;
  writers: number;
}

/** Collects what a script prints. */
export interface Sink {
  text: string;
}

export function recordOf(process: Running, daemon: boolean): ProcessRecord {
  const { pid, parent, argv, sandbox, user, env, cwd, started, group, terminal, login } = process;
  return {
    pid,
    parent,
    argv,
    program: process.executable.name,
    sandbox,
    user,
    env: { ...env },
    cwd,
    started,
    group,
    ...(terminal && { terminal }),
    daemon,
    ...(login && { login }),
    fds: Object.fromEntries(process.fds),
  };
}
