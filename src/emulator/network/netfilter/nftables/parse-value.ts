import type { Element, Expr, Value } from './ast.ts';
import { dataType, readTime, readValue, toBig } from './datatype.ts';
import {
  accept,
  expect,
  Failure,
  identifier,
  is,
  lookUpSet,
  next,
  number,
  peek,
  quoted,
  since,
  skipNewlines,
  unexpected,
  wrong,
  type Parser,
} from './parser.ts';
import { counterOf, limitOf, quotaOf } from './parse-stateful.ts';
import { span, type Place, type Token } from './lexer.ts';
import type { Statement } from './ast.ts';

/** What stands right of an operator: a value, a range, a set, all of the given types. */
export function parseRight(p: Parser, types: readonly string[]): Expr {
  if (is(p, '{')) return parseSet(p, types, undefined);
  if (is(p, '@')) return parseSetReference(p);
  return parseConcat(p, types);
}

/** `@name`. */
export function parseSetReference(p: Parser): Expr & { readonly kind: 'setref' } {
  const sign = expect(p, '@');
  const name = identifier(p);
  lookUpSet(p, name.text, span(sign, name));
  return { kind: 'setref', name: name.text };
}

/** Values joined by dots, one for each type. */
export function parseConcat(p: Parser, types: readonly string[]): Expr {
  const first = peek(p);
  const parts = [parsePart(p, types[0] ?? 'integer')];
  while (accept(p, '.')) parts.push(parsePart(p, types[parts.length] ?? 'integer'));
  if (parts.length === 1 && types.length === 1) return parts[0] as Expr;
  if (parts.length === 1 && parts[0]?.kind === 'any') return parts[0];
  if (parts.length !== types.length) throw mismatch(types, parts.length, since(p, first), p.left);
  return { kind: 'concat', parts };
}

function mismatch(
  types: readonly string[],
  count: number,
  at: Place,
  left: Place | undefined,
): Failure {
  if (count > types.length) return wrong('too many concatenation components', at, left);
  const words = types.map((name) => dataType(name).description);
  const text = (list: readonly string[]) =>
    list.length > 1 ? `concatenation of (${list.join(', ')})` : (list[0] ?? '');
  const got = text(words.slice(0, count));
  return wrong(`datatype mismatch, expected ${text(words)}, expression has type ${got}`, at, left);
}

function parsePart(p: Parser, type: string): Expr {
  if (accept(p, '*')) return { kind: 'any' };
  const first = peek(p);
  const from = parseSingle(p, type);
  if (accept(p, '-')) {
    const to = parseSingle(p, type);
    if (before(to, from)) throw wrong('Range has zero or negative size', since(p, first));
    return { kind: 'range', from, to };
  }
  if (is(p, '/') && dataType(type).form !== 'bitmask') return parsePrefix(p, from, first);
  return from;
}

const before = (a: Value, b: Value) => toBig(a.type, a.value) < toBig(b.type, b.value);

function parsePrefix(p: Parser, base: Value, first: Token): Expr {
  next(p);
  const length = number(p).value;
  const { bits } = dataType(base.type);
  if (length > bits) {
    const message = `Prefix length ${length} is invalid for type of ${bits} bits width`;
    throw wrong(message, since(p, first));
  }
  const { form } = dataType(base.type);
  if (form !== 'ipv4' && form !== 'ipv6') {
    const low = Math.floor(Number(base.value) / 2 ** (bits - length)) * 2 ** (bits - length);
    const high = low + 2 ** (bits - length) - 1;
    return { kind: 'range', from: { ...base, value: low }, to: { ...base, value: high } };
  }
  return length === bits ? base : { kind: 'prefix', base, length };
}

/** One value; flags may be joined by commas or bars. */
export function parseSingle(p: Parser, type: string): Value {
  const bitmask = dataType(type).form === 'bitmask';
  if (bitmask && accept(p, '(')) {
    const inner = parseSingle(p, type);
    expect(p, ')');
    return moreFlags(p, type, inner);
  }
  const token = peek(p);
  if (!['word', 'number', 'quoted', 'wildcard'].includes(token.type)) throw unexpected(p);
  next(p);
  const text = token.type === 'wildcard' ? token.text : classid(p, type, token);
  const read = readValue(type, text);
  if (typeof read === 'string') throw wrong(explain(read, type), token);
  if (type === 'iface_index') {
    const device = p.device(text);
    if (device !== undefined) return { kind: 'value', type, value: device };
    if (typeof read.value !== 'number') throw wrong('Interface does not exist', token);
  }
  const value: Value = { kind: 'value', type, value: read.value };
  return bitmask ? moreFlags(p, type, value) : value;
}

