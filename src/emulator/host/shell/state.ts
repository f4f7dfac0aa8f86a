import type { Json } from '../../world/json.ts';
import type { Pid } from '../syscalls.ts';

/** Elements of an array by index (in digits), or of an associative one by key. */
export type Elements = Map<string, string>;

/** A variable; `value` is undefined where it was declared and not set. */
export interface Variable {
  readonly value: string | Elements | undefined;
  /** Letters of `declare`: a A i l n r u x. */
  readonly flags: string;
}

/** A function: its text is kept so that a saved shell can read it again. */
export interface FunctionText {
  readonly text: string;
  readonly line: number;
  readonly file: string;
}

export interface Job {
  readonly number: number;
  /** Process group, which is the first process of the job. */
  readonly group: Pid;
  readonly pids: readonly Pid[];
  readonly command: string;
  state: 'Running' | 'Stopped' | 'Done' | 'Terminated' | 'Killed' | 'Hangup' | 'Interrupt';
  status: number;
  /** The last process's status is the job's. */
  readonly ended: Map<Pid, number>;
}

/** Options of `set`. */
export interface Options {
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  pipefail: boolean;
  noglob: boolean;
  noclobber: boolean;
  noexec: boolean;
  verbose: boolean;
  allexport: boolean;
  braceexpand: boolean;
  hashall: boolean;
  histexpand: boolean;
  monitor: boolean;
  notify: boolean;
  ignoreeof: boolean;
  posix: boolean;
}

/** What a shell knows: plain data, so that a subshell and a save can have it. */
export interface ShellState {
  variables: Map<string, Variable>;
  functions: Map<string, FunctionText>;
  aliases: Map<string, string>;
  options: Options;
  /** Names that `shopt` has on. */
  shopt: Set<string>;
  positional: string[];
  /** `$0`. */
  name: string;
  status: number;
  pipeStatus: number[];
  /** `$!`. */
  background: Pid;
  /** `$$`, which subshells share. */
  shellPid: Pid;
  jobs: Job[];
  traps: Map<string, string>;
  history: string[];
  directories: string[];
  umask: number;
  /** Lines that were read at the prompt. */
  lines: number;
  /** How often this state was drawn from for $RANDOM. */
  draws: number;
}

export const optionLetters: Readonly<Record<string, keyof Options>> = {
  a: 'allexport',
  b: 'notify',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  B: 'braceexpand',
  C: 'noclobber',
  H: 'histexpand',
};

/** A shell's state with the variables of an environment, exported. */
export function newState(name: string, env: Readonly<Record<string, string>>): ShellState {
  const variables = new Map<string, Variable>();
  for (const [key, value] of Object.entries(env)) variables.set(key, { value, flags: 'x' });
  return {
    variables,
    functions: new Map(),
    aliases: new Map(),
    options: {
      errexit: false,
      nounset: false,
      xtrace: false,
      pipefail: false,
      noglob: false,
      noclobber: false,
      noexec: false,
      verbose: false,
      allexport: false,
      braceexpand: true,
      hashall: true,
      histexpand: false,
      monitor: false,
      notify: false,
      ignoreeof: false,
      posix: false,
    },
    shopt: new Set([
      'cmdhist',
      'complete_fullquote',
      'extquote',
      'force_fignore',
      'globasciiranges',
      'globskipdots',
      'hostcomplete',
      'interactive_comments',
      'patsub_replacement',
      'progcomp',
      'promptvars',
      'sourcepath',
    ]),
    positional: [],
    name,
    status: 0,
    pipeStatus: [0],
    background: 0,
    shellPid: 0,
    jobs: [],
    traps: new Map(),
    history: [],
    directories: [],
    umask: 0o022,
    lines: 0,
    draws: 0,
  };
}

/** A copy for a subshell: what it changes stays its own. Its parent's traps and jobs are gone. */
export function copyState(state: ShellState): ShellState {
  const variables = new Map<string, Variable>();
  for (const [name, variable] of state.variables) {
    const { value, flags } = variable;
    variables.set(name, value instanceof Map ? { value: new Map(value), flags } : variable);
  }
  const ignored = [...state.traps].filter(([, action]) => action === '');
  return {
    ...state,
    variables,
    functions: new Map(state.functions),
    aliases: new Map(state.aliases),
    options: { ...state.options },
    shopt: new Set(state.shopt),
    positional: [...state.positional],
    pipeStatus: [...state.pipeStatus],
    jobs: [],
    traps: new Map(ignored),
    history: [...state.history],
    directories: [...state.directories],
  };
}

/** What of a shell at its prompt a save keeps; jobs are gone with their processes. */
export function saveState(state: ShellState): Json {
  const variables = [...state.variables].map(([name, { value, flags }]) => [
    name,
    flags,
    value instanceof Map ? [...value] : (value ?? null),
  ]);
  return {
    variables,
    functions: [...state.functions].map(([name, each]) => [name, { ...each }]),
    aliases: [...state.aliases],
    options: { ...state.options },
    shopt: [...state.shopt],
    positional: [...state.positional],
    name: state.name,
    status: state.status,
    traps: [...state.traps],
    directories: [...state.directories],
    history: [...state.history],
    umask: state.umask,
    pipeStatus: [...state.pipeStatus],
    background: state.background,
    lines: state.lines,
    draws: state.draws,
  } as unknown as Json;
}

/** Puts a saved state into a new one. */
export function loadState(state: ShellState, saved: Json): void {
  const given = saved as unknown as {
    readonly variables: readonly [string, string, string | [string, string][] | null][];
    readonly functions: readonly [string, FunctionText][];
    readonly aliases: readonly [string, string][];
    readonly options: Options;
    readonly shopt: readonly string[];
    readonly positional: readonly string[];
    readonly traps: readonly [string, string][];
    readonly directories: readonly string[];
    readonly history: readonly string[];
    readonly pipeStatus: readonly number[];
  } & Pick<ShellState, 'name' | 'status' | 'umask' | 'background' | 'lines' | 'draws'>;
  state.variables = new Map(
    given.variables.map(([name, flags, value]) => [
      name,
      { flags, value: Array.isArray(value) ? new Map(value) : (value ?? undefined) },
    ]),
  );
  state.functions = new Map(given.functions);
  state.aliases = new Map(given.aliases);
  state.options = { ...given.options };
  state.shopt = new Set(given.shopt);
  state.positional = [...given.positional];
  state.traps = new Map(given.traps);
  state.directories = [...given.directories];
  state.history = [...given.history];
  state.name = given.name;
  state.status = given.status;
  state.umask = given.umask;
  state.pipeStatus = [...given.pipeStatus];
  state.background = given.background;
  state.lines = given.lines;
  state.draws = given.draws;
}
