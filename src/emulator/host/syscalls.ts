import type { ApiRequest, ApiResponse, WatchMessage } from '../apiserver/request.ts';
import type { Endpoint, Errno, Network, NetworkConfig, SocketEvent } from '../network/api.ts';
import type { QueueListener } from '../network/netfilter/queue/listener.ts';
import type { Chance } from '../world/chance.ts';
import type { Address, Json, Micros } from '../world/json.ts';
import type { ContainerRuntime } from './runtime-api.ts';

export type Signal =
  | 'HUP'
  | 'INT'
  | 'QUIT'
  | 'KILL'
  | 'TERM'
  | 'PIPE'
  | 'STOP'
  | 'TSTP'
  | 'CONT'
  | 'WINCH'
  | 'USR1'
  | 'USR2'
  | 'ALRM'
  | 'ABRT'
  | 'CHLD';
export type { Errno } from '../network/api.ts';
export type { Micros } from '../world/json.ts';
export type Pid = number;
/** File descriptor. 0, 1 and 2 are standard input, output and error. */
export type Fd = number;
export type ExitCode = number;

/**
 * What a program yields to the kernel. Programs never build one themselves: they
 * `yield* sys.read(0)`. The kernel answers at once or wakes the process later.
 */
export type Syscall =
  | { readonly call: 'sleep'; readonly delay: Micros }
  | {
      readonly call: 'read';
      readonly fd: Fd;
      readonly timeout?: Micros;
      readonly how?: ReadHow;
    }
  | { readonly call: 'write'; readonly fd: Fd; readonly text: string }
  | { readonly call: 'connect'; readonly to: Endpoint; readonly options: ConnectOptions }
  | { readonly call: 'accept'; readonly fd: Fd; readonly timeout?: Micros }
  | { readonly call: 'receive'; readonly fd: Fd; readonly timeout?: Micros }
  | {
      readonly call: 'wait';
      readonly pid: Pid;
      readonly untraced?: boolean;
      readonly interruptible?: boolean;
    }
  | { readonly call: 'wait-any'; readonly pids: readonly Pid[] }
  | { readonly call: 'exec'; readonly argv: readonly string[]; readonly options: ExecOptions }
  | { readonly call: 'step' }
  | { readonly call: 'api'; readonly request: ApiRequest; readonly options?: ApiOptions }
  | { readonly call: 'watch'; readonly request: ApiRequest; readonly options?: ApiOptions }
  | { readonly call: 'poll'; readonly fds: readonly Fd[]; readonly timeout?: Micros }
  | { readonly call: 'line'; readonly prompt: string; readonly options: LineOptions }
  | { readonly call: 'message' };

/** A call that may wait: `const text = yield* sys.read(0)`. */
export type Call<T> = Generator<Syscall, T, unknown>;

export interface ConnectOptions {
  readonly timeout?: Micros;
  readonly from?: Partial<Endpoint>;
}

/** Where an API request goes to, and as whom: what a kubeconfig says. */
export interface ApiOptions {
  readonly server: Endpoint;
  readonly user: Credentials;
  readonly timeout?: Micros;
}

/** What a client proves itself with. `cluster/` turns it into a User. */
export type Credentials =
  | {
      readonly certificate: string;
      readonly groups?: readonly string[];
      /** The certificate itself, where it is a real one and not only its subject. */
      readonly pem?: string;
    }
  | { readonly token: string }
  | { readonly anonymous: true };

/** How far one read goes: to a delimiter, or a number of characters at most. */
export interface ReadHow {
  /** A signal with a trap ends the read with EINTR. */
  readonly interruptible?: boolean;
  readonly until?: string;
  readonly most?: number;
}

/** What Tab gives: text to put in at once, or what could come. */
export interface Completion {
  readonly insert: string;
  readonly choices: readonly string[];
}

/** What a line editor may use besides its prompt. */
export interface LineOptions {
  /** Status of the command before, for the transcript; not told where the line goes on with one. */
  readonly status?: number;
  /** The line belongs to the one before (prompt `> `). */
  readonly continued?: boolean;
  readonly history?: readonly string[];
  readonly complete?: (before: string) => Completion;
}

/** What a process has after `exec`; what is left out stays. */
export interface ExecOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly fds?: Readonly<Record<number, Fd | 'null'>>;
}

/** How a process ended. */
export type ExitStatus = { readonly exited: ExitCode } | { readonly signalled: Signal };

