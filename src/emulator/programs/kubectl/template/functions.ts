import type { Json } from '../../../world/json.ts';
import { decodeBase64 } from '../../../world/base64.ts';
import { goJson, goQuote, goSyntax, goValue } from '../go-format.ts';
import { TemplateError } from './parse.ts';

/** A value in a template; undefined is what a missing key gives. */
export type Value = Json | undefined;

/** Go's truth: empty things are false. */
export function isTrue(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

/** What text/template prints for a value. */
export function printed(value: Value): string {
  return value === undefined || value === null ? '<no value>' : goValue(value);
}

function fail(name: string, why: string): never {
  throw new TemplateError(`error calling ${name}: ${why}`);
}

function index(value: Value, ...keys: Value[]): Value {
  let found = value;
  for (const key of keys) {
    if (Array.isArray(found)) {
      const list = found as readonly Json[];
      if (typeof key !== 'number')
        fail('index', `cannot index slice/array with type ${typeof key}`);
      if (key < 0 || key >= list.length) fail('index', `index out of range: ${key}`);
      found = list[key];
    } else if (typeof found === 'object' && found !== null) {
      found = (found as { readonly [name: string]: Json | undefined })[String(key)];
    } else if (found === undefined || found === null) fail('index', 'index of untyped nil');
    else fail('index', `can't index item of type ${typeof found}`);
  }
  return found;
}

function compare(name: string, a: Value, b: Value): number {
  if (typeof a !== typeof b) fail(name, 'incompatible types for comparison');
  if (a === b) return 0;
  return (a as number) < (b as number) ? -1 : 1;
}

/** fmt.Sprintf, for the verbs that values of JSON can have. */
export function sprintf(format: string, ...args: Value[]): string {
  let next = 0;
  return format.replaceAll(
    /%([-+# 0]*)(\d*)(?:\.(\d+))?([vdsqtfTxXgbeo%])/g,
    (_all, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const value = args[next++];
      const text = formatOne(verb, flags, precision, value);
      const size = Number(width || 0);
      if (flags.includes('-')) return text.padEnd(size);
      return text.padStart(size, flags.includes('0') && verb === 'd' ? '0' : ' ');
    },
  );
}

function formatOne(
  verb: string,
  flags: string,
  precision: string | undefined,
  value: Value,
): string {
  switch (verb) {
    case 'v':
      return flags.includes('#') ? goSyntax(value) : goValue(value);
    case 'q':
      return goQuote(String(value));
    case 'f':
      return Number(value).toFixed(precision === undefined ? 6 : Number(precision));
    case 'x':
      return typeof value === 'number' ? value.toString(16) : goValue(value);
    case 'X':
      return typeof value === 'number' ? value.toString(16).toUpperCase() : goValue(value);
    case 's':
      if (typeof value === 'number') return `%!s(int64=${value})`;
      return goValue(value).slice(0, precision === undefined ? undefined : Number(precision));
    case 'd':
      return typeof value === 'string' ? `%!d(string=${value})` : goValue(value);
    default:
      return goValue(value);
  }
}

/** `fmt.Sprint`: blanks between neighbours that are both no strings. */
function sprint(...args: Value[]): string {
  return args.reduce<string>((text, value, at) => {
    const gap = at > 0 && typeof value !== 'string' && typeof args[at - 1] !== 'string';
    return text + (gap ? ' ' : '') + goValue(value);
  }, '');
}

/** Functions of text/template and of kubectl's printers; `and`, `or` are with the interpreter. */
export const functions: Readonly<Record<string, (...args: Value[]) => Value>> = {
  not: (value) => !isTrue(value),
  len: (value) => {
    if (typeof value === 'string') return new TextEncoder().encode(value).length;
    if (Array.isArray(value)) return value.length;
    if (typeof value === 'object' && value !== null) return Object.keys(value).length;
    return fail('len', 'len of nil pointer');
  },
  index,
  slice: (value, from = 0, to) => {
    const list = value as string;
    return list.slice(Number(from), to === undefined ? undefined : Number(to));
  },
  eq: (a, ...others) => others.some((b) => (a ?? null) === (b ?? null)),
  ne: (a, b) => (a ?? null) !== (b ?? null),
  lt: (a, b) => compare('lt', a, b) < 0,
  le: (a, b) => compare('le', a, b) <= 0,
  gt: (a, b) => compare('gt', a, b) > 0,
  ge: (a, b) => compare('ge', a, b) >= 0,
  print: sprint,
  println: (...args) => `${args.map(goValue).join(' ')}\n`,
  printf: (format, ...args) => sprintf(String(format), ...args),
  html: (...args) =>
    sprint(...args).replaceAll(
      /[&<>"']/g,
      (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' })[c] ?? c,
    ),
  js: (value) => goJson(String(value)).slice(1, -1),
  urlquery: (value) => encodeURIComponent(String(value)).replaceAll('%20', '+'),
  base64decode: (value) => decodeBase64(String(value)),
  exists: (value, ...keys) => {
    let found = value;
    for (const key of keys) {
      if (typeof found !== 'object' || found === null) return false;
      found = (found as { readonly [name: string]: Json | undefined })[String(key)];
      if (found === undefined) return false;
    }
    return true;
  },
};
