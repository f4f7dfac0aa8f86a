import type { BinaryOperator, Expr, Value } from './ast.ts';
import { dataType } from './datatype.ts';
import {
  bareMetaKeys,
  ctDirectionKeys,
  ctKeys,
  fibResults,
  headers,
  metaKeys,
  transports,
} from './fields.ts';
import { span, type Place } from './lexer.ts';
import {
  accept,
  expect,
  identifier,
  is,
  lookUpSet,
  next,
  notModelled,
  number,
  peek,
  since,
  unexpected,
  wrong,
  type Parser,
} from './parser.ts';
import { parseConcat, parseRight, parseSet, parseSingle } from './parse-value.ts';

/** Whether an expression that looks at the packet begins here. */
export function beginsExpression(p: Parser): boolean {
  const { text, type } = peek(p);
  if (type === 'quoted' || type === 'number') return false;
  if (text === '@') return is(p, ',', 2);
  if (bareMetaKeys.has(text) || text in headers) return true;
  return ['meta', 'ct', 'fib', 'numgen', 'jhash', 'symhash', 'rt', 'socket', '('].includes(text);
}

/** Expressions joined by dots. */
export function parseLeft(p: Parser): Expr {
  const parts = [parseOr(p)];
  while (accept(p, '.')) parts.push(parseOr(p));
  return parts.length === 1 ? (parts[0] as Expr) : { kind: 'concat', parts };
}

/** Types of an expression, one for each part of a concatenation. */
export function typesOf(expr: Expr): readonly string[] {
  switch (expr.kind) {
    case 'value':
      return [expr.type];
    case 'prefix':
      return [expr.base.type];
    case 'range':
      return [expr.from.type];
    case 'concat':
      return expr.parts.flatMap(typesOf);
    case 'payload':
      return [headers[expr.protocol]?.[expr.field] ?? 'integer'];
    case 'raw':
      return [`integer:${expr.length}`];
    case 'meta':
      return [metaKeys[expr.key] ?? 'integer'];
    case 'ct':
      return [expr.family === 'ip6' ? 'ipv6_addr' : (ctKeys[expr.key] ?? 'integer')];
    case 'fib':
      return [expr.flags.length > 0 ? (fibResults[expr.result] ?? 'integer') : 'integer'];
    case 'rt':
      return [
        expr.key === 'classid'
          ? 'realm'
          : expr.key === 'nexthop'
            ? expr.family === 'ip6'
              ? 'ipv6_addr'
              : 'ipv4_addr'
            : 'integer:16',
      ];
    case 'socket':
      return [expr.key === 'mark' ? 'mark' : 'integer:8'];
    case 'tcpopt':
      return ['integer:16'];
    case 'binop':
      return typesOf(expr.left);
    default:
      return ['integer:32'];
  }
}

type Level = readonly (readonly [word: string, op: BinaryOperator])[];

/** Operators from the weakest to the strongest. */
const levels: readonly Level[] = [
  [
    ['|', '|'],
    ['or', '|'],
  ],
  [
    ['^', '^'],
    ['xor', '^'],
  ],
  [
    ['&', '&'],
    ['and', '&'],
  ],
  [
    ['<<', '<<'],
    ['lshift', '<<'],
    ['>>', '>>'],
    ['rshift', '>>'],
  ],
];

const parseOr = (p: Parser, level = 0): Expr => {
  const operators = levels[level];
  if (!operators) return parsePrimary(p);
  let left = parseOr(p, level + 1);
  for (;;) {
    const found = operators.find(([word]) => is(p, word));
    if (!found) return left;
    next(p);
    const right = beginsExpression(p) && !isConstant(p) ? parseOr(p, level + 1) : constant(p, left);
    left = { kind: 'binop', op: found[1], left, right };
  }
};

/** `(fin | syn)` holds constants only, `(meta mark)` does not. */
function isConstant(p: Parser): boolean {
  if (!is(p, '(')) return false;
  const inner = { ...p, at: p.at + 1 };
  return !beginsExpression(inner) || isConstant(inner);
}

function constant(p: Parser, left: Expr): Value {
  const [type = 'integer'] = typesOf(left);
  const outer = p.inSet;
  // Commas part statements' words here, flags are joined by bars.
  p.inSet = true;
  const value = parseSingle(p, type);
  p.inSet = outer;
  return value;
}