/** How `open` opens: read, write from the start (truncate), append, or read and write. */
export type OpenMode = 'r' | 'w' | 'a' | 'r+';

export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'device' | 'socket';
  readonly size: number;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly modified: Micros;
  readonly target?: string;
}

/** The files that a process sees, from its own root and its working directory. No time passes. */
export interface Files {
  read(path: string): { readonly text: string } | Errno;
  write(
    path: string,
    text: string,
    options?: { readonly append?: boolean; readonly mode?: number },
  ): Errno | undefined;
  stat(path: string, options?: { readonly follow?: boolean }): FileStat | Errno;
  list(path: string): readonly string[] | Errno;
  makeDirectory(path: string, options?: { readonly parents?: boolean }): Errno | undefined;
  remove(path: string, options?: { readonly recursive?: boolean }): Errno | undefined;
  rename(from: string, to: string): Errno | undefined;
  link(target: string, path: string): Errno | undefined;
  setMode(path: string, mode: number): Errno | undefined;
  setOwner?(path: string, owner: string): Errno | undefined;
  /** Sets the time of the last change: now, where none is given. */
  touch?(path: string, modified?: Micros): Errno | undefined;
  /** Absolute path without `.`, `..` and links. */
  resolve(path: string): string;
  /** The program that a command name stands for, looked up along PATH. */
  which(command: string): string | undefined;
}

/** What a new process starts with; what is left out is inherited from its parent. */
export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Descriptors of the parent that become the child's 0, 1, 2 …; 'null' is /dev/null. */
  readonly fds?: Readonly<Record<number, Fd | 'null'>>;
  /** Its own process group, so that Ctrl-C of the terminal does not reach it (`&`). */
  readonly background?: boolean;
  /** Its process group: one of its own, or that of an earlier process of the same job. */
  readonly group?: 'new' | Pid;
  /** A copy of the caller, as fork makes it: it runs this instead of a program of argv. */
  readonly fork?: (sys: Sys) => Process;
  /** Where it runs, for those that may choose: `ssh`, `kubectl exec`, `nsenter`, runtimes. */
  readonly sandbox?: string;
  /** A network namespace of the host other than the parent's (`ip netns exec`). */
  readonly netns?: string;
  /** Its controlling terminal, where it is another than the parent's. */
  readonly terminal?: string;
  readonly user?: string;
}

/** The system calls of one process. Synchronous members take no time. */
export interface Sys {
  readonly pid: Pid;
  readonly host: string;
  /** Id of the sandbox: which files, which network namespace, which image. */
  readonly sandbox: string;
  readonly user: string;
  readonly hostname: string;
  /** May be written: that is `setenv` and `chdir`. */
  readonly env: Record<string, string>;
  cwd: string;
  readonly now: Micros;
  /** Chance keyed by this process; the purpose only has to be its own. */
  readonly chance: Chance;
  readonly files: Files;

  // Streams
  /** Next piece of input (a line from a terminal, up to a pipe's fill); null at the end. */
  read(fd: Fd, timeout?: Micros, how?: ReadHow): Call<string | null | Errno>;
  /** Writes all of it, waiting while a pipe is full. EPIPE where nobody reads (SIGPIPE first). */
  write(fd: Fd, text: string): Call<Errno | undefined>;
  open(path: string, mode: OpenMode): Fd | Errno;
  close(fd: Fd): void;
  pipe(): { readonly read: Fd; readonly write: Fd };
  isTerminal(fd: Fd): boolean;
  /** Size of the terminal behind a descriptor. */
  windowSize(fd: Fd): { readonly columns: number; readonly rows: number } | undefined;
  /**
   * Reads a line from the terminal with editing, history and completion, as readline does for a
   * shell. null at the end of input (Ctrl-D), 'interrupt' for Ctrl-C.
   */
  readLine(
    prompt: string,
    options?: LineOptions,
  ): Call<{ readonly line: string } | 'interrupt' | null>;
  /** Raw mode: keys arrive one by one, unechoed, Ctrl-C included (less, watch, vi). */
  setRaw(fd: Fd, raw: boolean): void;

