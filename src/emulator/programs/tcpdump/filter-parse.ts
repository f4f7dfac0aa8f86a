import { isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import { words } from './filter-lexer.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';
import { constants, etherTypes, protocolNumbers } from './filter-names.ts';
import type { Direction, Filter, Value } from './filter-syntax.ts';

/** A filter, or libpcap's complaint about its text. */
export type Read =
  | { readonly ok: true; readonly filter: Filter | undefined }
  | { readonly ok: false; readonly error: string };

/** Addresses of a name, for `host NAME`; undefined where it is not known. */
export type Lookup = (name: string) => readonly string[] | undefined;

const SYNTAX = "can't parse filter expression: syntax error";

interface Qualifiers {
  protocol?: string;
  direction?: Direction;
  type?: 'host' | 'net' | 'port' | 'portrange' | 'proto' | 'gateway';
}

/** A reader that stands at a word. What is wrong is kept, and the rest is passed over. */
interface Reader {
  readonly all: readonly string[];
  readonly lookUp: Lookup;
  at: number;
  error: string | undefined;
  /** What an identifier alone takes over from the one before. */
  last: Qualifiers;
}

const peek = ({ all, at }: Reader, ahead = 0): string | undefined => all[at + ahead];
const take = (reader: Reader): string | undefined => reader.all[reader.at++];
const fail = (reader: Reader, error = SYNTAX): Filter => {
  reader.error ??= error;
  reader.at = reader.all.length;
  return { kind: 'way', inbound: true };
};

/** Reads a filter expression. */
export function parseFilter(text: string, lookUp: Lookup): Read {
  if (text.trim() === '') return { ok: true, filter: undefined };
  const all = words(text);
  if (!all) return { ok: false, error: SYNTAX };
  const reader: Reader = { all, lookUp, at: 0, error: undefined, last: {} };
  const filter = disjunction(reader);
  if (reader.error === undefined && reader.at < all.length) reader.error = SYNTAX;
  return reader.error === undefined ? { ok: true, filter } : { ok: false, error: reader.error };
}

/** `and` and `or` weigh the same and go from the left. */
function disjunction(reader: Reader): Filter {
  let left = term(reader);
  for (;;) {
    const word = peek(reader);
    const kind =
      word === 'and' || word === '&&' ? 'and' : word === 'or' || word === '||' ? 'or' : undefined;
    if (!kind) return left;
    take(reader);
    left = { kind, a: left, b: term(reader) };
  }
}

function term(reader: Reader): Filter {
  const word = peek(reader);
  if (word === undefined) return fail(reader);
  if (word === 'not' || word === '!') {
    take(reader);
    return { kind: 'not', of: term(reader) };
  }
  if (word === '(' && !isRelation(reader)) {
    take(reader);
    const inner = disjunction(reader);
    if (take(reader) !== ')') return fail(reader);
    return inner;
  }
  return isRelation(reader) ? relation(reader) : primitive(reader);
}

const RELATIONS = ['=', '==', '!=', '<', '>', '<=', '>='];

/** Whether what comes is a comparison: it has brackets, a sign or `len` before its end. */
function isRelation(reader: Reader): boolean {
  let depth = 0;
  for (let ahead = 0; ; ahead++) {
    const word = peek(reader, ahead);
    if (word === undefined || ['and', 'or', '&&', '||'].includes(word)) return false;
    if (RELATIONS.includes(word) && depth <= 0) return true;
    if (word === '(' || word === '[') depth += 1;
    if (word === ')' || word === ']') depth -= 1;
    if (depth < 0) return false;
  }
}

function relation(reader: Reader): Filter {
  const a = expression(reader, 0);
  const operator = take(reader) ?? '';
  if (!RELATIONS.includes(operator)) return fail(reader);
  return { kind: 'relation', operator, a, b: expression(reader, 0) };
}

const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

function expression(reader: Reader, level: number): Value {
  const operators = LEVELS[level];
  if (!operators) return factor(reader);
  let left = expression(reader, level + 1);
  for (;;) {
    const word = peek(reader);
    if (word === undefined || !operators.includes(word)) return left;
    take(reader);
    left = { kind: 'binary', operator: word, a: left, b: expression(reader, level + 1) };
  }
}

const zero: Value = { kind: 'number', value: 0 };

function factor(reader: Reader): Value {
  const word = take(reader);
  if (word === undefined) {
    fail(reader);
    return zero;
  }
  if (word === '-') return { kind: 'negative', of: factor(reader) };
  if (word === '(') {
    const inner = expression(reader, 0);
    if (take(reader) !== ')') fail(reader);
    return inner;
  }
  if (word === 'len' || word === 'length') return { kind: 'length' };
  if (peek(reader) === '[') return load(reader, word);
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : constants[word];
  if (value !== undefined) return { kind: 'number', value };
  fail(reader);
  return zero;
}

/** `tcp[13]`, `ip[2:2]`, `tcp[tcpflags]`. */
function load(reader: Reader, base: string): Value {
  const known = ['ether', 'link', 'ip', 'ip6', 'arp', 'rarp', ...Object.keys(protocolNumbers)];
  if (!known.includes(base)) fail(reader);
  take(reader);
  const offset = expression(reader, 0);
  let size = 1;
  if (peek(reader) === ':') {
    take(reader);
    size = Number(take(reader));
  }
  if (take(reader) !== ']') fail(reader);
  if (size !== 1 && size !== 2 && size !== 4) fail(reader, 'data size must be 1, 2, or 4');
  return { kind: 'load', base, offset, size: size as 1 | 2 | 4 };
}

const TYPES = ['host', 'net', 'port', 'portrange', 'proto', 'gateway'] as const;

function primitive(reader: Reader): Filter {
  const own: Qualifiers = {};
  const protocols = ['ether', 'link', ...Object.keys(etherTypes), ...Object.keys(protocolNumbers)];
  const first = peek(reader);
  if (first !== undefined && protocols.includes(first)) {
    own.protocol = first;
    take(reader);
  }
  const direction = directionOf(reader);
  if (direction) own.direction = direction;
  const type = TYPES.find((each) => each === peek(reader));
  if (type) {
    own.type = type;
    take(reader);
  }
  const word = peek(reader);
  const alone = own.direction === undefined && own.type === undefined;
  if (own.protocol !== undefined && alone && (word === 'broadcast' || word === 'multicast')) {
    take(reader);
    return { kind: 'cast', of: word, layer: own.protocol };
  }
  if (own.protocol !== undefined && alone) {
    reader.last = own;
    return ofProtocol(own.protocol) ?? fail(reader);
  }
  const special = alone && own.protocol === undefined ? specialOf(reader) : undefined;
  if (special) return special;
  const bare = alone && own.protocol === undefined;
  const qualifiers = bare ? reader.last : own;
  reader.last = qualifiers;
  const id = take(reader);
  if (id === undefined) return fail(reader);
  return identified(reader, qualifiers, id);
}

/** `src`, `dst`, `src or dst`, `src and dst`. */
function directionOf(reader: Reader): Direction | undefined {
  const word = peek(reader);
  if (word !== 'src' && word !== 'dst') return undefined;
  take(reader);
  const other = word === 'src' ? 'dst' : 'src';
  const between = peek(reader);
  if (peek(reader, 1) !== other) return word;
  if (between !== 'or' && between !== 'and' && between !== '||' && between !== '&&') return word;
  take(reader);
  take(reader);
  return between === 'or' || between === '||' ? 'any' : 'both';
}

function specialOf(reader: Reader): Filter | undefined {
  const word = peek(reader);
  switch (word) {
    case 'broadcast':
    case 'multicast':
      take(reader);
      return { kind: 'cast', of: word, layer: 'ether' };
    case 'inbound':
    case 'outbound':
      take(reader);
      return { kind: 'way', inbound: word === 'inbound' };
    case 'less':
    case 'greater': {
      take(reader);
      const value = Number(take(reader));
      if (!Number.isInteger(value)) return fail(reader);
      const b: Value = { kind: 'number', value };
      return {
        kind: 'relation',
        operator: word === 'less' ? '<=' : '>=',
        a: { kind: 'length' },
        b,
      };
    }
    case 'vlan': {
      take(reader);
      const id = /^\d+$/.test(peek(reader) ?? '') ? Number(take(reader)) : undefined;
      return { kind: 'vlan', id };
    }
    default:
      return undefined;
  }
}

function ofProtocol(name: string): Filter | undefined {
  const type = etherTypes[name];
  if (type !== undefined) return { kind: 'ether-type', type };
  const number = protocolNumbers[name];
  if (number === undefined) return undefined;
  const family = name === 'icmp' || name === 'igmp' ? 'ip' : name === 'icmp6' ? 'ip6' : 'any';
  return { kind: 'protocol', family, number };
}

function identified(
  reader: Reader,
  { protocol, direction = 'any', type }: Qualifiers,
  id: string,
): Filter {
  switch (type) {
    case 'port':
    case 'portrange':
      return ports(reader, protocol, direction, id, type);
    case 'proto':
      return numbered(reader, protocol, id);
    case 'net':
      return network(reader, protocol, direction, id);
    case 'gateway':
      return fail(reader, "'gateway' requires a name");
    default:
      break;
  }
  if (/^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(id)) {
    const mac = id
      .split(':')
      .map((pair) => pair.padStart(2, '0'))
      .join(':');
    return { kind: 'ether-host', direction, mac: mac.toLowerCase() };
  }
  if (id.includes('/')) return network(reader, protocol, direction, id);
  if (isIPv4(id) || isIPv6(id)) return { kind: 'host', protocol, direction, addresses: [id] };
  if (/^[\d.]+$/.test(id)) {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(id)) return fail(reader, `invalid IPv4 address '${id}'`);
    return network(reader, protocol, direction, id);
  }
  const addresses = reader.lookUp(id);
  if (!addresses) return fail(reader, `unknown host '${id}'`);
  return { kind: 'host', protocol, direction, addresses };
}

