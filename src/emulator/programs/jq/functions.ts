import { fromCivil, civil } from '../../world/time.ts';
import { formatTime, months, readDate } from '../gnu/calendar.ts';
import { add, splitText } from './arithmetic.ts';
import { fromEntries } from './entries.ts';
import { formats, formatValue } from './format.ts';
import { deletePaths, indices, setPath, type Path } from './paths.ts';
import { readJson } from './read-json.ts';
import {
  brief,
  compare,
  compareText,
  isArray,
  isObject,
  JqError,
  print,
  typeOf,
  type Value,
} from './value.ts';

type Work = (value: Value, ...given: Value[]) => Value;

const named = (value: Value) => `${typeOf(value)} (${brief(value)})`;

function text(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw new JqError(`${named(value)} ${what}`);
}

function number(value: Value): number {
  if (typeof value === 'number') return value;
  throw new JqError(`${named(value)} number required`);
}

function array(value: Value, what: string): readonly Value[] {
  if (isArray(value)) return value;
  throw new JqError(`${named(value)} cannot be ${what}, as it is not an array`);
}

function length(value: Value): Value {
  if (value === null) return 0;
  if (typeof value === 'boolean') throw new JqError(`${named(value)} has no length`);
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value === 'string') return [...value].length;
  return isArray(value) ? value.length : value.size;
}

function keys(value: Value): Value {
  if (isObject(value)) return [...value.keys()].sort(compareText);
  if (isArray(value)) return [...value.keys()];
  throw new JqError(`${named(value)} has no keys`);
}

function has(value: Value, key: Value): boolean {
  if (isObject(value) && typeof key === 'string') return value.has(key);
  if (isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  throw new JqError(`Cannot check whether ${typeOf(value)} has a ${typeOf(key)} key`);
}

function contains(value: Value, other: Value): boolean {
  if (isObject(value) && isObject(other)) {
    return [...other].every(
      ([key, inner]) => value.has(key) && contains(value.get(key) as Value, inner),
    );
  }
  if (isArray(value) && isArray(other)) {
    return other.every((wanted) =>
      value.some((each) => typeOf(each) === typeOf(wanted) && contains(each, wanted)),
    );
  }
  if (typeof value === 'string' && typeof other === 'string') return value.includes(other);
  if (typeOf(value) === typeOf(other)) return compare(value, other) === 0;
  throw new JqError(`${named(value)} and ${named(other)} cannot have their containment checked`);
}

function flatten(value: readonly Value[], depth: number): Value[] {
  return value.flatMap((each) => (isArray(each) && depth > 0 ? flatten(each, depth - 1) : [each]));
}

function depthOf(value: Value): number {
  if (number(value) < 0) throw new JqError('flatten depth must not be negative');
  return value as number;
}

function extreme(value: Value, sign: 1 | -1): Value {
  return (
    array(value, 'compared').reduce<Value | undefined>(
      (found, each) => (found === undefined || compare(each, found) * sign > 0 ? each : found),
      undefined,
    ) ?? null
  );
}

function unique(value: Value): Value[] {
  const sorted = array(value, 'sorted').toSorted(compare);
  return sorted.filter(
    (each, index) => index === 0 || compare(each, sorted[index - 1] as Value) !== 0,
  );
}

function toNumber(value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw new JqError(`${named(value)} cannot be parsed as a number`);
  const made = readJson(value);
  if (typeof made !== 'number') throw new JqError(`${named(value)} cannot be parsed as a number`);
  return made;
}

function join(value: Value, by: Value): Value {
  const parts = array(value, 'iterated over');
  if (parts.length === 0) return '';
  return parts
    .map((each) => {
      if (typeof each === 'object' && each !== null) {
        throw new JqError(
          `${named(text(by, 'cannot be joined'))} and ${named(each)} cannot be added`,
        );
      }
      return each === null ? '' : typeof each === 'string' ? each : print(each);
    })
    .join(text(by, 'cannot be joined'));
}

function find(value: Value, wanted: Value): Value {
  if (value === null) return null;
  if (typeof value === 'string' && typeof wanted === 'string') {
    if (wanted === '') return null;
    const found: number[] = [];
    for (let at = value.indexOf(wanted); at >= 0; at = value.indexOf(wanted, at + 1))
      found.push(at);
    return found;
  }
  if (isArray(value)) return indices(value, isArray(wanted) ? wanted : [wanted]);
  throw new JqError(`Cannot determine indices of ${typeOf(wanted)} in ${typeOf(value)}`);
}

const end = (value: Value, place: 0 | -1): Value =>
  isArray(value) ? (value.at(place) ?? null) : null;

function affix(value: Value, other: Value, at: 'startsWith' | 'endsWith'): boolean {
  if (typeof value !== 'string' || typeof other !== 'string') {
    throw new JqError(`${at.toLowerCase()}() requires string inputs`);
  }
  return value[at](other);
}

function transpose(value: Value): Value {
  const rows = array(value, 'transposed') as readonly (readonly Value[])[];
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? null));
}

