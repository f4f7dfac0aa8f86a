import type { Expr, LogStatement, Relation, Statement } from './ast.ts';
import { dataType } from './datatype.ts';
import { findDraft } from './draft.ts';
import { ENOENT } from './edit.ts';
import { span, type Place, type Token } from './lexer.ts';
import {
  accept,
  atEnd,
  expect,
  identifier,
  is,
  lookUpSet,
  next,
  notModelled,
  number,
  peek,
  quoted,
  refused,
  since,
  unexpected,
  wrong,
  type Parser,
} from './parser.ts';
import {
  beginsExpression,
  parseLeft,
  parseMapOf,
  parseMatchRight,
  parseOperand,
  typesOf,
} from './parse-expr.ts';
import { parseNat } from './parse-nat.ts';
import { parseQueue } from './parse-queue.ts';
import { counterOf, counts, limitOf, limitRate, quotaOf, quotaSize } from './parse-stateful.ts';
import { parseSingle, parseTime, parseVerdict } from './parse-value.ts';
import { keywords, signWords } from './keywords.ts';
import { simplify } from './simplify.ts';
import { symbols } from './symbols.ts';

const relations: Readonly<Record<string, Relation>> = {
  '==': '==',
  eq: '==',
  '!=': '!=',
  ne: '!=',
  '<': '<',
  lt: '<',
  '<=': '<=',
  le: '<=',
  '>': '>',
  gt: '>',
  '>=': '>=',
  ge: '>=',
  '!': '!',
};

/** What a rule says. */
export interface RuleBody {
  readonly statements: readonly Statement[];
  readonly comment?: string;
}

/** All statements of a rule, and its comment. */
export function parseRuleBody(p: Parser): RuleBody {
  p.transport = undefined;
  p.needsTcp = false;
  p.network = undefined;
  const statements: Statement[] = [];
  let comment: string | undefined;
  let terminal: Place | undefined;
  if (atEnd(p)) throw unexpected(p);
  while (!atEnd(p)) {
    if (accept(p, 'comment')) {
      comment = quoted(p).text;
      if (!atEnd(p)) throw unexpected(p, ['newline', 'semicolon']);
      break;
    }
    const from = peek(p);
    const statement = parseStatement(p);
    const at = since(p, from);
    if (terminal) throw wrong('Statement after terminal statement has no effect', at, terminal);
    if (isTerminal(statement)) terminal = at;
    statements.push(statement);
  }
  if (p.needsTcp) statements.unshift(OVER_TCP);
  const tidied = simplify(statements, p.family);
  return { statements: tidied, ...(comment === undefined ? {} : { comment }) };
}

/** What nft puts before a rule that answers by TCP. */
const OVER_TCP: Statement = {
  kind: 'match',
  left: { kind: 'meta', key: 'l4proto' },
  right: { kind: 'value', type: 'inet_proto', value: 6 },
};

function isTerminal(statement: Statement): boolean {
  if (statement.kind === 'verdict') return statement.verdict !== 'continue';
  return ['nat', 'reject', 'queue'].includes(statement.kind);
}

const LATER = ['dup', 'fwd', 'tproxy', 'synproxy', 'meter', 'xt', 'secmark', 'reset'];

function parseStatement(p: Parser): Statement {
  const token = peek(p);
  switch (token.type === 'quoted' ? '' : token.text) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return parseVerdict(p);
    case 'jump':
    case 'goto':
      if (is(p, '{', 1)) throw notModelled('a chain without a name', token);
      return parseVerdict(p);
    case 'counter':
      return namedOr(p, 'counter', () => (is(p, 'counter') ? counterOf(p) : counts(p)));
    case 'limit':
      return namedOr(p, 'limit', () => (is(p, 'limit') ? limitOf(p) : limitRate(p)));
    case 'quota':
      return namedOr(p, 'quota', () => (is(p, 'quota') ? quotaOf(p) : quotaSize(p)));
    case 'log':
      return parseLog(p);
    case 'reject':
      return parseReject(p);
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
      return parseNat(p);
    case 'queue':
      return parseQueue(p);
    case 'notrack':
      next(p);
      return { kind: 'notrack' };
    case 'add':
    case 'update':
    case 'delete':
      return parseSetOperation(p);
    case 'flow':
      return parseFlow(p);
    case 'ct':
      if (is(p, 'count', 1)) return parseConnlimit(p);
      if (['helper', 'timeout', 'expectation'].includes(peek(p, 1).text) && is(p, 'set', 2)) {
        throw notModelled(`ct ${peek(p, 1).text}`, token);
      }
      return parseExpressionStatement(p);
    default:
      if (LATER.includes(token.text)) throw notModelled(token.text, token);
      return parseExpressionStatement(p);
  }
}

