import type { Daemon, Executable, ProgramCode } from './syscalls.ts';

/** What a daemon does, apart from what it is called and where it lies. */
export type DaemonCode = Pick<Daemon, 'on'>;

/** The default of a folder's `late.ts`: the code of its program, or of each by its name. */
export type PartCode =
  | ProgramCode
  | DaemonCode
  | { readonly programs: Readonly<Record<string, ProgramCode | DaemonCode>> };

/** Programs by their names. More of them may come while a cluster is there. */
export interface ProgramSource {
  get(name: string): Executable | undefined;
  readonly size: number;
  /** The part that is still to bring programs; undefined, or left out, where all are there. */
  readonly awaited?: string | undefined;
}
