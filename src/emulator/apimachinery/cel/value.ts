import { parseQuantity, type Quantity } from '../quantity.ts';
import type { Json } from '../../world/json.ts';

/** What an expression works with. Integers are `bigint`, doubles `number`. */
export type Value = null | boolean | bigint | number | string | readonly Value[] | CelMap | Special;

export type CelMap = ReadonlyMap<Value, Value>;

/** Values with a type of their own, as the libraries make them. */
export type Special =
  | { readonly kind: 'bytes'; readonly text: string }
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'duration'; readonly micros: number }
  | { readonly kind: 'timestamp'; readonly micros: number }
  | { readonly kind: 'quantity'; readonly quantity: Quantity; readonly text: string }
  | { readonly kind: 'optional'; readonly value: Value | undefined }
  | { readonly kind: 'url'; readonly text: string }
  | { readonly kind: 'ip'; readonly bytes: readonly number[] }
  | { readonly kind: 'cidr'; readonly bytes: readonly number[]; readonly bits: number };

/** An expression that could not be computed: `no such key: x`. */
export class CelError extends Error {
  override readonly name = 'CelError';
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isMap = (value: Value): value is CelMap => value instanceof Map;
export const isSpecial = (value: Value): value is Special =>
  typeof value === 'object' && value !== null && !isList(value) && !isMap(value);

/** Data as a value; whole numbers are integers unless their schema says `number`. */
export function fromJson(data: Json, isDouble: (path: readonly string[]) => boolean): Value {
  return convert(data, [], isDouble);
}

function convert(
  data: Json,
  path: readonly string[],
  isDouble: (path: readonly string[]) => boolean,
): Value {
  if (typeof data === 'number') {
    return Number.isInteger(data) && !isDouble(path) ? BigInt(data) : data;
  }
  if (Array.isArray(data)) {
    return (data as readonly Json[]).map((each) => convert(each, [...path, '[]'], isDouble));
  }
  if (typeof data !== 'object' || data === null) return data;
  return new Map(
    Object.entries(data).map(([name, each]) => [
      name,
      convert(each ?? null, [...path, name], isDouble),
    ]),
  );
}

/** Whether two values are the same; numbers are compared across their types. */
export function equals(a: Value, b: Value): boolean {
  if (typeof a === 'bigint' || typeof a === 'number') {
    // Loose on purpose: 1 and 1.0 are the same in CEL.
    return (typeof b === 'bigint' || typeof b === 'number') && Number(a) === Number(b);
  }
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((each, i) => equals(each, b[i] as Value));
  }
  if (isMap(a)) {
    if (!isMap(b) || a.size !== b.size) return false;
    return [...a].every(([key, value]) => b.has(key) && equals(value, b.get(key) as Value));
  }
  if (isSpecial(a)) {
    if (!isSpecial(b) || a.kind !== b.kind) return false;
    if (a.kind === 'quantity' && b.kind === 'quantity') return compare(a, b) === 0;
    if (a.kind === 'optional' && b.kind === 'optional') {
      if (a.value === undefined || b.value === undefined) return a.value === b.value;
      return equals(a.value, b.value);
    }
    return JSON.stringify(a) === JSON.stringify(b);
  }
  return a === b;
}

/** Order of two values of one type; throws where there is none. */
export function compare(a: Value, b: Value): number {
  const numbers = (each: Value) => typeof each === 'bigint' || typeof each === 'number';
  if (numbers(a) && numbers(b)) return sign(Number(a) - Number(b));
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a !== null && b !== null && isSpecial(a) && isSpecial(b)) {
    if (a.kind === 'quantity' && b.kind === 'quantity') {
      return sign(Number(a.quantity.nano - b.quantity.nano));
    }
    if ('micros' in a && 'micros' in b && a.kind === b.kind) return sign(a.micros - b.micros);
  }
  throw new CelError('no such overload');
}

const sign = (difference: number) => (difference < 0 ? -1 : difference > 0 ? 1 : 0);

/** Name of a value's type. */
export function typeOf(value: Value): string {
  if (value === null) return 'null_type';
  if (isList(value)) return 'list';
  if (isMap(value)) return 'map';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return value.kind === 'optional' ? 'optional_type' : value.kind;
  }
}

/** A quantity's value. Throws where the text is none. */
export function quantityOf(text: string): Special {
  const quantity = parseQuantity(text);
  if (!quantity) throw new CelError(`quantities must match the regular expression`);
  return { kind: 'quantity', quantity, text };
}