function ports(
  reader: Reader,
  protocol: string | undefined,
  direction: Direction,
  id: string,
  type: 'port' | 'portrange',
): Filter {
  const numberOf = (text: string) => (/^\d+$/.test(text) ? Number(text) : servicePort(text));
  const whole = numberOf(id);
  const [from = '', to = ''] = whole === undefined && type === 'portrange' ? id.split('-') : [];
  const [low, high] = whole === undefined ? [numberOf(from), numberOf(to)] : [whole, whole];
  if (low === undefined || high === undefined) return fail(reader, `unknown port '${id}'`);
  const over = Math.max(low, high);
  if (over > 65_535) return fail(reader, `illegal port number ${over} > 65535`);
  if (protocol !== undefined && !['tcp', 'udp', 'sctp'].includes(protocol)) {
    return fail(reader, "illegal qualifier of 'port'");
  }
  return { kind: 'port', protocol, direction, low: Math.min(low, high), high: over };
}

function numbered(reader: Reader, protocol: string | undefined, id: string): Filter {
  const name = id.replace(/^\\/, '');
  if (protocol === 'ether' || protocol === 'link') {
    const type = /^(0x[0-9a-f]+|\d+)$/i.test(name) ? Number(name) : etherTypes[name];
    return type === undefined
      ? fail(reader, `unknown ether proto '${name}'`)
      : { kind: 'ether-type', type };
  }
  const number = /^\d+$/.test(name) ? Number(name) : protocolNumbers[name];
  if (number === undefined) return fail(reader, `unknown ip proto '${name}'`);
  const family = protocol === 'ip' || protocol === 'ip6' ? protocol : 'any';
  return { kind: 'protocol', family, number };
}

function network(
  reader: Reader,
  protocol: string | undefined,
  direction: Direction,
  id: string,
): Filter {
  const [text = '', length] = id.split('/');
  if (isIPv6(text)) {
    const prefix = length === undefined ? 128 : Number(length);
    return { kind: 'net', protocol, direction, address: text, prefix };
  }
  const parts = text.split('.');
  if (!/^\d+(\.\d+){0,3}$/.test(text)) return fail(reader, `unknown network '${text}'`);
  const address = [...parts, '0', '0', '0'].slice(0, 4).join('.');
  let prefix = length === undefined ? parts.length * 8 : Number(length);
  if (length === undefined && peek(reader) === 'mask') {
    take(reader);
    const mask = (take(reader) ?? '').split('.').map(Number);
    prefix = mask.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  }
  if (!(prefix <= 32)) return fail(reader, 'mask length must be <= 32');
  const bytes = address.split('.').map(Number);
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (number % 2 ** (32 - prefix) !== 0) {
    return fail(reader, `non-network bits set in "${id}"`);
  }
  return { kind: 'net', protocol, direction, address, prefix };
}
