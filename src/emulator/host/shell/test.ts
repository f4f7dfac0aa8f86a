import type { Shell } from './interpreter.ts';

/** `-f x` and the like. */
export function unaryTest(shell: Shell, operator: string, operand: string): boolean {
  const { files } = shell.sys;
  const stat = (follow = true) => {
    const found = files.stat(operand, { follow });
    return typeof found === 'string' ? undefined : found;
  };
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-e':
    case '-a':
    case '-r':
    case '-w':
      return stat() !== undefined;
    case '-f':
      return stat()?.type === 'file';
    case '-d':
      return stat()?.type === 'directory';
    case '-s':
      return (stat()?.size ?? 0) > 0;
    case '-x':
      return ((stat()?.mode ?? 0) & 0o111) !== 0;
    case '-L':
    case '-h':
      return stat(false)?.type === 'symlink';
    case '-t':
      return shell.sys.isTerminal(Number(operand));
    case '-v':
      return shell.state.variables.has(operand);
    default:
      return false;
  }
}

/** `a = b`, `1 -lt 2`; a text is an error in `[`'s words. */
export function binaryTest(
  shell: Shell,
  operator: string,
  left: string,
  right: string,
): boolean | string {
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
    case '-ot': {
      const time = (path: string) => {
        const found = shell.sys.files.stat(path);
        return typeof found === 'string' ? -1 : found.modified;
      };
      return operator === '-nt' ? time(left) > time(right) : time(left) < time(right);
    }
  }
  const [a, b] = [Number(left), Number(right)];
  for (const text of [left, right]) {
    if (!/^\s*-?\d+\s*$/.test(text)) return `${text}: integer expression expected`;
  }
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    case '-ge':
      return a >= b;
    default:
      return `${operator}: binary operator expected`;
  }
}

/** The words of `[` or `test`: a value, or an error in its words. */
export function evaluateTest(shell: Shell, words: readonly string[]): boolean | string {
  const [result, rest] = either(shell, [...words]);
  if (typeof result === 'string') return result;
  return rest.length > 0 ? 'too many arguments' : result;
}

type Result = [boolean | string, string[]];

function either(shell: Shell, words: string[]): Result {
  let [value, rest] = both(shell, words);
  while (rest[0] === '-o' && typeof value !== 'string') {
    const [next, after] = both(shell, rest.slice(1));
    value = typeof next === 'string' ? next : value || next;
    rest = after;
  }
  return [value, rest];
}

function both(shell: Shell, words: string[]): Result {
  let [value, rest] = primary(shell, words);
  while (rest[0] === '-a' && typeof value !== 'string') {
    const [next, after] = primary(shell, rest.slice(1));
    value = typeof next === 'string' ? next : value && next;
    rest = after;
  }
  return [value, rest];
}

const binary = new Set([
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
]);

function primary(shell: Shell, words: string[]): Result {
  const [first, second, third] = words;
  if (first === undefined) return [false, []];
  if (second !== undefined && binary.has(second) && third !== undefined) {
    return [binaryTest(shell, second, first, third), words.slice(3)];
  }
  if (first === '!' && words.length > 1) {
    const [value, rest] = primary(shell, words.slice(1));
    return [typeof value === 'string' ? value : !value, rest];
  }
  if (first === '(') {
    const [value, rest] = either(shell, words.slice(1));
    return rest[0] === ')' ? [value, rest.slice(1)] : ["`)' expected", []];
  }
  if (/^-[a-zA-Z]$/.test(first) && second !== undefined)
    return [unaryTest(shell, first, second), words.slice(2)];
  return [first !== '', words.slice(1)];
}
