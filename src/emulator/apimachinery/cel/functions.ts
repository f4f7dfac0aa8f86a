import { libraries } from './libraries.ts';
import {
  CelError,
  compare,
  equals,
  isList,
  isMap,
  isSpecial,
  typeOf,
  type Value,
} from './value.ts';

/** A function or method: its receiver, if any, is the first argument. */
export type CelFunction = (...args: readonly Value[]) => Value;

const overload = (): never => {
  throw new CelError('no such overload');
};

/** Calls a function by name. Throws CelError where there is none for these arguments. */
export function callFunction(name: string, of: Value | undefined, args: readonly Value[]): Value {
  const made = operators[name] ?? core[name] ?? libraries[name];
  if (!made) throw new CelError(`no such overload: ${name}`);
  return made(...(of === undefined ? args : [of, ...args]));
}

/** Names of all functions, for the check of an expression. */
export const isFunction = (name: string): boolean =>
  name in operators || name in core || name in libraries;

const LIMIT = 2n ** 63n;

function whole(value: bigint): bigint {
  if (value >= LIMIT || value < -LIMIT) throw new CelError('integer overflow');
  return value;
}

function arithmetic(
  ints: (a: bigint, b: bigint) => bigint,
  doubles?: (a: number, b: number) => number,
): CelFunction {
  return (a = null, b = null) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return whole(ints(a, b));
    if (typeof a === 'number' && typeof b === 'number' && doubles) return doubles(a, b);
    return overload();
  };
}

const notZero = (b: bigint, what: string) => {
  if (b === 0n) throw new CelError(what);
  return b;
};

function add(a: Value = null, b: Value = null): Value {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isList(a) && isList(b)) return [...a, ...b];
  if (a !== null && b !== null && isSpecial(a) && isSpecial(b)) {
    if (!('micros' in a) || !('micros' in b)) return overload();
    const kind = a.kind === 'timestamp' || b.kind === 'timestamp' ? 'timestamp' : 'duration';
    return { kind, micros: a.micros + b.micros };
  }
  return arithmetic(
    (x, y) => x + y,
    (x, y) => x + y,
  )(a, b);
}

function subtract(a: Value = null, b: Value = null): Value {
  if (a !== null && b !== null && isSpecial(a) && isSpecial(b)) {
    if (!('micros' in a) || !('micros' in b)) return overload();
    const kind = a.kind === b.kind ? 'duration' : 'timestamp';
    return { kind, micros: a.micros - b.micros };
  }
  return arithmetic(
    (x, y) => x - y,
    (x, y) => x - y,
  )(a, b);
}

const operators: Readonly<Record<string, CelFunction>> = {
  '==': (a = null, b = null) => equals(a, b),
  '!=': (a = null, b = null) => !equals(a, b),
  '<': (a = null, b = null) => compare(a, b) < 0,
  '<=': (a = null, b = null) => compare(a, b) <= 0,
  '>': (a = null, b = null) => compare(a, b) > 0,
  '>=': (a = null, b = null) => compare(a, b) >= 0,
  '+': add,
  '*': arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  '/': arithmetic(
    (a, b) => a / notZero(b, 'division by zero'),
    (a, b) => a / b,
  ),
  '%': arithmetic((a, b) => a % notZero(b, 'modulus by zero')),
  '!': (a = null) => (typeof a === 'boolean' ? !a : overload()),
  '-': (a = null, b) => {
    if (b !== undefined) return subtract(a, b);
    if (typeof a === 'bigint') return whole(-a);
    return typeof a === 'number' ? -a : overload();
  },
  in: (a = null, b = null) => {
    if (isList(b)) return b.some((each) => equals(each, a));
    return isMap(b) ? [...b.keys()].some((key) => equals(key, a)) : overload();
  },
};

function toInt(value: Value = null): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return whole(BigInt(Math.trunc(value)));
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return whole(BigInt(value));
  if (value !== null && isSpecial(value) && value.kind === 'timestamp') {
    return BigInt(Math.floor(value.micros / 1_000_000));
  }
  return overload();
}

function toText(value: Value = null): Value {
  if (typeof value === 'string') return value;
  if (value !== null && isSpecial(value)) {
    if ('text' in value) return value.text;
    return libraries['string']?.(value) ?? overload();
  }
  if (value === null || isList(value) || isMap(value)) return overload();
  return String(value);
}

const core: Readonly<Record<string, CelFunction>> = {
  size(value = null) {
    if (typeof value === 'string') return BigInt([...value].length);
    if (isList(value)) return BigInt(value.length);
    return isMap(value) ? BigInt(value.size) : overload();
  },
  int: toInt,
  uint: toInt,
  double: (value = null) => (typeof value === 'string' ? Number(value) : Number(value as number)),
  string: toText,
  bool: (value = null) => (typeof value === 'string' ? value === 'true' : value),
  dyn: (value = null) => value,
  type: (value = null) => ({ kind: 'type', name: typeOf(value) }),
  contains(of = null, part = null) {
    if (typeof of === 'string' && typeof part === 'string') return of.includes(part);
    return libraries['containsValue']?.(of, part) ?? overload();
  },
  startsWith: (of = null, part = null) => text(of).startsWith(text(part)),
  endsWith: (of = null, part = null) => text(of).endsWith(text(part)),
  matches: (of = null, pattern = null) => regex(text(pattern)).test(text(of)),
};

/** A text, or the error of a wrong type. */
export function text(value: Value): string {
  return typeof value === 'string' ? value : (overload() as string);
}

/** RE2's syntax is JavaScript's, but for the flags in front. */
export function regex(pattern: string, flags = ''): RegExp {
  const [, anchor = '', own = '', after] = /^(\^?)\(\?([imsU]+)\)([^]*)$/.exec(pattern) ?? [];
  const rest = after === undefined ? pattern : anchor + after;
  try {
    return new RegExp(rest, `u${flags}${own.replaceAll('U', '')}`);
  } catch {
    try {
      return new RegExp(rest, `${flags}${own.replaceAll('U', '')}`);
    } catch {
      throw new CelError(`error parsing regexp: \`${pattern}\``);
    }
  }
}