function namedOr(
  p: Parser,
  object: 'counter' | 'limit' | 'quota',
  otherwise: () => Statement,
): Statement {
  if (!is(p, 'name', 1)) return otherwise();
  next(p);
  next(p);
  if (peek(p).type === 'quoted' || !beginsExpression(p)) {
    const name = next(p);
    const objects = findDraft(p.draft, p.family, p.table)?.objects;
    if (objects && !objects.has(`${object} ${name.text}`)) throw refused(ENOENT, name);
    return { kind: 'objref', object, name: { kind: 'value', type: 'string', value: name.text } };
  }
  const key = parseLeft(p);
  expect(p, 'map');
  const map = parseMapOf(p, typesOf(key), [object]);
  return { kind: 'objref', object, name: { kind: 'map', key, map } };
}

function parseExpressionStatement(p: Parser): Statement {
  const from = peek(p);
  if (!beginsExpression(p)) {
    // A word that means nothing is read as a value, and what follows cannot be right.
    const plain = from.type === 'word' && !keywords.has(from.text) && !(from.text in signWords);
    if (plain || from.type === 'number') next(p);
    throw unexpected(p);
  }
  const left = parseLeft(p);
  const place = since(p, from);
  if (accept(p, 'vmap')) {
    return { kind: 'vmap', key: left, map: parseMapOf(p, typesOf(left), ['verdict'], place) };
  }
  if (accept(p, 'set')) {
    const types = typesOf(left);
    return { kind: 'mangle', target: left, value: parseOperand(p, types) };
  }
  const word = peek(p);
  const op = word.type === 'quoted' ? undefined : relations[word.text];
  if (op !== undefined) next(p);
  if (atEnd(p)) throw unexpected(p);
  const start = peek(p);
  p.left = place;
  const right = existence(p, left) ?? parseMatchRight(p, left, place);
  note(p, left, op, right, since(p, from));
  if (op === '!' && !(right.kind === 'value' && dataType(right.type).form === 'bitmask')) {
    const message = 'negation can only be used with singleton bitmask values';
    throw wrong(message, place, since(p, start));
  }
  return match(p, left, op, right, word, start, from);
}

/** `fib … oif missing` asks whether there is a route at all. */
function existence(p: Parser, left: Expr): Expr | undefined {
  if (left.kind !== 'fib' || left.result === 'type') return undefined;
  if (!is(p, 'missing') && !is(p, 'exists')) return undefined;
  return { kind: 'value', type: 'boolean', value: next(p).text === 'exists' ? 1 : 0 };
}

/** Remembers the transport protocols that a match asks for. */
function note(p: Parser, left: Expr, op: Relation | undefined, right: Expr, at: Place): void {
  if (op !== undefined && op !== '==') return;
  const isProtocol =
    (left.kind === 'meta' && left.key === 'l4proto') ||
    (left.kind === 'payload' && left.field === 'protocol') ||
    (left.kind === 'payload' && left.field === 'nexthdr');
  if (!isProtocol) return;
  const asked = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
  const names = asked.map((key) => {
    const wanted = key.kind === 'value' ? key.value : undefined;
    const name = symbols('inet_proto').find(([, value]) => value === wanted)?.[0];
    return name === 'ipv6-icmp' ? 'icmpv6' : name;
  });
  const known = names.filter((name) => name !== undefined);
  if (known.length === 0) return;
  p.transport = { names: [...(p.transport?.names ?? []), ...known], at };
}

