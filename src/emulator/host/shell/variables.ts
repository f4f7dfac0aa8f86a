import type { Elements, Variable } from './state.ts';
import type { Shell } from './shell.ts';

/** An assignment or use that bash refuses; its text follows the shell's name. */
export class VariableError extends Error {
  /** A refusal after which the command line goes on. */
  readonly soft: boolean = false;
}

export const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** Follows `declare -n` references to the variable that is meant. */
export function targetOf(shell: Shell, name: string): string {
  let target = name;
  for (let hops = 0; hops < 8; hops++) {
    const found = shell.state.variables.get(target);
    if (!found?.flags.includes('n') || typeof found.value !== 'string') return target;
    target = found.value;
  }
  return target;
}

export function lookUp(shell: Shell, name: string): Variable | undefined {
  return shell.state.variables.get(targetOf(shell, name));
}

/** Text of a variable; of an array its element 0. undefined where it is not set. */
export function valueOf(shell: Shell, name: string): string | undefined {
  const target = targetOf(shell, name);
  const indexed = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(target);
  if (indexed) return lookUpElements(shell, indexed[1] as string)?.get(indexed[2] as string);
  const found = shell.state.variables.get(target);
  if (!found) return special(shell, target);
  const { value } = found;
  return value instanceof Map ? value.get('0') : value;
}

export function lookUpElements(shell: Shell, name: string): Elements | undefined {
  const found = lookUp(shell, name);
  if (!found) {
    const made = specialArray(shell, name);
    return made && new Map(made.map((each, index) => [String(index), each]));
  }
  if (found.value instanceof Map) return found.value;
  return found.value === undefined ? new Map() : new Map([['0', found.value]]);
}

/** Keys of an array in their order: numbers by size, keys of an associative one as they came. */
export function keysOf(variable: Variable | undefined, elements: Elements): string[] {
  const keys = [...elements.keys()];
  if (variable?.flags.includes('A')) return keys;
  return keys.sort((a, b) => Number(a) - Number(b));
}

export function valuesOf(shell: Shell, name: string): string[] {
  const elements = lookUpElements(shell, name) ?? new Map<string, string>();
  return keysOf(lookUp(shell, name), elements).map((key) => elements.get(key) as string);
}

/** Variables that bash makes up when they are read. */
function special(shell: Shell, name: string): string | undefined {
  const { sys, state } = shell;
  switch (name) {
    case 'LINENO':
      return String(shell.line);
    case 'RANDOM':
      state.draws += 1;
      return shell.look.bash
        ? String(sys.chance.integer(`random/${state.draws}`, 32_768))
        : undefined;
    case 'SRANDOM':
      state.draws += 1;
      return String(sys.chance.integer(`srandom/${state.draws}`, 2 ** 32));
    case 'SECONDS':
      return String(Math.floor((sys.now - shell.started) / 1_000_000));
    case 'EPOCHSECONDS':
      return String(Math.floor(sys.now / 1_000_000));
    case 'EPOCHREALTIME':
      return (sys.now / 1_000_000).toFixed(6);
    case 'BASHPID':
      return String(sys.pid);
    case 'PPID':
      return String(sys.processes().find(({ pid }) => pid === state.shellPid)?.parent ?? 0);
    case 'UID':
    case 'EUID':
      return shell.look.bash ? (sys.user === 'root' ? '0' : uidOf(sys.user)) : undefined;
    case 'HOSTNAME':
      return shell.look.bash ? sys.hostname : undefined;
    case 'BASH_SUBSHELL':
      return String(shell.subshells);
    case '_':
      return shell.lastWord;
    default:
      return specialArray(shell, name)?.[0];
  }
}

function uidOf(user: string): string {
  return /^\d+$/.test(user) ? user : '1000';
}

function specialArray(shell: Shell, name: string): readonly string[] | undefined {
  if (name === 'PIPESTATUS') return shell.state.pipeStatus.map(String);
  if (name === 'FUNCNAME' && shell.calls.length > 0)
    return shell.calls.map(({ name: called }) => called).reverse();
  if (name === 'DIRSTACK') return [shell.sys.cwd, ...shell.state.directories];
  return undefined;
}

/** Sets a variable, as its flags want it; refuses where it is read-only. */
export function assign(shell: Shell, name: string, value: string, append = false): void {
  const target = targetOf(shell, name);
  const indexed = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(target);
  if (indexed) return assignElement(shell, indexed[1] as string, indexed[2] as string, value);
  const before = shell.state.variables.get(target);
  if (before?.value instanceof Map) return assignElement(shell, target, '0', value, append);
  refuseReadOnly(before, target);
  const flags = before?.flags ?? (shell.state.options.allexport ? 'x' : '');
  const old = typeof before?.value === 'string' ? before.value : '';
  shell.state.variables.set(target, { value: shaped(shell, flags, old, value, append), flags });
  if (target === 'SECONDS') shell.state.variables.delete(target);
}

export function assignElement(
  shell: Shell,
  name: string,
  key: string,
  value: string,
  append = false,
): void {
  const target = targetOf(shell, name);
  const before = shell.state.variables.get(target);
  refuseReadOnly(before, target);
  const elements: Elements = before?.value instanceof Map ? before.value : new Map();
  if (typeof before?.value === 'string') elements.set('0', before.value);
  const flags = withFlag(before?.flags ?? '', before?.flags.includes('A') ? 'A' : 'a');
  elements.set(key, shaped(shell, flags, elements.get(key) ?? '', value, append));
  shell.state.variables.set(target, { value: elements, flags });
}

function shaped(shell: Shell, flags: string, old: string, value: string, append: boolean): string {
  if (flags.includes('i')) {
    const number = shell.arithmetic(value === '' ? '0' : value);
    return String(append ? shell.arithmetic(old === '' ? '0' : old) + number : number);
  }
  const joined = append ? old + value : value;
  if (flags.includes('u')) return joined.toUpperCase();
  return flags.includes('l') ? joined.toLowerCase() : joined;
}

/** Sets a whole array. */
export function assignElements(shell: Shell, name: string, elements: Elements, flag: 'a' | 'A') {
  const target = targetOf(shell, name);
  const before = shell.state.variables.get(target);
  refuseReadOnly(before, target);
  shell.state.variables.set(target, {
    value: elements,
    flags: withFlag(before?.flags ?? '', flag),
  });
}

export function asElements(values: readonly string[]): Elements {
  return new Map(values.map((each, index) => [String(index), each]));
}

export function refuseReadOnly(variable: Variable | undefined, name: string): void {
  if (variable?.flags.includes('r')) throw new VariableError(`${name}: readonly variable`);
}

export function withFlag(flags: string, flag: string): string {
  return flags.includes(flag) ? flags : [...flags, flag].sort().join('');
}

/** Adds and takes away flags of a variable, which is declared if it is not there. */
export function setFlags(shell: Shell, name: string, add: string, remove: string): void {
  const target = add.includes('n') ? name : targetOf(shell, name);
  const before = shell.state.variables.get(target) ?? { value: undefined, flags: '' };
  let { flags } = before;
  for (const flag of add) flags = withFlag(flags, flag);
  for (const flag of remove) flags = flags.replace(flag, '');
  shell.state.variables.set(target, { value: before.value, flags });
}

/** The environment that children get. */
export function environment(shell: Shell): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, { value, flags }] of shell.state.variables) {
    if (flags.includes('x') && typeof value === 'string') env[name] = value;
  }
  return env;
}
