import { isErrno } from '../errno.ts';
import type { FileStat } from '../syscalls.ts';
import { optionLetters, type Options } from './state.ts';
import type { Shell } from './shell.ts';
import { lookUp, lookUpElements } from './variables.ts';

/** Operators of `[` and `[[` with one operand. */
export const unaryOperators = new Set(
  [...'abcdefghknoprstuvwxzGLNORS'].map((letter) => `-${letter}`),
);

/** `-f x` and the like. */
export function unaryTest(shell: Shell, operator: string, operand: string): boolean {
  const { sys, state } = shell;
  const stat = (follow = true): FileStat | undefined => {
    const found = sys.files.stat(operand, { follow });
    return isErrno(found) ? undefined : found;
  };
  const mode = (bits: number) => {
    const found = stat();
    if (!found) return false;
    if (sys.user === 'root') return bits !== 1 || (found.mode & 0o111) !== 0;
    const shift = found.owner === sys.user ? 6 : 0;
    return ((found.mode >> shift) & bits) !== 0;
  };
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-e':
    case '-a':
      return stat() !== undefined;
    case '-r':
      return mode(4);
    case '-w':
      return mode(2);
    case '-x':
      return mode(1);
    case '-f':
      return stat()?.type === 'file';
    case '-d':
      return stat()?.type === 'directory';
    case '-c':
      return stat()?.type === 'device';
    case '-S':
      return stat()?.type === 'socket';
    case '-s':
      return (stat()?.size ?? 0) > 0;
    case '-L':
    case '-h':
      return stat(false)?.type === 'symlink';
    case '-O':
    case '-G':
      return stat()?.owner === sys.user;
    case '-k':
      return ((stat()?.mode ?? 0) & 0o1000) !== 0;
    case '-u':
      return ((stat()?.mode ?? 0) & 0o4000) !== 0;
    case '-g':
      return ((stat()?.mode ?? 0) & 0o2000) !== 0;
    case '-t': {
      const fd = shell.fds.get(Number(operand));
      return fd !== undefined && fd !== 'null' && sys.isTerminal(fd);
    }
    case '-v':
      return isSet(shell, operand);
    case '-o': {
      const name = operand in state.options ? operand : optionLetters[operand];
      return name !== undefined && state.options[name as keyof Options];
    }
    case '-R':
      return lookUp(shell, operand)?.flags.includes('n') ?? false;
    default:
      return false;
  }
}

function isSet(shell: Shell, name: string): boolean {
  const [, array, key] = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(name) ?? [];
  if (array !== undefined) return lookUpElements(shell, array)?.has(key as string) ?? false;
  const found = lookUp(shell, name);
  return found?.value instanceof Map ? found.value.has('0') : found?.value !== undefined;
}

export function compareFiles(shell: Shell, operator: string, a: string, b: string): boolean {
  const time = (path: string) => {
    const found = shell.sys.files.stat(path);
    return isErrno(found) ? -1 : found.modified;
  };
  if (operator === '-nt') return time(a) > time(b);
  if (operator === '-ot') return time(a) < time(b);
  const { files } = shell.sys;
  return time(a) >= 0 && files.resolve(a) === files.resolve(b);
}

/** Operators of `[` with two operands. */
const binaryOperators = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

/** What `[` refuses, in its words: it follows `[: `. */
export class TestError extends Error {}

/** The words of `[` or `test`, judged by their number as POSIX has it. */
export function evaluateTest(shell: Shell, words: readonly string[]): boolean {
  const reader: Reader = { shell, words, at: 0 };
  const value = byCount(reader, words.length);
  if (reader.at < words.length) throw new TestError('too many arguments');
  return value;
}

interface Reader {
  readonly shell: Shell;
  readonly words: readonly string[];
  at: number;
}

/** Up to four words have meanings of their own; more are read as an expression. */
function byCount(reader: Reader, count: number): boolean {
  const { shell, words } = reader;
  const [first = '', second = '', third = ''] = words.slice(reader.at);
  const take = (number: number, value: boolean) => {
    reader.at += number;
    return value;
  };
  switch (count) {
    case 0:
      return false;
    case 1:
      return take(1, first !== '');
    case 2:
      if (first === '!') return take(2, second === '');
      if (unaryOperators.has(first)) return take(2, unaryTest(shell, first, second));
      throw new TestError(`${first}: unary operator expected`);
    case 3:
      if (binaryOperators.has(second)) return take(3, binaryTest(shell, second, first, third));
      if (second === '-a') return take(3, first !== '' && third !== '');
      if (second === '-o') return take(3, first !== '' || third !== '');
      if (first === '!') {
        reader.at += 1;
        return !byCount(reader, 2);
      }
      if (first === '(' && third === ')') return take(3, second !== '');
      throw new TestError(`${second}: binary operator expected`);
    case 4:
      if (first === '!') {
        reader.at += 1;
        return !byCount(reader, 3);
      }
      return either(reader);
    default:
      return either(reader);
  }
}

function either(reader: Reader): boolean {
  let value = both(reader);
  while (reader.words[reader.at] === '-o') {
    reader.at += 1;
    const right = both(reader);
    value = value || right;
  }
  return value;
}

function both(reader: Reader): boolean {
  let value = primary(reader);
  while (reader.words[reader.at] === '-a') {
    reader.at += 1;
    const right = primary(reader);
    value = value && right;
  }
  return value;
}

function primary(reader: Reader): boolean {
  const { shell, words } = reader;
  const first = words[reader.at];
  if (first === undefined) throw new TestError('argument expected');
  const second = words[reader.at + 1];
  const third = words[reader.at + 2];
  if (first === '!') {
    reader.at += 1;
    return !primary(reader);
  }
  if (second !== undefined && third !== undefined && binaryOperators.has(second)) {
    reader.at += 3;
    return binaryTest(shell, second, first, third);
  }
  if (first === '(') {
    reader.at += 1;
    const value = either(reader);
    if (words[reader.at] !== ')') throw new TestError("`)' expected");
    reader.at += 1;
    return value;
  }
  if (unaryOperators.has(first) && second !== undefined) {
    reader.at += 2;
    return unaryTest(shell, first, second);
  }
  reader.at += 1;
  return first !== '';
}

function binaryTest(shell: Shell, operator: string, left: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
    case '-ot':
    case '-ef':
      return compareFiles(shell, operator, left, right);
  }
  for (const text of [left, right]) {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) {
      const why = shell.look.bash ? `${text}: integer expression expected` : badNumber(shell, text);
      throw new TestError(why);
    }
  }
  const [a, b] = [BigInt(left.trim()), BigInt(right.trim())];
  const results: Readonly<Record<string, boolean>> = {
    '-eq': a === b,
    '-ne': a !== b,
    '-lt': a < b,
    '-le': a <= b,
    '-gt': a > b,
    '-ge': a >= b,
  };
  return results[operator] ?? false;
}

function badNumber(shell: Shell, text: string): string {
  return shell.look.name === 'dash' ? `Illegal number: ${text}` : `bad number`;
}
