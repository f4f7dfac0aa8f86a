import type { Call } from '../../syscalls.ts';
import type { Shell } from '../shell.ts';
import { readFlags, type Builtin } from './builtin.ts';

const shown = (name: string, value: string) =>
  `alias ${name}='${value.replaceAll("'", "'\\''")}'\n`;

function* alias(shell: Shell, words: readonly string[]): Call<number> {
  const { aliases: known } = shell.state;
  const flags = yield* readFlags(shell, words, 'p', 'alias [-p] [name[=value] ... ]');
  if (!flags) return 2;
  if (flags.rest.length === 0) {
    for (const [name, value] of [...known].sort()) yield* shell.out(shown(name, value));
    return 0;
  }
  let status = 0;
  for (const word of flags.rest) {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(word) ?? [];
    if (name !== undefined) known.set(name, value ?? '');
    else if (known.has(word)) yield* shell.out(shown(word, known.get(word) as string));
    else {
      yield* shell.complain(`alias: ${word}: not found`);
      status = 1;
    }
  }
  return status;
}

function* unalias(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'a', 'unalias [-a] name [name ...]');
  if (!flags) return 2;
  if (flags.letters.includes('a')) shell.state.aliases.clear();
  let status = 0;
  for (const name of flags.rest) {
    if (shell.state.aliases.delete(name)) continue;
    yield* shell.complain(`unalias: ${name}: not found`);
    status = 1;
  }
  return status;
}

function* history(shell: Shell, words: readonly string[]): Call<number> {
  const lines = shell.state.history;
  if (words[1] === '-c') {
    lines.length = 0;
    return 0;
  }
  if (words[1] !== undefined && !/^\d+$/.test(words[1])) {
    yield* shell.complain(`history: ${words[1]}: numeric argument required`);
    return 1;
  }
  const from = words[1] === undefined ? 0 : Math.max(0, lines.length - Number(words[1]));
  for (let i = from; i < lines.length; i++) {
    yield* shell.out(`${String(i + 1).padStart(5)}  ${lines[i]}\n`);
  }
  return 0;
}

export const aliases: Readonly<Record<string, Builtin>> = { alias, unalias, history };
