import type { Key, Micros, Ticket } from '../../world/json.ts';
import type { ExitStatus, Pid } from '../syscalls.ts';

/**
 * A process as a record; what a save needs to start a daemon, a prompt or the first program of a
 * container again.
 */
export interface ProcessRecord {
  readonly pid: Pid;
  readonly parent: Pid;
  readonly argv: readonly string[];
  /** Name of the executable in the catalog. */
  readonly program: string;
  readonly sandbox: string;
  readonly netns?: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly started: Micros;
  /** Process group; Ctrl-C reaches the foreground group of a terminal. */
  readonly group: number;
  readonly terminal?: string;
  readonly daemon: boolean;
  /** An interactive shell at the root of a terminal: it can be started again at its prompt. */
  readonly login?: boolean;
  /** Until when a container's first program sleeps; made again, it sleeps on until then. */
  readonly alarm?: Alarm;
  /** Descriptors of a daemon or login shell. */
  readonly fds: Readonly<Record<number, Descriptor>>;
}

/** The end of a sleep, and the message that is due then. */
export interface Alarm {
  readonly deadline: Micros;
  readonly ticket: Ticket;
}

/** What a descriptor stands for. Pipes and sinks live in memory only. */
export type Descriptor =
  | { readonly type: 'null' }
  /** /dev/zero and /dev/urandom: they never end; `drawn` is how often chance was asked. */
  | { readonly type: 'zero' }
  | { readonly type: 'random'; readonly drawn: number }
  | { readonly type: 'log'; readonly sandbox: string; readonly stream: 'stdout' | 'stderr' }
  | { readonly type: 'terminal'; readonly id: string }
  /** A standard stream of a container that is held open for a client to attach to. */
  | {
      readonly type: 'held';
      readonly sandbox: string;
      readonly stream: 'stdin' | 'stdout' | 'stderr';
      readonly tty: boolean;
    }
  | {
      readonly type: 'file';
      readonly sandbox: string;
      readonly path: string;
      readonly mode: string;
      readonly offset: number;
    }
  | {
      readonly type: 'socket';
      readonly id: string;
      readonly kind: 'stream' | 'listener' | 'datagram' | 'icmp';
    }
  | { readonly type: 'watch'; readonly id: number }
  | { readonly type: 'capture'; readonly id: number }
  | { readonly type: 'queue'; readonly host: string; readonly netns: string; readonly id: number }
  | { readonly type: 'pipe'; readonly id: number; readonly end: 'read' | 'write' }
  | { readonly type: 'sink'; readonly id: number };

/** What is known of a sandbox's first process. */
export interface StartedRecord {
  readonly pid: Pid;
  readonly starter: Pid;
  readonly status?: ExitStatus;
}

export const processKey = (host: string, pid: Pid): Key =>
  `/host/${host}/process/${String(pid).padStart(6, '0')}`;
export const sandboxKey = (host: string, id: string): Key => `/host/${host}/sandbox/${id}`;
export const startedKey = (host: string, id: string): Key => `/host/${host}/started/${id}`;
export const memoryKey = (host: string, pid: Pid, name: string): Key =>
  `/host/${host}/memory/${pid}/${name}`;
export const timerKey = (host: string, pid: Pid, name: string): Key =>
  `/host/${host}/timer/${pid}/${name}`;
export const fileKey = (host: string, sandbox: string, path: string): Key =>
  `/host/${host}/file/${sandbox}${path}`;
export const addressOf = (host: string, pid: Pid): string => `process/${host}/${pid}`;
