import ipaddr from 'ipaddr.js';
import { symbols } from './symbols.ts';

/** How values of a type are written, read and ordered (libnftables' `struct datatype`). */
export interface DataType {
  readonly name: string;
  /** Words that `nft describe` and error texts use. */
  readonly description: string;
  readonly bits: number;
  /** Network order where true; the machine's own (little endian) otherwise. */
  readonly bigEndian: boolean;
  readonly form: 'integer' | 'bitmask' | 'ipv4' | 'ipv6' | 'ether' | 'string' | 'time' | 'verdict';
  /** Digits of hexadecimal, for marks. */
  readonly hex?: number;
}

const number = (
  name: string,
  description: string,
  bits: number,
  more: Partial<DataType> = {},
): DataType => ({ name, description, bits, bigEndian: false, form: 'integer', ...more });
const network = { bigEndian: true };

const all: readonly DataType[] = [
  number('verdict', 'netfilter verdict', 32, { form: 'verdict' }),
  number('integer', 'integer', 0, network),
  number('string', 'string', 0, { form: 'string' }),
  number('ipv4_addr', 'IPv4 address', 32, { ...network, form: 'ipv4' }),
  number('ipv6_addr', 'IPv6 address', 128, { ...network, form: 'ipv6' }),
  number('ether_addr', 'Ethernet address', 48, { ...network, form: 'ether' }),
  number('ether_type', 'Ethernet protocol', 16, network),
  number('inet_proto', 'Internet protocol', 8, network),
  number('inet_service', 'internet network service', 16, network),
  number('nf_proto', 'netfilter protocol', 8),
  number('icmp_type', 'ICMP type', 8, network),
  number('icmp_code', 'icmp code', 8, network),
  number('icmpv6_type', 'ICMPv6 type', 8, network),
  number('icmpv6_code', 'icmpv6 code', 8, network),
  number('icmpx_code', 'icmpx code', 8, network),
  number('arp_op', 'ARP operation', 16, network),
  number('tcp_flag', 'TCP flag', 8, { ...network, form: 'bitmask' }),
  number('dscp', 'Differentiated Services Code Point', 6, network),
  number('ecn', 'Explicit Congestion Notification', 2, network),
  number('mark', 'packet mark', 32, { hex: 8 }),
  number('iface_index', 'network interface index', 32, { form: 'string' }),
  number('ifname', 'network interface name', 128, { form: 'string' }),
  number('iface_type', 'network interface type', 16),
  number('devgroup', 'devgroup name', 32),
  number('uid', 'user ID', 32),
  number('gid', 'group ID', 32),
  number('realm', 'routing realm', 32),
  number('classid', 'TC classid', 32),
  number('pkt_type', 'packet type', 8),
  number('ct_state', 'conntrack state', 32, { form: 'bitmask' }),
  number('ct_status', 'conntrack status', 32, { form: 'bitmask' }),
  number('ct_dir', 'conntrack direction', 8),
  number('ct_label', 'conntrack label', 128),
  number('fib_addrtype', 'fib address type', 32),
  number('boolean', 'boolean type', 1),
  number('time', 'relative time', 64, { form: 'time' }),
  number('day', 'Day of week', 8),
  number('hour', 'Hour of day', 32),
];

/** All types by name. */
export const dataTypes: ReadonlyMap<string, DataType> = new Map(
  all.map((type) => [type.name, type]),
);

/** A type; `integer:16` is an integer of as many bits. */
export function dataType(name: string): DataType {
  const known = dataTypes.get(name);
  if (known) return known;
  const [base = 'integer', bits] = name.split(':');
  const type = dataTypes.get(base) ?? (dataTypes.get('integer') as DataType);
  return bits === undefined ? type : { ...type, bits: Number(bits) };
}

/** A value of a type from one word; a text says why it is none. */
export function readValue(name: string, word: string): { value: number | string } | string {
  const type = dataType(name);
  switch (type.form) {
    case 'ipv4':
      return readIpv4(word);
    case 'ipv6':
      return ipaddr.IPv6.isValid(word)
        ? { value: canonicalIpv6(word) }
        : unresolved(/^\d+(\.\d+){3}$/.test(word));
    case 'ether':
      return /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(word)
        ? { value: canonicalEther(word) }
        : 'Could not parse link layer address';
    case 'string':
      if (name === 'iface_index' && /^\d+$/.test(word)) return { value: Number(word) };
      return { value: word };
    case 'time':
      return readTime(word);
    default:
      return readNumber(type, word);
  }
}

