import type { ParameterExpansionPart } from 'unbash';
import type { Call } from '../../syscalls.ts';
import type { Shell } from '../shell.ts';
import { Flow } from '../shell.ts';
import {
  assign,
  assignElement,
  isName,
  keysOf,
  lookUp,
  lookUpElements,
  valueOf,
  valuesOf,
} from '../variables.ts';
import { operate } from './operate.ts';
import { expandText } from './words.ts';

/** A failed expansion, as bash words it; the command is not run. */
export class ExpansionError extends Error {}

/** What a parameter stands for: one text, or a list (`$@`, whole arrays). */
export type Parameter =
  | { readonly type: 'one'; readonly text: string | undefined }
  | { readonly type: 'list'; readonly items: readonly string[]; readonly star: boolean };

export const one = (text: string | undefined): Parameter => ({ type: 'one', text });
export const list = (items: readonly string[], star: boolean): Parameter => ({
  type: 'list',
  items,
  star,
});

/** Value of `$x`. */
export function simpleParameter(shell: Shell, name: string): Parameter {
  const found = plain(shell, name);
  if (found.type === 'one' && found.text === undefined) refuseUnset(shell, name);
  return found;
}

/** Value of `${x…}`. */
export function* parameter(shell: Shell, part: ParameterExpansionPart): Call<Parameter> {
  const { parameter: name, prefix, index, operation } = part;
  if (prefix === '!' && operation?.type === 'Names') {
    const names = [...shell.state.variables.keys()].filter((each) => each.startsWith(name)).sort();
    return list(names, operation.operator === '*');
  }
  if (prefix === '!' && index) return keys(shell, name, index.value);
  let target = name;
  let value: Parameter;
  let key: string | undefined;
  if (index) {
    key = yield* expandText(shell, index);
    value = element(shell, name, key);
  } else value = plain(shell, name);
  if (prefix === '!' && !index) {
    const reference = value.type === 'one' ? value.text : undefined;
    if (reference === undefined) throw new ExpansionError(`${name}: invalid indirect expansion`);
    [target, key] = splitReference(reference);
    value = key === undefined ? plain(shell, target) : element(shell, target, key);
  }
  if (prefix === '#') {
    if (value.type === 'list') return one(String(value.items.length));
    if (value.text === undefined) refuseUnset(shell, target);
    return one(String([...(value.text ?? '')].length));
  }
  if (!operation) {
    if (value.type === 'one' && value.text === undefined) {
      refuseUnset(shell, key === undefined ? target : `${target}[${key}]`);
    }
    return value;
  }
  const set = (text: string) => setParameter(shell, target, key, text);
  return yield* operate(shell, { name: target, key, part }, value, operation, set);
}

function setParameter(shell: Shell, name: string, key: string | undefined, text: string): void {
  if (!isName(name)) throw new ExpansionError(`$${name}: cannot assign in this way`);
  if (key === undefined) assign(shell, name, text);
  else assignElement(shell, name, key, text);
}

function splitReference(reference: string): [string, string | undefined] {
  const [, name, key] = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(reference) ?? [];
  return name === undefined ? [reference, undefined] : [name, key];
}

function keys(shell: Shell, name: string, index: string): Parameter {
  const elements = lookUpElements(shell, name) ?? new Map<string, string>();
  return list(keysOf(lookUp(shell, name), elements), index === '*');
}

function element(shell: Shell, name: string, key: string): Parameter {
  if (key === '@' || key === '*') return list(valuesOf(shell, name), key === '*');
  const elements = lookUpElements(shell, name);
  if (!elements) return one(undefined);
  if (lookUp(shell, name)?.flags.includes('A')) return one(elements.get(key));
  const at = Number(shell.arithmetic(key));
  if (at >= 0) return one(elements.get(String(at)));
  const last = Math.max(-1, ...[...elements.keys()].map(Number));
  if (last + 1 + at < 0) throw new ExpansionError(`${name}: bad array subscript`);
  return one(elements.get(String(last + 1 + at)));
}

export function refuseUnset(shell: Shell, name: string): void {
  if (shell.state.options.nounset && !/^[@*#?$!-]$/.test(name)) {
    throw new UnboundError(`${name}: unbound variable`);
  }
}

/** Ends the shell that is not interactive, as `set -u` and `${x?}` do. */
export class UnboundError extends ExpansionError {}

function plain(shell: Shell, name: string): Parameter {
  const { state } = shell;
  switch (name) {
    case '@':
    case '*':
      return list(state.positional, name === '*');
    case '#':
      return one(String(state.positional.length));
    case '?':
      return one(String(state.status));
    case '$':
      return one(String(state.shellPid));
    case '!':
      return one(state.background ? String(state.background) : undefined);
    case '-':
      return one(flagsOf(shell));
    case '0':
      return one(state.name);
  }
  if (/^\d+$/.test(name)) return one(state.positional[Number(name) - 1]);
  return one(valueOf(shell, name));
}

function flagsOf({ state: { options }, interactive, source }: Shell): string {
  const on: [boolean, string][] = [
    [options.allexport, 'a'],
    [options.errexit, 'e'],
    [options.noglob, 'f'],
    [options.hashall, 'h'],
    [interactive, 'i'],
    [options.monitor, 'm'],
    [options.noexec, 'n'],
    [options.nounset, 'u'],
    [options.verbose, 'v'],
    [options.xtrace, 'x'],
    [options.braceexpand, 'B'],
    [options.noclobber, 'C'],
    [options.histexpand, 'H'],
    [source.kind === 'command', 'c'],
    [source.kind === 'input', 's'],
  ];
  return on.map(([is, letter]) => (is ? letter : '')).join('');
}

export { Flow };
