import { toAddress, toGroups, toNumber } from '../iptables/address.ts';
import { protocolName, protocolNumber, servicePort } from '../iptables/names.ts';
import { networkOf } from './match.ts';
import type { Dimension, SetOptions, SetType } from './types.ts';

/** Why words were refused; without the tool's name in front. */
export interface SetError {
  readonly error: string;
}

export const isSetError = (value: unknown): value is SetError =>
  typeof value === 'object' && value !== null && 'error' in value;

const syntax = (text: string): SetError => ({ error: `Syntax error: ${text}` });

/** The most entries that one range may stand for. */
const MOST = 65_536;

const ORDINALS = ['First', 'Second', 'Third'];

/**
 * The entries that one element text stands for, in printed form: a range or network of a kind that
 * holds addresses is many of them (libipset's parsers).
 */
export function parseEntry(
  type: SetType,
  options: SetOptions,
  text: string,
): readonly string[] | SetError {
  if (type.method === 'list') return [text];
  const words = text.split(',');
  if (words.length > type.dimensions.length) {
    if (type.dimensions.length === 1) {
      return syntax(`Elem separator in ${text}, but settype ${type.name} supports none.`);
    }
    const many = 'Two elem separators in';
    return syntax(`${many} ${text}, but settype ${type.name} supports only one.`);
  }
  let made: readonly string[] = [''];
  for (const [index, dimension] of type.dimensions.entries()) {
    const word = words[index];
    // A bitmap of addresses fills in the card that it sees.
    if (word === undefined && type.name === 'bitmap:ip,mac') break;
    if (word === undefined || word === '') {
      return syntax(`${ORDINALS[index]} element is missing from ${text}.`);
    }
    const values = parsePart(type, dimension, options, word);
    if (isSetError(values)) return values;
    if (made.length * values.length > MOST)
      return { error: 'Hash is full, cannot add more elements' };
    made = made.flatMap((head) =>
      values.map((value) => (head === '' ? value : `${head},${value}`)),
    );
  }
  return outOfRange(type, options, made) ?? made;
}

function parsePart(
  type: SetType,
  dimension: Dimension,
  options: SetOptions,
  word: string,
): readonly string[] | SetError {
  switch (dimension) {
    case 'ip':
      return parseAddresses(word, options);
    case 'net':
      return parseNets(word, options);
    case 'port':
      return parsePorts(word, type.method === 'bitmap');
    case 'mark': {
      const mark = /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : undefined;
      if (mark === undefined) return syntax(`'${word}' is invalid as number`);
      const masked = (mark & (options.markmask ?? 0xffffffff)) >>> 0;
      return [`0x${masked.toString(16).padStart(8, '0')}`];
    }
    case 'iface':
      return word.length > 15
        ? syntax(`interface name '${word}' is longer than 15 characters`)
        : [word];
    case 'mac':
      return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(word)
        ? [word.toUpperCase()]
        : syntax(`cannot parse '${word}' as MAC address`);
  }
}

const familyWord = ({ family }: SetOptions) => (family === 'inet6' ? 'IPv6' : 'IPv4');

function cannotResolve(word: string, options: SetOptions): SetError {
  const why = `resolving to ${familyWord(options)} address failed`;
  return syntax(`cannot parse ${word}: ${why}`);
}

/** One address, a network or a range: all the addresses in it. */
function parseAddresses(word: string, options: SetOptions): readonly string[] | SetError {
  if (options.family === 'inet6') {
    const [head = '', tail] = word.split('/');
    if (!toGroups(head)) return cannotResolve(head, options);
    if (tail !== undefined && tail !== '128') {
      return syntax(`plain IP address must be supplied: ${word}`);
    }
    return [networkOf(head, options.netmask ?? 128).split('/')[0] as string];
  }
  const range = ends(word);
  if (range === undefined) return cannotResolve(word.split(/[-/]/)[0] ?? '', options);
  if (range === 'cidr') return syntax(`'${word.split('/')[1]}' is out of range 0-32`);
  const [low, high] = range;
  if (high - low >= MOST) return { error: 'Hash is full, cannot add more elements' };
  const all = Array.from({ length: high - low + 1 }, (_none, index) => toAddress(low + index));
  const { netmask } = options;
  if (netmask === undefined) return all;
  return [...new Set(all.map((each) => networkOf(each, netmask).split('/')[0] as string))];
}

function ends(word: string): readonly [number, number] | 'cidr' | undefined {
  const [head = '', tail] = word.split('/');
  if (tail !== undefined) {
    const base = toNumber(head);
    if (base === undefined) return undefined;
    if (!/^\d+$/.test(tail) || Number(tail) > 32) return 'cidr';
    const size = 2 ** (32 - Number(tail));
    const low = Math.floor(base / size) * size;
    return [low, low + size - 1];
  }
  const [from = '', to = from] = head.split('-');
  const [a, b] = [toNumber(from), toNumber(to)];
  if (a === undefined || b === undefined) return undefined;
  return a <= b ? [a, b] : [b, a];
}

