import type { Call } from '../../syscalls.ts';
import { echoText, printfText } from '../printf.ts';
import type { Shell } from '../shell.ts';
import { assign } from '../variables.ts';
import { readFlags, type Builtin } from './builtin.ts';

function* echo(shell: Shell, words: readonly string[]): Call<number> {
  const always = shell.look.name === 'dash' || shell.state.shopt.has('xpg_echo');
  yield* shell.out(echoText(words.slice(1), always));
  return 0;
}

const USAGE = 'printf [-v var] format [arguments]';

function* printf(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'v:', USAGE);
  if (!flags) return 2;
  const [format, ...values] = flags.rest;
  if (format === undefined) {
    yield* shell.write(2, `printf: usage: ${USAGE}\n`);
    return 2;
  }
  const { text, complaints, failed } = printfText(format, values);
  const variable = flags.values.get('v');
  if (variable === undefined) yield* shell.out(text);
  else assign(shell, variable, text);
  for (const each of complaints) yield* shell.complain(`printf: ${each}`);
  return failed ? 1 : 0;
}

export const output: Readonly<Record<string, Builtin>> = { echo, printf };