function explain(message: string, type: string): string {
  if (!message.startsWith('Could not parse ')) return message;
  return message.endsWith(' ') ? message : `Could not parse ${dataType(type).description}`;
}

function classid(p: Parser, type: string, token: Token): string {
  if (type !== 'classid' || !accept(p, ':')) return token.text;
  return `${token.text}:${next(p).text}`;
}

function moreFlags(p: Parser, type: string, first: Value): Value {
  let value = Number(first.value);
  while (is(p, '|') || is(p, 'or') || (is(p, ',') && !p.inSet)) {
    next(p);
    value |= Number(parseSingle(p, type).value);
  }
  return { ...first, value };
}

/** `{ … }` with elements; `data` are the types of a map's values. */
export function parseSet(
  p: Parser,
  types: readonly string[],
  data: readonly string[] | undefined,
): Expr & { readonly kind: 'set' } {
  expect(p, '{');
  const outer = p.inSet;
  p.inSet = true;
  const elements: Element[] = [];
  skipNewlines(p);
  while (!is(p, '}')) {
    elements.push(parseElement(p, types, data));
    skipNewlines(p);
    if (!accept(p, ',')) break;
    skipNewlines(p);
  }
  expectClose(p);
  p.inSet = outer;
  return { kind: 'set', elements };
}

function expectClose(p: Parser): void {
  if (!is(p, '}')) throw unexpected(p, [',', '}']);
  next(p);
}

/** One element: key, what hangs on it, and a map's value. */
export function parseElement(
  p: Parser,
  types: readonly string[],
  data: readonly string[] | undefined,
): Element {
  const from = peek(p);
  const key = is(p, '{') ? parseSet(p, types, undefined) : parseConcat(p, types);
  const at = since(p, from);
  const more = elementOptions(p);
  if (data === undefined || !accept(p, ':')) return { key, ...more };
  skipNewlines(p);
  const value = parseData(p, data);
  // The kernel speaks of the element when a chain is not there.
  const target =
    value.kind === 'verdict' && value.chain !== undefined ? p.targets.pop() : undefined;
  if (target) p.targets.push({ ...target, at });
  // Options behind the value are the element's as well.
  return { key, ...more, ...elementOptions(p), value };
}

/** Errors are about the key of the element that began there, without what stands behind it. */
export function keyPlace(p: Parser, start: number): Place {
  const words = p.tokens.slice(start, p.at);
  const end = words.findIndex(({ text }) => KEY_ENDS.has(text));
  return span(words[0] as Token, words.at(end < 0 ? -1 : end - 1) as Token);
}

const KEY_ENDS = new Set([':', 'comment', 'timeout', 'expires', 'counter', 'limit', 'quota']);

function elementOptions(p: Parser): Omit<Element, 'key' | 'value'> {
  const options: { -readonly [K in keyof Element]?: Element[K] } = {};
  const statements: Statement[] = [];
  for (;;) {
    if (accept(p, 'comment')) options.comment = quoted(p).text;
    else if (accept(p, 'timeout')) options.timeoutMillis = parseTime(p);
    else if (accept(p, 'expires')) options.expiresMillis = parseTime(p);
    else if (is(p, 'counter')) statements.push(counterOf(p));
    else if (is(p, 'limit')) statements.push(limitOf(p));
    else if (is(p, 'quota')) statements.push(quotaOf(p));
    else break;
  }
  return { ...options, ...(statements.length > 0 ? { statements } : {}) };
}

/** A time as `1d2h` or in seconds; gives milliseconds. */
export function parseTime(p: Parser): number {
  const token = next(p);
  const read = readTime(token.text);
  if (typeof read === 'string') throw wrong(read, token);
  return read.value;
}

/** What a map gives: a verdict, the name of an object, or values. */
export function parseData(p: Parser, types: readonly string[]): Expr {
  const [only] = types;
  if (only === 'verdict') return parseVerdict(p);
  if (only === 'counter' || only === 'quota' || only === 'limit') {
    return { kind: 'value', type: 'string', value: next(p).text };
  }
  return parseConcat(p, types);
}

/** `accept`, `drop`, `jump chain` and the like. */
export function parseVerdict(p: Parser): Expr & { readonly kind: 'verdict' } {
  const token = peek(p);
  switch (token.text) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      next(p);
      return { kind: 'verdict', verdict: token.text };
    case 'jump':
    case 'goto': {
      next(p);
      const target = identifier(p);
      p.targets.push({ chain: target.text, at: target });
      return { kind: 'verdict', verdict: token.text, chain: target.text };
    }
    default:
      throw unexpected(p);
  }
}
