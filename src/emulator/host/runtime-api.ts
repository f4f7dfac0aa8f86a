import type { NetnsRef, NetworkConfig, Errno } from '../network/api.ts';
import type { Json, Micros } from '../world/json.ts';
import type { ExitStatus, Files, Pid, Signal } from './syscalls.ts';

/** Where processes run: a root of files, a network namespace, a host name. A record. */
export interface Sandbox {
  /** `host` for the machine itself; container ids for containers. Unique per host. */
  readonly id: string;
  readonly host: string;
  readonly netns: string;
  readonly hostname: string;
  /** Name of the image whose files and programs are its root. */
  readonly image: string;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string;
  /** What it runs for: `default/web-abc/nginx`, for the log and for `crictl`. */
  readonly label?: string;
  readonly readOnlyRoot?: boolean;
}

/** A directory or file of the host that shows up inside, as a bind mount. */
export interface Mount {
  readonly path: string;
  /** Path on the host's own files. */
  readonly source: string;
  readonly readOnly?: boolean;
}

/**
 * An image: data that names programs. `files` are text by path; `programs` names the executables
 * whose files exist in it. What is not listed is not there.
 */
export interface Image {
  /** Names it answers to, without tag: `nginx`, `docker.io/library/nginx`. */
  readonly names: readonly string[];
  /** Tags that exist; undefined accepts any. */
  readonly tags?: readonly string[];
  readonly programs: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  readonly size: number;
}

/** What containerd and runc do for the kubelet. Privileged; no time passes in these calls. */
export interface ContainerRuntime {
  /** The image behind a reference, or undefined where no registry has it. */
  image(reference: string): Image | undefined;
  addNetns(name: string): void;
  removeNetns(name: string): void;
  hasNetns(name: string): boolean;
  /** Configuration of any namespace of this host. */
  network(netns: string): NetworkConfig;
  ref(netns: string): NetnsRef;
  /** Makes a sandbox record; nothing runs in it yet. */
  addSandbox(sandbox: Omit<Sandbox, 'host'>): void;
  sandbox(id: string): Sandbox | undefined;
  sandboxes(): readonly Sandbox[];
  /** Ends all processes in a sandbox and removes its files and record. */
  removeSandbox(id: string): void;
  /** Files as seen from a sandbox (`host` for the machine's own). */
  files(sandbox: string): Files;
  /**
   * Starts the first process of a sandbox. When it ends, `exited` with this sandbox id reaches the
   * process that started it. ENOENT: the executable is not in the image. With `stdin` its input is
   * held open for a client to attach to; with `tty` all its streams are those of a terminal.
   */
  start(
    sandbox: string,
    argv: readonly string[],
    streams?: { readonly stdin?: boolean; readonly tty?: boolean },
  ): Pid | Errno;
  signal(sandbox: string, signal: Signal): void;
  /** Lines that the processes of a sandbox, or of a unit of the host, wrote to their outputs. */
  logs(sandbox: string): readonly {
    readonly at: Micros;
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
    /** The process that wrote it, in the log of a unit. */
    readonly pid?: Pid;
  }[];
  /** Starts a program as systemd does a unit's: nobody's child, its outputs in the unit's log. */
  startUnit(argv: readonly string[]): Pid | Errno;
  /** Adds whole lines to a unit's log, as written by a process; 1 is systemd itself. */
  note(unit: string, pid: Pid, text: string): void;
  /** Whether a process of this host still runs. */
  isAlive(pid: Pid): boolean;
  status(sandbox: string): {
    readonly running: boolean;
    readonly status?: ExitStatus;
    readonly pid?: Pid;
  };
  /** A record of this host that belongs to the caller, below `/host/<host>/`. */
  record<T extends Json>(path: string): T | undefined;
  setRecord(path: string, value: Json | undefined): void;
  records<T extends Json>(prefix: string): readonly (readonly [path: string, value: T])[];
}
