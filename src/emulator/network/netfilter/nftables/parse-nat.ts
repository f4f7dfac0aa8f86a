import type { Expr, NatStatement } from './ast.ts';
import { span, type Token } from './lexer.ts';
import {
  accept,
  atEnd,
  expect,
  is,
  lookUpSet,
  next,
  notModelled,
  peek,
  since,
  unexpected,
  wrong,
  type Parser,
} from './parser.ts';
import { beginsExpression, parseLeft, parseMapOf, parseOperand, typesOf } from './parse-expr.ts';
import { parseSingle } from './parse-value.ts';

const NAT_FLAGS = ['random', 'fully-random', 'persistent'];

/** `dnat to 10.0.0.1:80`, `masquerade fully-random` and their kind. */
export function parseNat(p: Parser): NatStatement {
  const from = next(p);
  const nat = from.text as NatStatement['nat'];
  let family = is(p, 'ip') || is(p, 'ip6') ? (next(p).text as 'ip' | 'ip6') : undefined;
  const types = { address: '', both: false };
  if (accept(p, 'addr')) {
    expect(p, '.');
    expect(p, 'port');
    types.both = true;
  }
  if (is(p, 'prefix') || is(p, 'interval')) throw notModelled(`${nat} ${peek(p).text}`, peek(p));
  const found: { address?: Expr; port?: Expr } = {};
  if (accept(p, 'to')) {
    if (nat === 'masquerade' || nat === 'redirect') {
      accept(p, ':');
      found.port = parseOperand(p, ['inet_service']);
    } else Object.assign(found, parseNatTarget(p, family ?? natFamily(p), types.both));
  } else if (nat === 'redirect' && accept(p, ':')) {
    found.port = parseOperand(p, ['inet_service']);
  } else if (nat !== 'masquerade' && nat !== 'redirect' && !atEnd(p)) {
    Object.assign(found, parseNatTarget(p, family ?? natFamily(p), types.both));
  } else if (nat === 'snat' || nat === 'dnat') throw unexpected(p);
  if (found.port && p.transport === undefined && !askedForProtocol(p)) {
    const message = 'transport protocol mapping is only valid after transport protocol match';
    throw wrong(message, since(p, portToken(p)), from);
  }
  const flags: string[] = [];
  while (NAT_FLAGS.includes(peek(p).text)) {
    flags.push(next(p).text);
    accept(p, ',');
  }
  const concat = found.address?.kind === 'map' || found.address?.kind === 'concat';
  if (p.family === 'inet') {
    if (found.address && family === undefined && p.network === undefined) {
      const message = 'ip or ip6 must be specified with address for inet tables.';
      throw wrong(message, from);
    }
    family ??= found.address ? natFamily(p) : undefined;
  } else if (!concat) family = undefined;
  else family ??= natFamily(p);
  const order = NAT_FLAGS.filter((flag) => flags.includes(flag));
  return { kind: 'nat', nat, ...(family ? { family } : {}), ...found, flags: order };
}

/** The token in which the port begins: the one before, or that before a dash. */
function portToken(p: Parser): Token {
  const isRange = p.tokens[p.at - 2]?.text === '-';
  return p.tokens[p.at - (isRange ? 3 : 1)] as Token;
}

/** `meta l4proto { tcp, udp }` allows ports as well. */
function askedForProtocol(p: Parser): boolean {
  for (let i = p.at - 1; i >= 0; i--) {
    const token = p.tokens[i] as Token;
    if (token.type === 'newline') return false;
    if (token.text === 'l4proto' || token.text === 'protocol' || token.text === 'th') return true;
  }
  return false;
}

const natFamily = (p: Parser): 'ip' | 'ip6' =>
  p.family === 'ip6' || p.network === 'ip6' ? 'ip6' : 'ip';

function parseNatTarget(
  p: Parser,
  family: 'ip' | 'ip6',
  both: boolean,
): { readonly address?: Expr; readonly port?: Expr } {
  const address = family === 'ip6' ? 'ipv6_addr' : 'ipv4_addr';
  if (accept(p, ':')) return { port: parseOperand(p, ['inet_service']) };
  if (beginsExpression(p)) {
    const expr = parseMapped(p, address, both);
    return accept(p, ':')
      ? { address: expr, port: parseOperand(p, ['inet_service']) }
      : { address: expr };
  }
  const found = parseOperand(p, [address]);
  if (accept(p, '.')) {
    const port = parseSingle(p, 'inet_service');
    return { address: { kind: 'concat', parts: [found, port] } };
  }
  return accept(p, ':')
    ? { address: found, port: parseOperand(p, ['inet_service']) }
    : { address: found };
}

/** `… map { 0 : 10.0.0.1 . 80 }`: with or without ports, as the values are. */
function parseMapped(p: Parser, address: string, both: boolean): Expr {
  const left = parseLeft(p);
  if (!accept(p, 'map')) return left;
  const key = typesOf(left);
  const withPort = both || (is(p, '{') && hasPorts(p)) || refersToPorts(p);
  const data = withPort ? [address, 'inet_service'] : [address];
  return { kind: 'map', key: left, map: parseMapOf(p, key, data) };
}

/** Whether the values of the elements that follow are concatenations. */
function hasPorts(p: Parser): boolean {
  for (let i = 1; ; i++) {
    const token = peek(p, i);
    if (token.text === '}' || token.type === 'end') return false;
    if (token.text !== ':' || token.type !== 'sign') continue;
    for (let j = i + 1; !['}', ',', ':'].includes(peek(p, j).text); j++) {
      if (peek(p, j).type === 'end') return false;
      if (is(p, '.', j)) return true;
    }
    return false;
  }
}

function refersToPorts(p: Parser): boolean {
  if (!is(p, '@')) return false;
  const name = peek(p, 1);
  return (lookUpSet(p, name.text, span(peek(p), name)).data?.length ?? 0) > 1;
}
