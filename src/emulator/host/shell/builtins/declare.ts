import type { Call } from '../../syscalls.ts';
import { bodyOf } from '../functions.ts';
import { printFunction } from '../print.ts';
import { doubleQuote, quoteWord } from '../quote.ts';
import type { Shell } from '../shell.ts';
import type { Variable } from '../state.ts';
import { assign, assignElement, isName, keysOf, lookUp, setFlags, targetOf } from '../variables.ts';
import { readFlags, type Builtin } from './builtin.ts';

/** `declare -x name="value"`, as it could be read again. */
export function declaration(name: string, variable: Variable): string {
  const flags = [...'aAfFilnrtux'].filter((flag) => variable.flags.includes(flag)).join('');
  const lead = `declare -${flags || '-'} ${name}`;
  const { value } = variable;
  if (value === undefined) return lead;
  if (!(value instanceof Map)) return `${lead}=${doubleQuote(value)}`;
  const keys = keysOf(variable, value);
  const isMap = variable.flags.includes('A');
  const pairs = keys.map((key) => {
    const shown = isMap && !/^[\w.-]+$/.test(key) ? doubleQuote(key) : key;
    return `[${shown}]=${doubleQuote(value.get(key) as string)}`;
  });
  return `${lead}=(${pairs.join(' ')}${isMap && pairs.length > 0 ? ' ' : ''})`;
}

/** Hides a variable of the caller until the function returns. */
function makeLocal(shell: Shell, name: string): void {
  const call = shell.calls.at(-1);
  if (!call || call.hidden.has(name)) return;
  const before = shell.state.variables.get(name);
  call.hidden.set(name, before);
  shell.state.variables.set(name, {
    value: undefined,
    flags: before?.flags.includes('x') ? 'x' : '',
  });
}

const USAGE = '[-aAfFgiIlnrtux] [name[=value] ...]';

function* declare(shell: Shell, words: readonly string[]): Call<number> {
  const [command = 'declare'] = words;
  const plus = words
    .filter((word) => /^\+\w/.test(word))
    .join('')
    .replaceAll('+', '');
  const given = words.filter((word) => !/^\+\w/.test(word));
  const usage =
    command === 'local'
      ? 'local [option] name[=value] ...'
      : `${command} ${USAGE} or ${command} -p [-aAfFilnrtux] [name ...]`;
  const flags = yield* readFlags(shell, given, 'aAfFgiIlnprtux', usage);
  if (!flags) return 2;
  const { letters, rest } = flags;
  if (/[fF]/.test(letters)) return yield* showFunctions(shell, rest, letters.includes('F'));
  if (letters.includes('p') || rest.length === 0) return yield* show(shell, command, rest, letters);
  const isLocal = shell.calls.length > 0 && !letters.includes('g');
  const add = letters.replaceAll(/[gIpt]/g, '');
  let status = 0;
  for (const word of rest) if (!(yield* one(shell, command, word, add, plus, isLocal))) status = 1;
  return status;
}

function* one(
  shell: Shell,
  command: string,
  word: string,
  add: string,
  remove: string,
  isLocal: boolean,
): Call<boolean> {
  const [, name = word, key, plus, value] =
    /^([A-Za-z_]\w*)(?:\[(.*?)\])?(\+)?=([\s\S]*)$/.exec(word) ?? [];
  if (!isName(name.replace(/\[.*\]$/, ''))) {
    yield* shell.complain(`${command}: \`${word}': not a valid identifier`);
    return false;
  }
  if (isLocal) makeLocal(shell, name);
  const before = shell.state.variables.get(name);
  if (before?.flags.includes('r') && (value !== undefined || remove.includes('r'))) {
    const lead = command === 'export' || command === 'readonly' ? '' : `${command}: `;
    yield* shell.complain(`${lead}${name}: readonly variable`);
    return false;
  }
  setFlags(shell, name, add.replace('r', ''), remove);
  if (/[aA]/.test(add) && !(shell.state.variables.get(name)?.value instanceof Map)) {
    const now = shell.state.variables.get(name);
    const elements = new Map<string, string>();
    if (typeof now?.value === 'string') elements.set('0', now.value);
    shell.state.variables.set(name, { value: elements, flags: now?.flags ?? '' });
  }
  if (value !== undefined && key !== undefined)
    assignElement(shell, name, key, value, plus !== undefined);
  else if (value !== undefined && add.includes('n')) {
    shell.state.variables.set(name, { value, flags: add });
  } else if (value !== undefined) assign(shell, name, value, plus !== undefined);
  if (add.includes('r')) setFlags(shell, name, 'r', '');
  return true;
}

