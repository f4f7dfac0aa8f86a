import { isErrno, strerror } from '../../errno.ts';
import type { Call } from '../../syscalls.ts';
import { becomeExternal } from '../external.ts';
import { runText } from '../run-text.ts';
import { Flow, type Shell } from '../shell.ts';
import { evaluateTest, TestError } from '../test.ts';
import { ArithmeticError } from '../arithmetic.ts';
import { immediate, readFlags, type Builtin } from './builtin.ts';

const ok = immediate(() => 0);

function leave(kind: 'break' | 'continue'): Builtin {
  return function* (shell, words) {
    if (shell.loops === 0) {
      if (!shell.look.bash) return 0;
      yield* shell.complain(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
      return 0;
    }
    const count = words[1] ?? '1';
    if (!/^\d+$/.test(count)) {
      yield* shell.complain(`${kind}: ${count}: numeric argument required`);
      throw new Flow('exit', 128);
    }
    if (Number(count) === 0) {
      yield* shell.complain(`${kind}: 0: loop count out of range`);
      throw new Flow('break', 1);
    }
    throw new Flow(kind, Number(count));
  };
}

/** A status given in words, or the last one; a text that is none is told, and is 2. */
function* statusOf(shell: Shell, words: readonly string[]): Call<number> {
  const given = words[1];
  if (given === undefined) return shell.state.status;
  if (/^\s*[-+]?\d+\s*$/.test(given)) return Number(BigInt.asUintN(8, BigInt(given.trim())));
  if (!shell.look.bash) yield* shell.complain(`${words[0]}: Illegal number: ${given}`);
  else yield* shell.complain(`${words[0]}: ${given}: numeric argument required`);
  return 2;
}

function* exit(shell: Shell, words: readonly string[]): Call<number> {
  const status = yield* statusOf(shell, words);
  if (words.length > 2 && status !== 2) {
    yield* shell.complain('exit: too many arguments');
    return 1;
  }
  if (shell.interactive && shell.look.bash) {
    const stopped = shell.state.jobs.some(({ state }) => state === 'Stopped');
    if (stopped && !shell.warned) {
      yield* shell.write(2, 'exit\nThere are stopped jobs.\n');
      shell.warned = true;
      return 1;
    }
  }
  throw new Flow('exit', status);
}

function* returnFrom(shell: Shell, words: readonly string[]): Call<number> {
  if (shell.calls.length === 0 && shell.sourced === 0) {
    if (!shell.look.bash) throw new Flow('exit', yield* statusOf(shell, words));
    yield* shell.complain("return: can only `return' from a function or sourced script");
    return 2;
  }
  throw new Flow('return', yield* statusOf(shell, words));
}

function* evaluate(shell: Shell, words: readonly string[]): Call<number> {
  const text = words.slice(words[1] === '--' ? 2 : 1).join(' ');
  const { kind, name } = shell.source;
  const source = {
    text,
    firstLine: shell.line,
    name,
    kind: kind === 'file' ? kind : 'eval',
  } as const;
  shell.state.status = 0;
  return yield* runText(shell, source);
}

function* source(shell: Shell, words: readonly string[]): Call<number> {
  const { state, sys } = shell;
  const [name, ...args] = words.slice(words[1] === '--' ? 2 : 1);
  if (name === undefined) {
    yield* shell.complain(`${words[0]}: filename argument required`);
    yield* shell.write(2, `${words[0]}: usage: ${words[0]} filename [arguments]\n`);
    return 2;
  }
  const path = name.includes('/') ? name : (sys.files.which(name) ?? name);
  const found = sys.files.read(path);
  if (isErrno(found)) {
    if (!shell.look.bash) {
      const why =
        shell.look.name === 'dash'
          ? `.: cannot open ${name}: No such file`
          : `.: can't open '${name}': ${strerror(found)}`;
      yield* shell.complain(why);
      throw new Flow('exit', 2);
    }
    yield* shell.complain(
      found === 'EISDIR' ? `${words[0]}: ${name}: is a directory` : `${name}: ${strerror(found)}`,
    );
    return 1;
  }
  const { positional } = state;
  if (args.length > 0) state.positional = args;
  shell.sourced += 1;
  try {
    return yield* runText(shell, { text: found.text, firstLine: 1, kind: 'file', name });
  } catch (error) {
    if (error instanceof Flow && error.kind === 'return') return error.value;
    throw error;
  } finally {
    shell.sourced -= 1;
    if (args.length > 0) state.positional = positional;
  }
}

function* exec(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(
    shell,
    words,
    'cla:',
    'exec [-cl] [-a name] [command [argument ...]] [redirection ...]',
  );
  if (!flags) return 2;
  if (flags.rest.length === 0) return 0;
  const status = yield* becomeExternal(shell, flags.rest, {});
  if (shell.interactive) return status;
  throw new Flow('exit', status);
}

function* test(shell: Shell, words: readonly string[]): Call<number> {
  let operands = words.slice(1);
  if (words[0] === '[') {
    if (operands.at(-1) !== ']') {
      yield* shell.complain(
        shell.look.name === 'ash'
          ? 'missing ]'
          : shell.look.bash
            ? "[: missing `]'"
            : '[: missing ]',
      );
      return 2;
    }
    operands = operands.slice(0, -1);
  }
  try {
    return evaluateTest(shell, operands) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    const lead = shell.look.name === 'ash' ? '' : `${words[0]}: `;
    yield* shell.complain(lead + error.message);
    return 2;
  }
}

function* let_(shell: Shell, words: readonly string[]): Call<number> {
  if (words.length === 1) {
    yield* shell.complain('let: expression expected');
    return 1;
  }
  let value = 0n;
  try {
    for (const word of words.slice(1)) value = shell.arithmetic(word);
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    yield* shell.complain(`let: ${error.message}`);
    return 1;
  }
  return value === 0n ? 1 : 0;
}

export const control: Readonly<Record<string, Builtin>> = {
  ':': ok,
  true: ok,
  false: immediate(() => 1),
  '.': source,
  source,
  '[': test,
  test,
  break: leave('break'),
  continue: leave('continue'),
  eval: evaluate,
  exec,
  exit,
  logout: exit,
  let: let_,
  return: returnFrom,
};
