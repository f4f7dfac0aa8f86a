import type { CelFunction } from './functions.ts';
import { CelError, isList, isMap, isSpecial, type Value } from './value.ts';

const text = (value: Value | undefined): string => {
  if (typeof value === 'string') return value;
  throw new CelError('no such overload');
};

const index = (value: Value | undefined, otherwise: number): number =>
  value === undefined ? otherwise : Number(value);

/** Pieces of a text at a separator; at most so many. */
function split(value: Value | undefined, by: Value | undefined, most?: Value): Value {
  const parts = text(value).split(text(by));
  const limit = index(most, -1);
  if (limit < 0 || parts.length <= limit) return parts;
  if (limit === 0) return [];
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(text(by))];
}

/** `%s`, `%d`, `%f`, `%x` and their like (cel-go's string.format). */
function format(pattern: Value | undefined, values: Value | undefined): Value {
  const args = values !== undefined && isList(values) ? [...values] : [];
  return text(pattern).replaceAll(
    /%(?:\.(\d+))?([sdfexXob%])/g,
    (_all, places: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const value = args.shift();
      if (value === undefined) throw new CelError('index 0 out of range');
      return formatted(value, verb, places);
    },
  );
}

function formatted(value: Value, verb: string, places: string | undefined): string {
  switch (verb) {
    case 'd':
      return String(value);
    case 'f':
      return Number(value).toFixed(Number(places ?? 6));
    case 'e':
      return Number(value).toExponential(Number(places ?? 6));
    case 'x':
      return typeof value === 'string' ? hex(value) : (value as bigint).toString(16);
    case 'X':
      return (
        typeof value === 'string' ? hex(value) : (value as bigint).toString(16)
      ).toUpperCase();
    case 'o':
      return (value as bigint).toString(8);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : (value as bigint).toString(2);
    default:
      return shown(value);
  }
}

const hex = (value: string) =>
  [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function shown(value: Value): string {
  if (isList(value)) return `[${value.map(shown).join(', ')}]`;
  if (isMap(value)) {
    return `{${[...value].map(([key, each]) => `${shown(key)}: ${shown(each)}`).join(', ')}}`;
  }
  if (value !== null && isSpecial(value)) return 'text' in value ? value.text : value.kind;
  return String(value);
}

function substring(value: Value | undefined, from: Value | undefined, to?: Value): Value {
  const letters = [...text(value)];
  const [start, end] = [index(from, 0), index(to, letters.length)];
  if (start < 0 || end > letters.length || start > end) {
    throw new CelError(`index out of range: ${start < 0 || start > end ? start : end}`);
  }
  return letters.slice(start, end).join('');
}

function pattern(value: Value | undefined, flags: string): RegExp {
  try {
    return new RegExp(text(value), `u${flags}`);
  } catch {
    throw new CelError(`error parsing regexp: \`${text(value)}\``);
  }
}

/** The strings and regex libraries. */
export const strings: Readonly<Record<string, CelFunction>> = {
  charAt: (value, at) => [...text(value)][index(at, 0)] ?? '',
  lowerAscii: (value) => text(value).replaceAll(/[A-Z]/g, (c) => c.toLowerCase()),
  upperAscii: (value) => text(value).replaceAll(/[a-z]/g, (c) => c.toUpperCase()),
  replace(value, from, to, most) {
    const parts = split(value, from, most === undefined ? undefined : BigInt(index(most, 0)) + 1n);
    return index(most, -1) === 0 ? text(value) : (parts as readonly string[]).join(text(to));
  },
  split: (value, by, most) => split(value, by, most),
  substring: (value, from, to) => substring(value, from, to),
  trim: (value) => text(value).trim(),
  reverse: (value) => [...text(value)].reverse().join(''),
  join: (value, by) =>
    value !== undefined && isList(value) ? value.join(by === undefined ? '' : text(by)) : '',
  format: (value, args) => format(value, args),
  'strings.quote': (value) => JSON.stringify(text(value)),
  find: (value, by) => pattern(by, '').exec(text(value))?.[0] ?? '',
  findAll(value, by, most) {
    const found = [...text(value).matchAll(pattern(by, 'g'))].map((each) => each[0]);
    return most === undefined || index(most, -1) < 0 ? found : found.slice(0, index(most, 0));
  },
};