/** Networks: one as it is, a range in the fewest networks that make it up. */
function parseNets(word: string, options: SetOptions): readonly string[] | SetError {
  const [head = '', tail] = word.split('/');
  const bits = options.family === 'inet6' ? 128 : 32;
  if (options.family === 'inet6' || !head.includes('-')) {
    const known = options.family === 'inet6' ? toGroups(head) : toNumber(head);
    if (known === undefined) return cannotResolve(head, options);
    const length = tail === undefined ? bits : Number(tail);
    if (tail !== undefined && (!/^\d+$/.test(tail) || length > bits)) {
      return syntax(`'${tail}' is out of range 0-${bits}`);
    }
    if (length === 0)
      return { error: 'The value of the CIDR parameter of the IP address is invalid' };
    return [networkOf(head, length)];
  }
  const range = ends(head);
  if (range === undefined || range === 'cidr')
    return cannotResolve(head.split('-')[0] ?? '', options);
  const nets: string[] = [];
  let [low] = range;
  while (low <= range[1]) {
    let size = 1;
    while (low % (size * 2) === 0 && low + size * 2 - 1 <= range[1] && size < 2 ** 31) size *= 2;
    nets.push(networkOf(toAddress(low), 32 - Math.log2(size)));
    low += size;
  }
  return nets;
}

/** `[proto:]port[-port]`; bitmaps hold numbers alone. */
function parsePorts(word: string, bare: boolean): readonly string[] | SetError {
  const match = /^(?:([a-z0-9]+):)?([^-]+)(?:-(.+))?$/i.exec(word);
  if (!match) return syntax(`'${word}' is invalid as number`);
  const protocol = protocolName(match[1] ?? 'tcp');
  if (protocol === undefined) return syntax(`cannot parse '${match[1]}' as a protocol`);
  if (protocol === 'icmp' && match[1] !== undefined) {
    const message = icmpText(word.slice(match[1].length + 1));
    if (message !== undefined) return [`icmp:${message}`];
  }
  const read = (text: string) => {
    const number = /^\d+$/.test(text) ? Number(text) : servicePort(text);
    return number !== undefined && number <= 65_535 ? number : undefined;
  };
  const low = read(match[2] as string);
  const high = match[3] === undefined ? low : read(match[3]);
  if (low === undefined || high === undefined) {
    const wrong = low === undefined ? match[2] : match[3];
    const number = /^\d+$/.test(wrong ?? '');
    const first = number ? `'${wrong}' is out of range 0-65535` : `'${wrong}' is invalid as number`;
    const last = `cannot parse '${wrong}' as a ${protocol} port`;
    return syntax(`${first}\nSyntax error: '${protocol}' is invalid as number\n${last}`);
  }
  const [from, to] = low <= high ? [low, high] : [high, low];
  const numbers = Array.from({ length: to - from + 1 }, (_none, index) => from + index);
  if (bare) return numbers.map(String);
  const known = protocolNumber(protocol) === undefined ? String(protocol) : protocol;
  return numbers.map((number) => `${known}:${number}`);
}

/** Messages of ICMP that ipset prints by name (`icmp_typecodes`). */
const ICMP: readonly (readonly [name: string, type: number, code: number])[] = [
  ['echo-reply', 0, 0],
  ['pong', 0, 0],
  ['network-unreachable', 3, 0],
  ['host-unreachable', 3, 1],
  ['protocol-unreachable', 3, 2],
  ['port-unreachable', 3, 3],
  ['fragmentation-needed', 3, 4],
  ['source-quench', 4, 0],
  ['network-redirect', 5, 0],
  ['host-redirect', 5, 1],
  ['echo-request', 8, 0],
  ['ping', 8, 0],
  ['router-advertisement', 9, 0],
  ['router-solicitation', 10, 0],
  ['ttl-zero-during-transit', 11, 0],
  ['ttl-zero-during-reassembly', 11, 1],
  ['timestamp-request', 13, 0],
  ['timestamp-reply', 14, 0],
];

/** A message by its name or `type/code`, as it is printed; undefined for anything else. */
function icmpText(text: string): string | undefined {
  const [type, code] = text.split('/').map((each) => (/^\d+$/.test(each) ? Number(each) : -1));
  const known = ICMP.find(([name, t, c]) => name === text || (t === type && c === code));
  if (!known)
    return type !== undefined && code !== undefined && type >= 0 && code >= 0 ? text : undefined;
  return ICMP.find(([, t, c]) => t === known[1] && c === known[2])?.[0];
}

function outOfRange(
  type: SetType,
  { range }: SetOptions,
  made: readonly string[],
): SetError | undefined {
  if (type.method !== 'bitmap' || !range) return undefined;
  const number = (text: string) => toNumber(text) ?? Number(text);
  const [low, high] = [number(range[0]), number(range[1])];
  const outside = made.some((text) => number(text) < low || number(text) > high);
  return outside ? { error: 'Element is out of the range of the set' } : undefined;
}