function toStream(value: Value, path: Path = []): Value[] {
  const inner: (readonly [Value, Value])[] = isArray(value)
    ? value.map((each, index) => [index, each] as const)
    : isObject(value)
      ? [...value]
      : [];
  if (inner.length === 0) return [[path, value]];
  const last = [...path, (inner.at(-1) as readonly [Value, Value])[0]];
  const events = inner.flatMap(([key, each]) => toStream(each, [...path, key]));
  return [...events, [last]];
}

/** `[year, month from 0, day, hours, minutes, seconds, weekday, day of the year]` */
function brokenDown(value: Value): Value {
  const seconds = number(value);
  const c = civil(Math.floor(seconds) * 1_000_000);
  const start = fromCivil(c.year, 1, 1) / 1_000_000;
  const part = seconds - Math.floor(seconds);
  const day = Math.floor((Math.floor(seconds) - start) / 86_400);
  return [c.year, c.month - 1, c.day, c.hour, c.minute, c.second + part, c.weekday, day];
}

function seconds(value: Value): number {
  if (typeof value === 'number') return value;
  const parts = isArray(value) ? value.map(Number) : [];
  if (parts.length < 6) throw new JqError('mktime requires array of 6 numbers');
  const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return Math.floor(fromCivil(year, month + 1, day, hour, minute, Math.floor(second)) / 1_000_000);
}

