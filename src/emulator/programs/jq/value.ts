/** A value of JSON. Objects are maps, so that keys keep their order, digits or not. */
export type Value =
  null | boolean | number | string | readonly Value[] | ReadonlyMap<string, Value>;

/** What `error` raises; `try` catches it. */
export class JqError extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super(typeof value === 'string' ? value : print(value));
    this.value = value;
  }
}

export const isObject = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map;
export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);

export function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return isObject(value) ? 'object' : typeof value;
}

export const isTrue = (value: Value): boolean => value !== null && value !== false;

/** How values are printed. */
export interface Layout {
  /** Text of one step of indentation; undefined for all on one line. */
  readonly indent?: string;
  readonly sorted?: boolean;
  readonly colors?: boolean;
}

const colors = { null: '1;30', false: '0;39', true: '0;39', number: '0;39', string: '0;32' };
const FIELD = '\x1b[34;1m';

/** A value as JSON. */
export function print(value: Value, layout: Layout = {}, lead = ''): string {
  const { indent, sorted } = layout;
  if (!isArray(value) && !isObject(value)) return painted(value, layout);
  const [open, close] = isArray(value) ? '[]' : '{}';
  const paint = (text: string) => (layout.colors ? `\x1b[1;39m${text}` : text);
  const stop = layout.colors ? '\x1b[0m' : '';
  const size = isArray(value) ? value.length : value.size;
  if (size === 0) return paint(`${open}${close}`) + stop;
  const inner = indent === undefined ? '' : `\n${lead}${indent}`;
  const after = indent === undefined ? '' : ' ';
  const parts = isArray(value)
    ? value.map((each) => print(each, layout, lead + (indent ?? '')))
    : entriesOf(value, sorted).map(([key, each]) => {
        const name = quoted(key);
        const shown = layout.colors
          ? `\x1b[0m${FIELD}${name}\x1b[0m\x1b[1;39m:${after}\x1b[0m`
          : `${name}:${after}`;
        return shown + print(each, layout, lead + (indent ?? ''));
      });
  const end = indent === undefined ? '' : `\n${lead}`;
  const body = parts.map((part) => inner + part).join(paint(','));
  return paint(open as string) + body + paint(`${end}`) + paint(close as string) + stop;
}

function painted(value: Value, { colors: on }: Layout): string {
  const text = typeof value === 'string' ? quoted(value) : scalar(value);
  if (!on) return text;
  const kind = typeof value === 'boolean' ? (value ? 'true' : 'false') : typeOf(value);
  return `\x1b[${colors[kind as 'null']}m${text}\x1b[0m`;
}

function entriesOf(value: ReadonlyMap<string, Value>, sorted = false): [string, Value][] {
  const entries = [...value];
  return sorted ? entries.sort(([a], [b]) => compareText(a, b)) : entries;
}

function scalar(value: Value): string {
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** A number as jq prints it: the shortest digits that give it again. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? MOST : `-${MOST}`;
  const [, sign = '', first = '', rest = '', power = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(value.toExponential()) ?? [];
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const digits = first + rest;
  const point = Number(power) + 1;
  if (point <= -4 || point > digits.length + 15) {
    const size = String(Math.abs(point - 1)).padStart(2, '0');
    return `${sign}${first}${rest && `.${rest}`}e${point - 1 < 0 ? '-' : '+'}${size}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const MOST = '1.7976931348623157e+308';

/** A text as a string of JSON; letters outside ASCII stay as they are. */
export function quoted(text: string): string {
  const json = JSON.stringify(text);
  return json.includes('\x7f') ? json.replaceAll('\x7f', '\\u007f') : json;
}

/** The text that stands for a value in a message: cut to what fits. */
export function brief(value: Value): string {
  const text = print(value);
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
}

const ranks = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];

function rank(value: Value): number {
  return ranks.indexOf(typeof value === 'boolean' ? String(value) : typeOf(value));
}

/** Texts in the order of their code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const [one, other] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [x, y] = [one.next(), other.next()];
    if (x.done || y.done) return x.done ? (y.done ? 0 : -1) : 1;
    const order = (x.value.codePointAt(0) as number) - (y.value.codePointAt(0) as number);
    if (order !== 0) return order;
  }
}

/** The order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Value, b: Value): number {
  const order = rank(a) - rank(b);
  if (order !== 0) return order;
  if (typeof a === 'number')
    return Number.isNaN(a) || a < (b as number) ? -1 : a > (b as number) ? 1 : 0;
  if (typeof a === 'string') return compareText(a, b as string);
  if (isArray(a)) {
    const other = b as readonly Value[];
    for (let i = 0; i < Math.min(a.length, other.length); i++) {
      const found = compare(a[i] as Value, other[i] as Value);
      if (found !== 0) return found;
    }
    return a.length - other.length;
  }
  if (!isObject(a)) return 0;
  const other = b as ReadonlyMap<string, Value>;
  const keys = [a, other].map((each) => [...each.keys()].sort(compareText)) as [string[], string[]];
  const found = compare(...keys);
  if (found !== 0) return found;
  for (const key of keys[0]) {
    const inner = compare(a.get(key) as Value, other.get(key) as Value);
    if (inner !== 0) return inner;
  }
  return 0;
}

export const equal = (a: Value, b: Value): boolean => compare(a, b) === 0;

/** Data of JavaScript's own shapes as a value. */
export function fromData(data: unknown): Value {
  if (Array.isArray(data)) return data.map(fromData);
  if (typeof data === 'object' && data !== null) {
    return new Map(Object.entries(data).map(([key, each]) => [key, fromData(each)]));
  }
  return data as Value;
}