function match(
  p: Parser,
  left: Expr,
  op: Relation | undefined,
  right: Expr,
  sign: Token,
  start: Token,
  from: Token,
): Statement {
  const only =
    right.kind === 'set' && right.elements.length === 1 ? right.elements[0]?.key : undefined;
  // A set of one is that one, as libnftables makes of it.
  const plain = only && only.kind !== 'any' && only.kind !== 'concat' ? only : right;
  if (
    (op === '<' || op === '>' || op === '<=' || op === '>=') &&
    (plain.kind === 'range' || plain.kind === 'set' || plain.kind === 'setref')
  ) {
    const what = { range: 'range', set: 'set', setref: 'set' }[plain.kind];
    throw wrong(
      `Relational expression (${op}) is undefined for ${what} expressions`,
      since(p, start),
      sign,
    );
  }
  if (is(p, '/') && plain.kind === 'value' && dataType(plain.type).form === 'bitmask') {
    next(p);
    const mask = parseSingle(p, plain.type);
    if (op === '!') throw wrong('either == or != is allowed', since(p, from));
    const masked: Expr = { kind: 'binop', op: '&', left, right: mask };
    return { kind: 'match', op: op ?? '==', left: masked, right: plain };
  }
  return { kind: 'match', ...(op === undefined ? {} : { op }), left, right: plain };
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug', 'audit'];

function parseLog(p: Parser): Statement {
  next(p);
  const log: { -readonly [K in keyof LogStatement]?: LogStatement[K] } = {};
  const flags = new Set<string>();
  for (;;) {
    if (accept(p, 'prefix')) log.prefix = quoted(p).text;
    else if (accept(p, 'group')) log.group = number(p).value;
    else if (accept(p, 'snaplen')) log.snaplen = number(p).value;
    else if (accept(p, 'queue-threshold')) log.threshold = number(p).value;
    else if (accept(p, 'level')) {
      const level = peek(p);
      if (!LEVELS.includes(level.text)) throw wrong('invalid log level', level);
      log.level = next(p).text;
    } else if (accept(p, 'flags')) logFlags(p, flags);
    else break;
  }
  return { kind: 'log', ...log, flags: [...flags] };
}

function logFlags(p: Parser, flags: Set<string>): void {
  if (accept(p, 'tcp')) {
    do flags.add(`tcp ${next(p).text}`);
    while (accept(p, ','));
  } else if (accept(p, 'ip')) {
    expect(p, 'options');
    flags.add('ip options');
  } else if (is(p, 'skuid') || is(p, 'ether') || is(p, 'all')) flags.add(next(p).text);
  else throw unexpected(p);
}

function parseReject(p: Parser): Statement {
  const from = next(p);
  if (!accept(p, 'with')) return { kind: 'reject' };
  if (accept(p, 'tcp')) {
    expect(p, 'reset');
    if (p.transport?.names.some((name) => name !== 'tcp')) {
      throw wrong('you cannot use tcp reset with this protocol', from, p.transport.at);
    }
    p.needsTcp = p.transport === undefined;
    return { kind: 'reject', type: 'tcp reset' };
  }
  const type = peek(p).text;
  if (type !== 'icmp' && type !== 'icmpv6' && type !== 'icmpx') throw unexpected(p);
  next(p);
  accept(p, 'type');
  const code = peek(p);
  const read = parseSingle(p, `${type}_code`);
  if (type === 'icmpx' && p.family !== 'inet' && p.family !== 'bridge') {
    throw wrong('abstracted ICMP unreachable not supported', code, from);
  }
  const other = type === 'icmp' ? 'ip6' : type === 'icmpv6' ? 'ip' : undefined;
  if (p.family === other) throw wrong('conflicting protocols specified: ip vs. ip6', code, from);
  const name = symbols(`${type}_code`).find(([, value]) => value === read.value)?.[0];
  return { kind: 'reject', type, code: name ?? String(read.value) };
}

function parseSetOperation(p: Parser): Statement {
  const op = next(p).text as 'add' | 'update' | 'delete';
  if (!is(p, '@')) throw unexpected(p, ['@']);
  const sign = next(p);
  const name = identifier(p);
  const set = lookUpSet(p, name.text, span(sign, name));
  expect(p, '{');
  const key = parseLeft(p);
  const statements: Statement[] = [];
  let timeoutMillis: number | undefined;
  for (;;) {
    if (accept(p, 'timeout')) timeoutMillis = parseTime(p);
    else if (is(p, 'counter')) statements.push(counterOf(p));
    else if (is(p, 'limit')) statements.push(limitOf(p));
    else if (is(p, 'quota')) statements.push(quotaOf(p));
    else if (is(p, 'ct') && is(p, 'count', 1)) statements.push(parseConnlimit(p));
    else break;
  }
  const data = accept(p, ':') ? parseOperand(p, set.data ?? ['integer']) : undefined;
  expect(p, '}');
  return {
    kind: 'setop',
    op,
    set: name.text,
    key,
    ...(data ? { data } : {}),
    ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
    statements,
  };
}

function parseFlow(p: Parser): Statement {
  next(p);
  if (accept(p, 'offload') || accept(p, 'add')) {
    expect(p, '@');
    return { kind: 'flow', flowtable: identifier(p).text };
  }
  throw unexpected(p);
}

function parseConnlimit(p: Parser): Extract<Statement, { kind: 'connlimit' }> {
  next(p);
  next(p);
  const over = accept(p, 'over');
  return { kind: 'connlimit', over, count: number(p).value };
}
