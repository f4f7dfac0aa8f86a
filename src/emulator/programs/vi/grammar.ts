import { motions } from './motions.ts';
import { operators } from './operators.ts';

/** A command of normal mode, read from its keys. */
export interface Command {
  readonly register: string | undefined;
  /** 1 where none is given. */
  readonly count: number;
  readonly given: boolean;
  readonly operator: string | undefined;
  /** Key of the motion, the text object or the command itself. */
  readonly key: string;
  /** The letter that `f`, `r`, `m` and their like take. */
  readonly letter: string;
}

/** Keys that take one more. */
const withLetter = new Set(['f', 'F', 't', 'T', 'r', 'm', "'", '`']);
/** First halves of commands of two keys. */
const prefixes = new Set(['g', 'z', 'Z']);

/**
 * Reads the keys of a command: `"ad2w`, `3dd`, `ci"`. 'more' where some are missing, 'wrong' where
 * no command begins so. In visual mode operators stand alone.
 */
export function readCommand(keys: readonly string[], visual = false): Command | 'more' | 'wrong' {
  let at = 0;
  const next = () => keys[at++];
  let register: string | undefined;
  let count = 1;
  let given = false;
  const number = () => {
    let digits = '';
    while (/^[1-9]$/.test(keys[at] ?? '') || (digits !== '' && keys[at] === '0')) digits += next();
    if (digits === '') return;
    count *= Number(digits);
    given = true;
  };
  number();
  if (keys[at] === '"') {
    at += 1;
    register = next();
    if (register === undefined) return 'more';
    number();
  }
  let operator: string | undefined;
  let key = next();
  if (key === undefined) return 'more';
  if (prefixes.has(key)) {
    const second = next();
    if (second === undefined) return 'more';
    key += second;
  }
  if (!visual && Object.hasOwn(operators, key)) {
    operator = key;
    number();
    key = next();
    if (key === undefined) return 'more';
    if (key === operator || (operator.length === 2 && key === operator[1])) {
      return { register, count, given, operator, key: 'line', letter: '' };
    }
    if (prefixes.has(key)) {
      const second = next();
      if (second === undefined) return 'more';
      key += second;
      if (key === operator) return { register, count, given, operator, key: 'line', letter: '' };
    }
  }
  let letter = '';
  if ((operator !== undefined || visual) && (key === 'i' || key === 'a')) {
    const object = next();
    if (object === undefined) return 'more';
    return { register, count, given, operator, key: key + object, letter };
  }
  if (withLetter.has(key)) {
    const taken = next();
    if (taken === undefined) return 'more';
    letter = taken;
  }
  const moves = Object.hasOwn(motions, key) || /^[fFtT'`*#/?]$/.test(key);
  if (operator !== undefined && !moves) return 'wrong';
  return { register, count, given, operator, key, letter };
}