function fromDate(value: Value): Value {
  const given = text(value, 'cannot be parsed as a date');
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(given) ? readDate(given, 0) : undefined;
  if (at === undefined)
    throw new JqError(`date "${given}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
  return at / 1_000_000;
}

const directives: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  e: '\\s*(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  b: '(?<b>[A-Za-z]{3})',
  Z: '[A-Za-z]+',
  z: '[-+]\\d\\d:?\\d\\d',
  '%': '%',
};

/** A time taken apart by a format of strptime. */
function parsedTime(value: Value, format: Value): Value {
  if (typeof value !== 'string') {
    throw new JqError(`strptime/1 requires string inputs and arguments`);
  }
  const long = text(format, 'is not a format')
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%F', '%Y-%m-%d');
  const source = long
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/%(.)/g, (all, letter: string) => directives[letter] ?? all);
  const found = new RegExp(`^${source}$`).exec(value)?.groups;
  if (!found) throw new JqError(`date "${value}" does not match format "${String(format)}"`);
  const name = months.findIndex((each) => each.slice(0, 3) === found['b']);
  const month = name >= 0 ? name + 1 : Number(found['m'] ?? 1);
  const at = fromCivil(
    Number(found['Y'] ?? 1900),
    month,
    Number(found['d'] ?? 1),
    Number(found['H'] ?? 0),
    Number(found['M'] ?? 0),
    Number(found['S'] ?? 0),
  );
  return brokenDown(at / 1_000_000);
}

const iso = (value: Value) =>
  formatTime(Math.floor(seconds(value)) * 1_000_000, '%Y-%m-%dT%H:%M:%SZ');

const math: Readonly<Record<string, Work>> = Object.fromEntries(
  (
    'floor sqrt ceil trunc exp log log2 log10 sin cos tan asin acos atan sinh cosh tanh cbrt ' +
    'expm1 log1p fabs exp2 exp10 round'
  )
    .split(' ')
    .map((name) => [
      `${name}/0`,
      (value: Value) => {
        const given = number(value);
        if (name === 'fabs') return Math.abs(given);
        if (name === 'exp2' || name === 'exp10') return (name === 'exp2' ? 2 : 10) ** given;
        if (name === 'round') return Math.sign(given) * Math.round(Math.abs(given));
        return (Math[name as 'floor'] as (x: number) => number)(given);
      },
    ]),
);

const times: Readonly<Record<string, Work>> = {
  'gmtime/0': brokenDown,
  'mktime/0': seconds,
  'todate/0': iso,
  'todateiso8601/0': iso,
  'date/0': iso,
  'fromdate/0': fromDate,
  'fromdateiso8601/0': fromDate,
  'strptime/1': (value, format) => parsedTime(value, format),
  'strftime/1': (value, format) =>
    formatTime(seconds(value) * 1_000_000, text(format, 'is not a format')),
};

const texts: Readonly<Record<string, Work>> = {
  'tostring/0': (value) => (typeof value === 'string' ? value : print(value)),
  'tonumber/0': toNumber,
  'tojson/0': (value) => print(value),
  'fromjson/0': (value) => readJson(text(value, 'cannot be parsed as JSON')),
  'ascii_downcase/0': (value) =>
    text(value, 'cannot be lowercased').replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  'ascii_upcase/0': (value) =>
    text(value, 'cannot be uppercased').replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()),
  'explode/0': (value) =>
    [...text(value, 'cannot be exploded')].map((each) => each.codePointAt(0) as number),
  'implode/0': (value) => String.fromCodePoint(...array(value, 'imploded').map(number)),
  'ltrimstr/1': (value, other) =>
    typeof value === 'string' && typeof other === 'string' && value.startsWith(other)
      ? value.slice(other.length)
      : value,
  'rtrimstr/1': (value, other) =>
    typeof value === 'string' && typeof other === 'string' && other !== '' && value.endsWith(other)
      ? value.slice(0, -other.length)
      : value,
  'startswith/1': (value, other) => affix(value, other, 'startsWith'),
  'endswith/1': (value, other) => affix(value, other, 'endsWith'),
  'split/1': (value, by) => {
    if (typeof value === 'string' && typeof by === 'string') return splitText(value, by);
    throw new JqError('split input and separator must be strings');
  },
  'join/1': join,
  'utf8bytelength/0': (value) =>
    new TextEncoder().encode(text(value, 'only strings have UTF-8 byte length')).length,
  'format/1': (value, name) => {
    const format = `@${text(name, 'is not a valid format')}`;
    if (!formats.has(format)) throw new JqError(`${String(name)} is not a valid format`);
    return formatValue(format, value);
  },
};

/** Functions of plain values, by name and number of words. */
export const functions: Readonly<Record<string, Work>> = {
  ...math,
  ...times,
  ...texts,
  'length/0': length,
  'not/0': (value) => value === null || value === false,
  'true/0': () => true,
  'false/0': () => false,
  'null/0': () => null,
  'nan/0': () => Number.NaN,
  'infinite/0': () => Infinity,
  'isnan/0': (value) => Number.isNaN(number(value)),
  'isinfinite/0': (value) => Math.abs(number(value)) === Infinity,
  'isnormal/0': (value) => Number.isFinite(number(value)) && value !== 0,
  'type/0': typeOf,
  'keys/0': keys,
  'keys_unsorted/0': (value) => (isObject(value) ? [...value.keys()] : keys(value)),
  'has/1': has,
  'in/1': (key, value) => has(value, key),
  'contains/1': contains,
  'inside/1': (value, other) => contains(other, value),
  'add/0': (value) =>
    (isObject(value) ? [...value.values()] : array(value, 'iterated over')).reduce(add, null),
  'flatten/0': (value) => flatten(array(value, 'flattened'), 1e9),
  'flatten/1': (value, depth) => flatten(array(value, 'flattened'), depthOf(depth)),
  'floor/0': (value) => Math.floor(number(value)),
  'pow/2': (_value, base, power) => number(base) ** number(power),
  'sort/0': (value) => array(value, 'sorted').toSorted(compare),
  'min/0': (value) => extreme(value, -1),
  'max/0': (value) => extreme(value, 1),
  'unique/0': unique,
  'reverse/0': (value) =>
    typeof value === 'string'
      ? [...value].toReversed().join('')
      : value === null
        ? []
        : array(value, 'reversed').toReversed(),
  'transpose/0': transpose,
  'from_entries/0': fromEntries,
  'indices/1': find,
  'index/1': (value, other) => end(find(value, other), 0),
  'rindex/1': (value, other) => end(find(value, other), -1),
  'setpath/2': (value, path, made) => setPath(value, array(path, 'used as a path'), made),
  'delpaths/1': (value, paths) => {
    if (!isArray(paths)) throw new JqError('Paths must be specified as an array');
    return deletePaths(value, paths as readonly Path[]);
  },
  'error/0': (value) => {
    throw new JqError(value);
  },
  'input_line_number/0': () => 0,
  'significand/0': (value) => {
    const given = number(value);
    return given === 0 ? 0 : given / 2 ** Math.floor(Math.log2(Math.abs(given)));
  },
  'tostream_list/0': (value) => toStream(value),
};