  // Processes
  spawn(argv: readonly string[], options?: SpawnOptions): Pid | Errno;
  wait(pid: Pid): Call<ExitStatus>;
  /** As `wait`, but comes back as well when the child is stopped (Ctrl-Z). */
  waitJob(pid: Pid): Call<ExitStatus | { readonly stopped: Signal }>;
  /** As `waitJob`, but a signal with a trap ends the wait with EINTR. */
  waitInterruptibly(pid: Pid): Call<ExitStatus | { readonly stopped: Signal } | Errno>;
  /** Waits until one of the children has ended, without collecting it. */
  waitAny(pids: readonly Pid[]): Call<void>;
  /** Collects a child that has ended or was stopped; undefined while it runs. */
  reap(pid: Pid): ExitStatus | { readonly stopped: Signal } | undefined;
  /** Becomes another program, under the same pid. Comes back only with an errno. */
  exec(argv: readonly string[], options?: ExecOptions): Call<Errno>;
  /**
   * Gives this process's standard streams to the container at `host:sandbox` that holds its own
   * open (`kubectl attach`). ESRCH: it does not run; EINVAL: its input is not open.
   */
  attach(place: string): Errno | undefined;
  /** This process's group. */
  readonly group: Pid;
  /** Makes a group the one that the terminal's keys reach. */
  setForeground(group: Pid): void;
  /** Counts as work done: for loops that make no other call. */
  step(): Call<void>;
  /** What a program offers for Tab after its words so far; undefined where it offers nothing. */
  candidates(words: readonly string[]): readonly string[] | undefined;
  /** What a shell that a terminal began with keeps, so that a mark has it. */
  readonly login: { readonly state: Json | undefined; save(state: Json): void } | undefined;
  readonly limits: { readonly processes: number };
  kill(pid: Pid, signal: Signal): Errno | undefined;
  /** Processes that this one can see (its sandbox's, or all of a host's). */
  processes(): readonly ProcessInfo[];
  /** Runs the callback when the signal comes, instead of dying of it. */
  trap(signal: Signal, handler: (() => void) | 'ignore' | 'default'): void;
  sleep(delay: Micros): Call<void>;
  /**
   * Tells that this program shows things as they happen (ping, `-w`, `logs -f`, tcpdump, watch), so
   * that time keeps its pace while it runs. Otherwise a wait in the foreground is hurried through.
   */
  setPace(pace: 'stream' | 'wait'): void;

  // Sockets
  connect(to: Endpoint, options?: ConnectOptions): Call<Fd | Errno>;
  /** Sends a SYN that goes so many hops; what comes back is an event of the socket. */
  probeTcp(to: Endpoint, ttl: number): Fd | Errno;
  listen(local: Endpoint): Fd | Errno;
  accept(fd: Fd, timeout?: Micros): Call<{ readonly fd: Fd; readonly peer: Endpoint } | Errno>;
  openUdp(local?: Partial<Endpoint>): Fd | Errno;
  openIcmp(): Fd | Errno;
  /** `size`: bytes on the wire, where the text stands for a binary message. */
  sendTo(
    fd: Fd,
    to: Endpoint,
    payload: string,
    options?: { readonly ttl?: number; readonly size?: number },
  ): Errno | undefined;
  echo(fd: Fd, to: string, options: Parameters<Network['echo']>[2]): Errno | undefined;
  /** Next event of a socket; EAGAIN when the time is over. */
  receive(fd: Fd, timeout?: Micros): Call<SocketEvent | Errno>;
  /** Waits until one of the descriptors has something; gives which, empty when time is over. */
  poll(fds: readonly Fd[], timeout?: Micros): Call<readonly Fd[]>;
  shutdown(fd: Fd): void;
  /** Both ends of a connected socket. */
  socketNames(fd: Fd): { readonly local: Endpoint; readonly peer: Endpoint } | undefined;
  capture(device: string): Fd | Errno;
  /** Listens on a queue of netfilter until the descriptor is closed; packets come as `custom`. */
  openQueue(queue: number, listener: Omit<QueueListener, 'owner' | 'port'>): Fd | Errno;

  // Configuration of this process's network namespace, as netlink gives it
  readonly network: NetworkConfig;

  // The API server, across the simulated network
  api(request: ApiRequest, options?: ApiOptions): Call<ApiResponse | Errno>;
  /** For completion at a key press: a read, answered in no time; undefined without a way there. */
  peekApi?(request: ApiRequest, options: ApiOptions): ApiResponse | undefined;
  watch(request: ApiRequest, options?: ApiOptions): Call<Fd | ApiResponse | Errno>;
  /** Next event of a watch; null when the server ended it. */
  nextEvent(fd: Fd, timeout?: Micros): Call<WatchMessage['event'] | null | Errno>;

