import type { Assignment, Command, Word } from 'unbash';
import type { Call } from '../syscalls.ts';
import { assignOne, assignArray } from './assign.ts';
import { findBuiltin } from './builtins/catalog.ts';
import { expandAssigned, expandWords } from './expand/words.ts';
import { becomeExternal, runExternal } from './external.ts';
import { callFunction } from './functions.ts';
import { printNode } from './print.ts';
import { endSubstitutions } from './process-files.ts';
import { quoteWord } from './quote.ts';
import { redirect } from './redirect.ts';
import type { Shell } from './shell.ts';
import type { Variable } from './state.ts';
import { trace } from './trace.ts';
import { setFlags } from './variables.ts';

/** Builtins whose words may be assignments, arrays too. */
const declarers = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** A simple command. `last` tells that the process may become it. */
export function* simpleCommand(
  shell: Shell,
  command: Command,
  how: { readonly last: boolean },
): Call<number> {
  const outer = shell.substitutions.length;
  try {
    return yield* run(shell, command, how);
  } finally {
    if (shell.substitutions.length > outer) yield* endSubstitutions(shell, outer);
  }
}

function* run(shell: Shell, command: Command, how: { readonly last: boolean }): Call<number> {
  const { state } = shell;
  shell.substituted = undefined;
  const words = command.name ? yield* wordsOf(shell, command) : [];
  const name = words[0];
  if (name === undefined) return yield* onlyAssignments(shell, command);
  const set = command.prefix.filter((each): each is Assignment => each.type === 'Assignment');
  if (state.options.xtrace) yield* traceAll(shell, set, words);
  const made = yield* redirect(shell, command.redirects);
  if (!made.ok) return ended(shell, 1, words);
  let keep = false;
  try {
    const call = state.functions.has(name)
      ? () => callFunction(shell, name, words)
      : builtinCall(shell, name, words);
    if (call) {
      keep = name === 'exec' && words.length === 1;
      // What was set before `exec` or a function of the shell itself goes on to count in POSIX
      // mode only; bash puts it back.
      return ended(shell, yield* withVariables(shell, set, call), words);
    }
    const env = yield* prefixEnv(shell, set);
    const status =
      how.last && shell.substitutions.length === 0 && !state.traps.has('EXIT')
        ? yield* becomeExternal(shell, words, env)
        : yield* runExternal(shell, words, env, () => printNode(command));
    return ended(shell, status, words);
  } finally {
    if (!keep) made.undo();
  }
}

function builtinCall(shell: Shell, name: string, words: readonly string[]) {
  const builtin = findBuiltin(shell, name);
  return builtin && (() => builtin(shell, words));
}

function ended(shell: Shell, status: number, words: readonly string[]): number {
  shell.state.status = status;
  shell.state.pipeStatus = [status];
  shell.lastWord = words.at(-1) ?? '';
  return status;
}

function* traceAll(shell: Shell, set: readonly Assignment[], words: readonly string[]): Call<void> {
  for (const each of set) {
    if (each.value.type !== 'Word') continue;
    const value = yield* expandAssigned(shell, each.value);
    yield* trace(shell, `${each.name}=${quoteWord(value)}`);
  }
  yield* trace(shell, words.map((word) => quoteWord(word)).join(' '));
}

/** Words of a command; what looks like an assignment after `declare` is one word each. */
function* wordsOf(shell: Shell, command: Command): Call<string[]> {
  const name = command.name as Word;
  const declares = declarers.has(name.value);
  const words: string[] = yield* expandWords(shell, [name]);
  let flags = '';
  for (const item of command.suffix) {
    if (item.type === 'Word') {
      const made = yield* expandWords(shell, [item]);
      if (declares && /^-\w/.test(made[0] ?? '')) flags += made[0];
      words.push(...made);
    } else if (item.type === 'Assignment') {
      if (!declares) words.push(...(yield* expandWords(shell, [asWord(item)])));
      else words.push(yield* declared(shell, item, flags, name.value));
    }
  }
  return words;
}

/** `name=value` of a command that declares; arrays are put in place at once. */
function* declared(shell: Shell, item: Assignment, flags: string, command: string): Call<string> {
  const { name, value, append } = item;
  if (value.type === 'Word') {
    const text = yield* expandAssigned(shell, value);
    const index = item.index ? `[${item.index.value}]` : '';
    return `${name}${index}${append ? '+' : ''}=${text}`;
  }
  if (shell.calls.length > 0 && !/g/.test(flags) && /^(declare|typeset|local)$/.test(command)) {
    const call = shell.calls.at(-1);
    if (call && !call.hidden.has(name)) {
      call.hidden.set(name, shell.state.variables.get(name));
      shell.state.variables.delete(name);
    }
  }
  if (flags.includes('A')) setFlags(shell, name, 'A', '');
  yield* assignArray(shell, name, value.elements, append ?? false);
  return name;
}

/** An assignment where none counts is an ordinary word. */
function asWord({ text, pos, end, value }: Assignment): Word {
  const lead = text.slice(0, text.indexOf('=') + 1);
  if (value.type !== 'Word') return { type: 'Word', text, value: text, pos, end };
  const literal = {
    type: 'Literal' as const,
    value: lead,
    text: lead,
    pos,
    end: pos + lead.length,
  };
  const rest = value.parts ?? [
    { type: 'Literal' as const, value: value.value, text: value.text, pos, end },
  ];
  return { type: 'Word', text, value: lead + value.value, pos, end, parts: [literal, ...rest] };
}

function* prefixEnv(shell: Shell, set: readonly Assignment[]): Call<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { name, value } of set) {
    if (value.type === 'Word') env[name] = yield* expandAssigned(shell, value);
  }
  return env;
}

/** Assignments and redirections without a command. */
function* onlyAssignments(shell: Shell, command: Command): Call<number> {
  const { state } = shell;
  for (const item of command.prefix) {
    if (item.type !== 'Assignment') continue;
    const text = yield* assignOne(shell, item);
    if (state.options.xtrace) {
      const shown =
        item.value.type === 'Word' ? quoteWord(text) : item.text.slice(item.name.length + 1);
      yield* trace(shell, `${item.name}=${text === '' ? '' : shown}`);
    }
  }
  const made = yield* redirect(shell, command.redirects);
  if (!made.ok) return ended(shell, 1, []);
  made.undo();
  return ended(shell, shell.substituted ?? 0, []);
}

/** Variables before a builtin or a function count for its duration, and are exported. */
function* withVariables(
  shell: Shell,
  set: readonly Assignment[],
  work: () => Call<number>,
): Call<number> {
  if (set.length === 0) return yield* work();
  const { variables } = shell.state;
  const before: (readonly [string, Variable | undefined])[] = [];
  for (const each of set) {
    before.push([each.name, variables.get(each.name)]);
    yield* assignOne(shell, each);
    setFlags(shell, each.name, 'x', '');
  }
  try {
    return yield* work();
  } finally {
    for (const [name, old] of before) {
      if (old) variables.set(name, old);
      else variables.delete(name);
    }
  }
}
