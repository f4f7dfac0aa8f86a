import type { Pid } from '../syscalls.ts';

export interface Variable {
  readonly value: string | readonly string[];
  readonly exported: boolean;
  readonly readonly?: boolean;
}

export interface Job {
  readonly number: number;
  readonly pid: Pid;
  readonly command: string;
  state: 'Running' | 'Done' | 'Exit' | 'Terminated';
  status: number;
}

/** Options of `set`, by their letters. */
export interface Options {
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  pipefail: boolean;
  noglob: boolean;
}

/** What a shell knows. All of it is plain data, so that a subshell and a save can have it. */
export interface ShellState {
  variables: Map<string, Variable>;
  functions: Map<string, string>;
  aliases: Map<string, string>;
  options: Options;
  positional: string[];
  name: string;
  status: number;
  background: Pid;
  jobs: Job[];
  traps: Map<string, string>;
  /** Scopes of `local`: what to put back when the function ends. */
  locals: Map<string, Variable | undefined>[];
  depth: number;
  seconds: number;
}

export function newState(name: string, env: Readonly<Record<string, string>>): ShellState {
  const variables = new Map<string, Variable>();
  for (const [key, value] of Object.entries(env)) {
    if (key !== HANDED) variables.set(key, { value, exported: true });
  }
  return {
    variables,
    functions: new Map(),
    aliases: new Map(),
    options: { errexit: false, nounset: false, xtrace: false, pipefail: false, noglob: false },
    positional: [],
    name,
    status: 0,
    background: 0,
    jobs: [],
    traps: new Map(),
    locals: [],
    depth: 0,
    seconds: 0,
  };
}

/** Name of the variable by which a shell hands its state to a subshell. */
export const HANDED = '__SHELL_STATE';

interface Packed {
  readonly variables: readonly (readonly [string, Variable])[];
  readonly functions: readonly (readonly [string, string])[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly options: Options;
  readonly positional: readonly string[];
  readonly name: string;
  readonly status: number;
  readonly depth: number;
}

export function pack(state: ShellState): string {
  const { options, positional, name, status, depth } = state;
  const packed: Packed = {
    variables: [...state.variables],
    functions: [...state.functions],
    aliases: [...state.aliases],
    options,
    positional,
    name,
    status,
    depth: depth + 1,
  };
  return JSON.stringify(packed);
}

export function unpack(text: string): ShellState {
  const packed = JSON.parse(text) as Packed;
  const state = newState(packed.name, {});
  state.variables = new Map(packed.variables);
  state.functions = new Map(packed.functions);
  state.aliases = new Map(packed.aliases);
  state.options = { ...packed.options };
  state.positional = [...packed.positional];
  state.status = packed.status;
  state.depth = packed.depth;
  return state;
}

/** Text of a variable; of an array its first element. */
export function valueOf(state: ShellState, name: string): string | undefined {
  const found = state.variables.get(name)?.value;
  return typeof found === 'object' ? (found[0] ?? '') : found;
}

export function assign(
  state: ShellState,
  name: string,
  value: string | readonly string[],
  exported?: boolean,
): void {
  const before = state.variables.get(name);
  state.variables.set(name, { value, exported: exported ?? before?.exported ?? false });
}

/** The environment that children get. */
export function environment(state: ShellState): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, { value, exported }] of state.variables) {
    if (exported && typeof value === 'string') env[name] = value;
  }
  return env;
}