  /** A line for the log of the container or unit (`kubectl logs`, `journalctl -u`). */
  log(line: string): void;
  /** Privileged: what containerd, the kubelet and kubeadm may do. Undefined for all others. */
  readonly runtime: ContainerRuntime | undefined;
}

export interface ProcessInfo {
  readonly pid: Pid;
  readonly parent: Pid;
  readonly argv: readonly string[];
  readonly user: string;
  readonly state: 'R' | 'S' | 'T' | 'Z';
  readonly started: Micros;
  readonly terminal?: string;
  readonly sandbox: string;
}

/** A running program: what its generator gives back is its exit code. */
export type Process = Generator<Syscall, ExitCode, unknown>;

/**
 * A program that runs, waits, reads and prints: one generator for its whole life. `name` is what
 * PATH finds; `paths` are where its file lies (`/usr/bin/curl`).
 */
export interface Program {
  readonly name: string;
  readonly paths: readonly string[];
  run(argv: readonly string[], sys: Sys): Process;
  /** Candidates for Tab after the words so far; the last word is the one to be completed. */
  complete?(words: readonly string[], sys: Sys): readonly string[];
  /** The part that must be loaded before it can go on; undefined, or left out, where it can. */
  readonly absent?: () => string | undefined;
}

/** What a program does, apart from what it is called and where it lies. */
export type ProgramCode = Pick<Program, 'run' | 'complete'>;

/** A program whose code, in its folder's `late.ts`, is loaded when a cluster first runs it. */
export interface LateProgram {
  readonly name: string;
  readonly paths: readonly string[];
  /** `daemon`: it stays, and gets one message at a time. */
  readonly late: true | 'daemon';
  /** It is what people type first: a page fetches it before it is asked for. */
  readonly soon?: true;
}

/** What reaches a daemon, one message at a time. */
export type DaemonMessage =
  | { readonly type: 'start' }
  | { readonly type: 'timer'; readonly name: string; readonly data?: Json }
  | SocketEventWithFd
  | { readonly type: 'watch'; readonly fd: Fd; readonly event: WatchMessage['event'] }
  | { readonly type: 'watch-ended'; readonly fd: Fd }
  | { readonly type: 'signal'; readonly signal: Signal }
  | { readonly type: 'line'; readonly text: string }
  /** A container or process that this daemon looks after has ended. */
  | { readonly type: 'exited'; readonly id: string; readonly status: ExitStatus }
  | { readonly type: 'custom'; readonly data: Json };

/** A socket event under the descriptor that the daemon knows. */
export type SocketEventWithFd = SocketEvent & { readonly fd: Fd; readonly acceptedFd?: Fd };

/**
 * A program that stays. It gets one generator per message and remembers only in records
 * (`memory`), so that a mark between two messages is complete.
 */
export interface Daemon {
  readonly name: string;
  readonly paths: readonly string[];
  /**
   * Handles one message; a returned number ends the process with that exit code. Calls that wait
   * are allowed but hold up this daemon's later messages.
   */
  on(message: DaemonMessage, sys: DaemonSys): Generator<Syscall, ExitCode | void, unknown>;
  /** As a program's. */
  readonly absent?: () => string | undefined;
}

/** The calls that only a daemon has. */
export interface DaemonSys extends Sys {
  readonly argv: readonly string[];
  /** What the daemon remembers, a record of plain data per name; commits when written. */
  memory<T extends Json>(name: string): T | undefined;
  remember(name: string, value: Json | undefined): void;
  memories(prefix: string): readonly (readonly [name: string, value: Json])[];
  /** Sends itself a `timer` message; a timer of the same name is replaced. */
  setTimer(name: string, delay: Micros, data?: Json): void;
  cancelTimer(name: string): void;
  /** Starts connecting without waiting; 'connected' or 'failed' comes as a message. */
  dial(to: Endpoint, options?: ConnectOptions): Fd | Errno;
  /** Address of this process for messages from elsewhere. */
  readonly address: Address;
}

/** A shell's way to be seen by the kernel as either kind. */
export type Executable = Program | Daemon;

export function isDaemon(executable: Executable): executable is Daemon {
  return 'on' in executable;
}