function* showFunctions(shell: Shell, names: readonly string[], short: boolean): Call<number> {
  const { functions } = shell.state;
  let status = 0;
  for (const name of names.length > 0 ? names : [...functions.keys()].sort()) {
    const body = bodyOf(shell, name);
    if (!body) status = 1;
    else if (short) yield* shell.out(names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* shell.out(printFunction(name, body.node));
  }
  return status;
}

function* show(
  shell: Shell,
  command: string,
  names: readonly string[],
  letters: string,
): Call<number> {
  const { variables } = shell.state;
  let status = 0;
  for (const name of names) {
    const found = lookUp(shell, name);
    if (found) yield* shell.out(`${declaration(name, variables.get(name) ?? found)}\n`);
    else {
      yield* shell.complain(`${command}: ${name}: not found`);
      status = 1;
    }
  }
  if (names.length > 0) return status;
  const wanted = letters.replaceAll(/[pg]/g, '');
  const sorted = [...variables].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, variable] of sorted) {
    if (wanted && ![...wanted].every((flag) => variable.flags.includes(flag))) continue;
    if (wanted || letters.includes('p')) yield* shell.out(`${declaration(name, variable)}\n`);
    else if (typeof variable.value === 'string') {
      yield* shell.out(`${name}=${quoteWord(variable.value)}\n`);
    }
  }
  return 0;
}

function* local(shell: Shell, words: readonly string[]): Call<number> {
  if (shell.calls.length === 0) {
    yield* shell.complain(
      shell.look.bash ? 'local: can only be used in a function' : 'local: not in a function',
    );
    return 1;
  }
  return yield* declare(shell, words);
}

const markerUsage = {
  x: 'export [-fn] [name[=value] ...] or export -p',
  r: 'readonly [-aAf] [name[=value] ...] or readonly -p',
} as const;

/** `export` and `readonly`: a flag on variables, or the list of those that have it. */
function marker(flag: 'x' | 'r'): Builtin {
  return function* (shell, words) {
    const [command = ''] = words;
    const spec = flag === 'x' ? 'fnp' : 'aAfp';
    const flags = yield* readFlags(shell, words, spec, markerUsage[flag]);
    if (!flags) return 2;
    const { letters, rest } = flags;
    if (rest.length === 0) {
      for (const [name, variable] of [...shell.state.variables].sort(([a], [b]) =>
        a < b ? -1 : 1,
      )) {
        if (!variable.flags.includes(flag)) continue;
        if (shell.look.bash) yield* shell.out(`${declaration(name, variable)}\n`);
        else if (typeof variable.value === 'string')
          yield* shell.out(`${command} ${name}='${variable.value}'\n`);
      }
      return 0;
    }
    if (letters.includes('f')) return 0;
    const remove = letters.includes('n') ? flag : '';
    const add = (remove ? '' : flag) + letters.replaceAll(/[fnp]/g, '');
    let status = 0;
    for (const word of rest)
      if (!(yield* one(shell, command, word, add, remove, false))) status = 1;
    return status;
  };
}

function* unset(shell: Shell, words: readonly string[]): Call<number> {
  const { state } = shell;
  const flags = yield* readFlags(shell, words, 'fvn', 'unset [-f] [-v] [-n] [name ...]');
  if (!flags) return 2;
  const { letters, rest } = flags;
  let status = 0;
  for (const word of rest) {
    const [, array, key] = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(word) ?? [];
    const name = letters.includes('n') ? word : targetOf(shell, array ?? word);
    if (letters.includes('f')) {
      state.functions.delete(word);
      shell.bodies.delete(word);
      continue;
    }
    if (!isName(name)) {
      if (!letters.includes('v')) continue;
      yield* shell.complain(`unset: \`${word}': not a valid identifier`);
      status = 1;
      continue;
    }
    const found = state.variables.get(name);
    if (found?.flags.includes('r')) {
      yield* shell.complain(`unset: ${name}: cannot unset: readonly variable`);
      status = 1;
    } else if (key !== undefined && found?.value instanceof Map) {
      const isMap = found.flags.includes('A');
      if (key === '@' || key === '*') state.variables.delete(name);
      else found.value.delete(isMap ? key : String(shell.arithmetic(key)));
    } else if (found) state.variables.delete(name);
    else if (!letters.includes('v')) {
      state.functions.delete(word);
      shell.bodies.delete(word);
    }
  }
  return status;
}

export const declarations: Readonly<Record<string, Builtin>> = {
  declare,
  typeset: declare,
  local,
  export: marker('x'),
  readonly: marker('r'),
  unset,
};