function parsePrimary(p: Parser): Expr {
  const token = peek(p);
  if (token.type === 'quoted' || token.type === 'number') throw unexpected(p);
  if (token.text === '(') {
    next(p);
    const inner = parseLeft(p);
    expect(p, ')');
    return inner;
  }
  if (token.text === '@') return parseRaw(p);
  if (bareMetaKeys.has(token.text)) return metaOf(next(p).text);
  switch (token.text) {
    case 'meta':
      return parseMeta(p);
    case 'ct':
      return parseCt(p);
    case 'fib':
      return parseFib(p);
    case 'numgen':
      return parseNumgen(p);
    case 'jhash':
    case 'symhash':
      return parseHash(p);
    case 'rt':
      return parseRoute(p);
    case 'socket':
      next(p);
      return { kind: 'socket', key: identifier(p).text };
    default:
      return parseHeader(p);
  }
}

const metaOf = (key: string): Expr => ({ kind: 'meta', key });

function parseMeta(p: Parser): Expr {
  const from = next(p);
  const token = peek(p);
  if (token.type !== 'word') throw unexpected(p);
  if (!(token.text in metaKeys)) {
    if (
      [
        'time',
        'hour',
        'secmark',
        'sdif',
        'sdifname',
        'ipsec',
        'broute',
        'ibrpvid',
        'ibrvproto',
      ].includes(token.text)
    ) {
      throw notModelled(`meta ${token.text}`, token);
    }
    throw wrong(`syntax error, unexpected string`, token);
  }
  next(p);
  if (token.text === 'nfproto' && p.family !== 'inet') {
    throw wrong('meta nfproto is only useful in the inet family', since(p, from));
  }
  return metaOf(token.text);
}

function parseCt(p: Parser): Expr {
  next(p);
  const direction = is(p, 'original') || is(p, 'reply') ? next(p).text : undefined;
  const ahead = direction === undefined ? undefined : { direction: direction as 'original' };
  if (direction !== undefined && (is(p, 'ip') || is(p, 'ip6'))) {
    const family = next(p).text as 'ip' | 'ip6';
    return { kind: 'ct', key: identifier(p).text, ...ahead, family };
  }
  const token = peek(p);
  if (!(token.text in ctKeys)) throw unexpected(p);
  if (direction !== undefined && !ctDirectionKeys.has(token.text)) throw unexpected(p);
  next(p);
  return { kind: 'ct', key: token.text, ...ahead };
}

const FIB_FLAGS: readonly string[] = ['saddr', 'daddr', 'mark', 'iif', 'oif'];

function parseFib(p: Parser): Expr {
  next(p);
  const flags: string[] = [];
  do {
    if (!FIB_FLAGS.includes(peek(p).text)) throw unexpected(p);
    flags.push(next(p).text);
  } while (accept(p, '.'));
  const result = peek(p);
  if (!(result.text in fibResults)) throw unexpected(p, ['oif', 'oifname', 'type']);
  next(p);
  const order = FIB_FLAGS.filter((flag) => flags.includes(flag));
  return { kind: 'fib', flags: order, result: result.text };
}

function parseNumgen(p: Parser): Expr {
  next(p);
  if (!is(p, 'inc') && !is(p, 'random')) throw unexpected(p);
  const mode = next(p).text as 'inc' | 'random';
  expect(p, 'mod');
  const modulus = number(p).value;
  const offset = accept(p, 'offset') ? number(p).value : 0;
  return { kind: 'numgen', mode, modulus, offset };
}

function parseHash(p: Parser): Expr {
  const of = next(p).text === 'jhash' ? parseLeft(p) : undefined;
  expect(p, 'mod');
  const modulus = number(p).value;
  const seed = accept(p, 'seed') ? number(p).value : undefined;
  const offset = accept(p, 'offset') ? number(p).value : 0;
  return {
    kind: 'hash',
    ...(of ? { of } : {}),
    modulus,
    ...(seed === undefined ? {} : { seed }),
    offset,
  };
}

function parseRoute(p: Parser): Expr {
  next(p);
  const family = is(p, 'ip') || is(p, 'ip6') ? (next(p).text as 'ip') : undefined;
  if (!['classid', 'nexthop', 'mtu', 'ipsec'].includes(peek(p).text)) throw unexpected(p);
  const key = next(p).text;
  const own = p.family === 'ip6' ? 'ip6' : 'ip';
  return { kind: 'rt', key, ...(key === 'nexthop' ? { family: family ?? own } : {}) };
}

function parseRaw(p: Parser): Expr {
  next(p);
  const base = peek(p).text;
  if (base === 'ih') throw notModelled('@ih', peek(p));
  if (!['ll', 'nh', 'th'].includes(base)) throw unexpected(p);
  next(p);
  expect(p, ',');
  const offset = number(p).value;
  expect(p, ',');
  return { kind: 'raw', base: base as 'th', offset, length: number(p).value };
}