function readIpv4(word: string): { value: string } | string {
  // A bare number is an address too, as inet_aton takes it.
  const parts = word.split('.');
  const plain = parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  if (plain && parts.length === 4) return { value: parts.map(Number).join('.') };
  if (/^\d+$/.test(word) && Number(word) < 2 ** 32) {
    return { value: String(fromBig('ipv4_addr', BigInt(word))) };
  }
  return unresolved(ipaddr.IPv6.isValid(word));
}

/** What getaddrinfo says of a name, or of an address of the other family. */
function unresolved(otherFamily: boolean): string {
  const why = otherFamily
    ? 'Address family for hostname not supported'
    : 'Name or service not known';
  return `Could not resolve hostname: ${why}`;
}

function readNumber(type: DataType, word: string): { value: number } | string {
  const known = symbols(type.name).find(([symbol]) => symbol === word)?.[1];
  if (known !== undefined) return { value: known };
  const digits = /^(0x[0-9a-f]+|\d+)$/i.test(word);
  if (digits) {
    const value = Number(word);
    if (type.bits > 0 && value >= 2 ** type.bits) {
      if (type.name === 'inet_service') return 'Service out of range';
      if (type.name === 'inet_proto') return 'Protocol out of range';
      return `Value ${value} exceeds valid range 0-${2 ** type.bits - 1}`;
    }
    return { value };
  }
  if (type.name === 'inet_proto') return 'Could not resolve protocol name';
  if (type.name === 'inet_service') {
    return 'Could not resolve service: Servname not supported for ai_socktype';
  }
  if (type.name === 'classid' && /^[0-9a-f]+:[0-9a-f]+$/i.test(word)) {
    const [major = '0', minor = '0'] = word.split(':');
    return { value: parseInt(major, 16) * 65_536 + parseInt(minor, 16) };
  }
  if (type.name === 'uid') return word === 'root' ? { value: 0 } : 'User does not exist';
  if (type.name === 'gid') return word === 'root' ? { value: 0 } : 'Group does not exist';
  if (symbols(type.name).length > 0) return `Could not parse ${type.description} `.trimEnd();
  return `Could not parse ${type.description}`;
}

const TIME = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** `1d2h3m4s` or plain seconds, in milliseconds. */
export function readTime(word: string): { value: number } | string {
  if (/^\d+$/.test(word)) return { value: Number(word) * 1000 };
  const match = TIME.exec(word);
  if (!match || word === '') return 'invalid time format';
  const units = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1];
  const value = units.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);
  return { value };
}

/** Milliseconds as `time_print` writes them: `3h`, `1m30s`. */
export function timeText(millis: number): string {
  const parts: string[] = [];
  let left = millis;
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join('') || '0s';
}

/** An IPv6 address in the form of RFC 5952. */
export function canonicalIpv6(text: string): string {
  return ipaddr.IPv6.parse(text).toString();
}

function canonicalEther(text: string): string {
  return text
    .toLowerCase()
    .split(':')
    .map((part) => part.padStart(2, '0'))
    .join(':');
}

/** The bytes of a value in network order, as a number without bounds. */
export function toBig(name: string, value: number | string): bigint {
  if (typeof value === 'number') return BigInt(value);
  const type = dataType(name);
  if (type.form === 'ipv4') {
    return value.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  }
  if (type.form === 'ipv6') {
    const { parts } = ipaddr.IPv6.parse(value);
    return parts.reduce((sum, part) => sum * 65_536n + BigInt(part), 0n);
  }
  if (type.form === 'ether') return BigInt(`0x${value.replaceAll(':', '')}`);
  // Names are kept in the machine's own order: the first letter counts least.
  let sum = 0n;
  for (let i = value.length - 1; i >= 0; i--) sum = sum * 256n + BigInt(value.charCodeAt(i) & 255);
  return sum;
}

/** The other way round: a value of a type from its number. */
export function fromBig(name: string, number: bigint): number | string {
  const { form } = dataType(name);
  if (form === 'ipv4') {
    return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');
  }
  if (form === 'ipv6') {
    const parts = Array.from({ length: 8 }, (_, i) =>
      ((number >> BigInt(112 - 16 * i)) & 65_535n).toString(16),
    );
    return canonicalIpv6(parts.join(':'));
  }
  return Number(number);
}

/** Bytes of a type in a concatenation. */
export function sizeOf(name: string): number {
  return Math.max(1, Math.ceil(dataType(name).bits / 8));
}
