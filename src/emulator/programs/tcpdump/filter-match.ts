import { parse6 } from '../../network/address6.ts';
import type { Direction, Filter, Value } from './filter-syntax.ts';
import { etherTypes, protocolNumbers } from './filter-names.ts';
import type { Layers } from './layers.ts';
import { ip4Octets, macText, put16, u16, u32, u8 } from './octets.ts';

/** A packet with what a filter may ask of it. */
export interface Candidate extends Layers {
  readonly length: number;
  readonly inbound: boolean;
}

/** Whether a packet passes a filter. */
export function matches(filter: Filter, packet: Candidate): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.a, packet) && matches(filter.b, packet);
    case 'or':
      return matches(filter.a, packet) || matches(filter.b, packet);
    case 'not':
      return !matches(filter.of, packet);
    case 'ether-type':
      return packet.type === filter.type;
    case 'protocol':
      return (
        packet.protocol === filter.number &&
        (filter.family === 'any' || packet.version === (filter.family === 'ip' ? 4 : 6))
      );
    case 'host':
      return (
        speaks(packet, filter.protocol) &&
        sides(filter.direction, addressesOf(packet), (each) => filter.addresses.includes(each))
      );
    case 'net':
      return (
        speaks(packet, filter.protocol) &&
        sides(filter.direction, addressesOf(packet), (each) =>
          isIn(each, filter.address, filter.prefix),
        )
      );
    case 'ether-host': {
      const macs = [macText(packet.bytes, 6), macText(packet.bytes, 0)] as const;
      return packet.link === 1 && sides(filter.direction, macs, (each) => each === filter.mac);
    }
    case 'port': {
      const { sourcePort, destinationPort } = packet;
      if (sourcePort === undefined || destinationPort === undefined) return false;
      return (
        speaks(packet, filter.protocol) &&
        sides(
          filter.direction,
          [sourcePort, destinationPort],
          (each) => each >= filter.low && each <= filter.high,
        )
      );
    }
    case 'vlan':
      return packet.vlan !== undefined && (filter.id === undefined || filter.id === packet.vlan);
    case 'cast':
      return isCast(filter.of, filter.layer, packet);
    case 'way':
      return packet.inbound === filter.inbound;
    case 'relation': {
      const [a, b] = [valueOf(filter.a, packet), valueOf(filter.b, packet)];
      return a !== undefined && b !== undefined && compare(filter.operator, a, b);
    }
  }
}

function sides<T>(
  direction: Direction,
  [source, destination]: readonly [T, T],
  is: (each: T) => boolean,
): boolean {
  switch (direction) {
    case 'src':
      return is(source);
    case 'dst':
      return is(destination);
    case 'both':
      return is(source) && is(destination);
    default:
      return is(source) || is(destination);
  }
}

/** Addresses of IP, or those that ARP speaks of. */
function addressesOf(packet: Candidate): readonly [string, string] {
  const { type, bytes, network } = packet;
  if (type !== 0x0806) return [packet.source ?? '', packet.destination ?? ''];
  const at = (offset: number) => [0, 1, 2, 3].map((i) => u8(bytes, network + offset + i)).join('.');
  return [at(14), at(24)];
}

function speaks({ type, protocol }: Candidate, name: string | undefined): boolean {
  if (name === undefined) return true;
  const wanted = etherTypes[name];
  return wanted === undefined ? protocol === protocolNumbers[name] : type === wanted;
}

function isIn(address: string, network: string, prefix: number): boolean {
  const octetsOf = (text: string): readonly number[] | undefined =>
    text.includes(':') ? parse6(text)?.flatMap(put16) : ip4Octets(text);
  const [a, b] = [octetsOf(address), octetsOf(network)];
  if (!a || !b || a.length !== b.length || a.some(Number.isNaN)) return false;
  return a.every((byte, index) => {
    const left = Math.min(8, Math.max(0, prefix - index * 8));
    const mask = (0xff << (8 - left)) & 0xff;
    return (byte & mask) === ((b[index] ?? 0) & mask);
  });
}

function isCast(of: 'broadcast' | 'multicast', layer: string, packet: Candidate): boolean {
  const { bytes, destination = '', link } = packet;
  if (layer === 'ip' || layer === 'ip6') {
    const wide = destination === '255.255.255.255' || destination.endsWith('.255');
    if (of === 'broadcast') return wide;
    return /^(22[4-9]|23\d)\./.test(destination) || /^ff/i.test(destination);
  }
  if (link !== 1) return false;
  const all = macText(bytes, 0) === 'ff:ff:ff:ff:ff:ff';
  return of === 'broadcast' ? all : (u8(bytes, 0) & 1) === 1;
}

function compare(operator: string, a: number, b: number): boolean {
  switch (operator) {
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    default:
      return a === b;
  }
}

/** A value; undefined where the packet has no such header. */
function valueOf(value: Value, packet: Candidate): number | undefined {
  switch (value.kind) {
    case 'number':
      return value.value;
    case 'length':
      return packet.length;
    case 'negative': {
      const of = valueOf(value.of, packet);
      return of === undefined ? undefined : -of >>> 0;
    }
    case 'load': {
      const base = baseOf(value.base, packet);
      const offset = valueOf(value.offset, packet);
      if (base === undefined || offset === undefined) return undefined;
      const at = base + offset;
      if (at + value.size > packet.bytes.length) return undefined;
      const read = { 1: u8, 2: u16, 4: u32 }[value.size];
      return read(packet.bytes, at);
    }
    case 'binary': {
      const [a, b] = [valueOf(value.a, packet), valueOf(value.b, packet)];
      return a === undefined || b === undefined ? undefined : calculate(value.operator, a, b);
    }
  }
}

function baseOf(name: string, packet: Candidate): number | undefined {
  if (name === 'ether' || name === 'link') return 0;
  const type = etherTypes[name];
  if (type !== undefined) return packet.type === type ? packet.network : undefined;
  const number = protocolNumbers[name];
  // Access to a transport's bytes is for IPv4, but for ICMPv6.
  const version = name === 'icmp6' ? 6 : 4;
  if (packet.protocol !== number || packet.version !== version) return undefined;
  return packet.transport;
}

function calculate(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return (a + b) >>> 0;
    case '-':
      return (a - b) >>> 0;
    case '*':
      return Math.imul(a, b) >>> 0;
    case '/':
      return b === 0 ? undefined : Math.floor(a / b);
    case '%':
      return b === 0 ? undefined : a % b;
    case '&':
      return (a & b) >>> 0;
    case '|':
      return (a | b) >>> 0;
    case '^':
      return (a ^ b) >>> 0;
    case '<<':
      return (a << b) >>> 0;
    default:
      return a >>> b;
  }
}