const LATER = ['igmp', 'ah', 'esp', 'comp', 'hbh', 'frag', 'dst', 'mh', 'exthdr', 'osf', 'ipsec'];

function parseHeader(p: Parser): Expr {
  const from = peek(p);
  const fields = headers[from.text];
  if (!fields) {
    if (LATER.includes(from.text)) throw notModelled(from.text, from);
    throw unexpected(p);
  }
  next(p);
  if (from.text === 'tcp' && accept(p, 'option')) return parseTcpOption(p);
  const token = peek(p);
  const field = fieldName(p, from.text);
  if (!(field in fields)) {
    if (['option', 'chunk'].includes(field)) throw notModelled(`${from.text} ${field}`, token);
    throw unexpected(p);
  }
  next(p);
  require(p, from.text, span(from, token));
  return { kind: 'payload', protocol: from.text, field };
}

function fieldName(p: Parser, protocol: string): string {
  const { text } = peek(p);
  if (protocol !== 'arp' || (text !== 'saddr' && text !== 'daddr')) return text;
  next(p);
  return `${text} ${peek(p).text}`;
}

function parseTcpOption(p: Parser): Expr {
  const option = identifier(p).text;
  const field = ['size', 'count', 'left', 'right', 'tsval', 'tsecr', 'length', 'kind'].includes(
    peek(p).text,
  )
    ? next(p).text
    : 'kind';
  return { kind: 'tcpopt', option, field };
}

/** A header may only be asked for where the rule has not asked for another one. */
function require(p: Parser, protocol: string, at: Place): void {
  if (protocol in transports) {
    const other = p.transport?.names.find((name) => name !== protocol);
    if (other !== undefined) {
      throw wrong(`conflicting protocols specified: ${other} vs. ${protocol}`, at);
    }
    p.transport ??= { names: [protocol], at };
  }
  if (protocol === 'ip' || protocol === 'ip6') {
    const fixed = p.family === 'ip' || p.family === 'ip6' ? p.family : p.network;
    if (fixed !== undefined && fixed !== protocol) {
      throw wrong(`conflicting protocols specified: ${fixed} vs. ${protocol}`, at);
    }
    p.network = protocol;
  }
}

/** A value for a statement: a constant, an expression, or what a map gives for one. */
export function parseOperand(p: Parser, types: readonly string[]): Expr {
  if (!beginsExpression(p) || isConstant(p)) return parseConcat(p, types);
  const left = parseLeft(p);
  if (!accept(p, 'map')) return left;
  return { kind: 'map', key: left, map: parseMapOf(p, typesOf(left), types) };
}

/** What stands behind `map` or `vmap`. */
export function parseMapOf(
  p: Parser,
  key: readonly string[],
  data: readonly string[],
  left?: Place,
): Expr {
  if (is(p, '{')) return parseSet(p, key, data);
  if (!is(p, '@')) throw unexpected(p, ['{', '@']);
  const sign = next(p);
  const name = identifier(p);
  const set = lookUpSet(p, name.text, span(sign, name));
  if (!set.data) throw wrong('Expression is not a map', span(sign, name));
  checkTypes(set.key, key, span(sign, name), left);
  return { kind: 'setref', name: name.text };
}

/** A set may be asked only with keys of its own type. */
export function checkTypes(
  wanted: readonly string[],
  got: readonly string[],
  at: Place,
  left: Place | undefined,
): void {
  const base = (type: string) => dataType(type).name;
  const same =
    wanted.length === got.length &&
    wanted.every((type, i) => base(type) === base(got[i] as string) || base(type) === 'integer');
  if (same) return;
  const text = (types: readonly string[]) =>
    types.length === 1
      ? dataType(types[0] as string).description
      : `concatenation of (${types.map((type) => dataType(type).description).join(', ')})`;
  const message = `datatype mismatch, expected ${text(got)}, expression has type ${text(wanted)}`;
  throw wrong(message, at, left);
}

/** What stands right of a match, checked against the left side. */
export function parseMatchRight(p: Parser, left: Expr, place: Place): Expr {
  const types = typesOf(left);
  if (!is(p, '@')) return parseRight(p, types);
  const sign = next(p);
  const name = identifier(p);
  const set = lookUpSet(p, name.text, span(sign, name));
  checkTypes(set.key, types, span(sign, name), place);
  return { kind: 'setref', name: name.text };
}
