import ipaddr from 'ipaddr.js';
import { isValidCidr, isValidIP } from '../ip.ts';
import type { CelFunction } from './functions.ts';
import { CelError, isSpecial, type Special, type Value } from './value.ts';

type Ip = Special & { readonly kind: 'ip' };
type Cidr = Special & { readonly kind: 'cidr' };

const wrong = (what: string): never => {
  throw new CelError(what);
};

const textOf = (bytes: readonly number[]) => {
  const address = ipaddr.fromByteArray([...bytes]);
  return address.kind() === 'ipv6'
    ? (address as ipaddr.IPv6).toRFC5952String()
    : address.toString();
};

function ip(value: Value | undefined): Ip {
  if (value !== undefined && value !== null && isSpecial(value) && value.kind === 'ip')
    return value;
  if (typeof value !== 'string' || isValidIP(value).some((each) => !/canonical/.test(each))) {
    return wrong(`IP Address "${String(value)}" parse error during conversion from string`);
  }
  return { kind: 'ip', bytes: ipaddr.parse(value).toByteArray() };
}

function cidr(value: Value | undefined): Cidr {
  if (value !== undefined && value !== null && isSpecial(value) && value.kind === 'cidr') {
    return value;
  }
  if (typeof value !== 'string' || !ipaddr.isValidCIDR(value)) {
    return wrong(`network address parse error during conversion from string`);
  }
  const [address, bits] = ipaddr.parseCIDR(value);
  return { kind: 'cidr', bytes: address.toByteArray(), bits };
}

const rangeOf = (value: Value | undefined) => ipaddr.fromByteArray([...ip(value).bytes]).range();

function holds({ bytes, bits }: Cidr, inner: readonly number[]): boolean {
  if (bytes.length !== inner.length) return false;
  return ipaddr
    .fromByteArray([...inner])
    .match(ipaddr.fromByteArray([...bytes]) as ipaddr.IPv4 & ipaddr.IPv6, bits);
}

function url(value: Value | undefined): URL {
  const text =
    value !== undefined && value !== null && typeof value !== 'string' && isSpecial(value)
      ? (value as Special & { text: string }).text
      : String(value);
  try {
    return new URL(text.startsWith('/') ? `http://_${text}` : text);
  } catch {
    return wrong(`URL parse error during conversion from string: "${text}"`);
  }
}

const isUrl = (value: Value | undefined) =>
  typeof value === 'string' && (value.startsWith('/') || URL.canParse(value));

const hasHost = (value: Value | undefined) => url(value).hostname !== '_';

/** The ip, cidr and url libraries. */
export const addresses: Readonly<Record<string, CelFunction>> = {
  ip(value) {
    if (value !== undefined && value !== null && isSpecial(value) && value.kind === 'cidr') {
      return { kind: 'ip', bytes: value.bytes };
    }
    return ip(value);
  },
  isIP: (value) =>
    typeof value === 'string' && isValidIP(value).every((each) => /canonical/.test(each)),
  'ip.isCanonical': (value) => typeof value === 'string' && textOf(ip(value).bytes) === value,
  family: (value) => (ip(value).bytes.length === 4 ? 4n : 6n),
  isUnspecified: (value) => rangeOf(value) === 'unspecified',
  isLoopback: (value) => rangeOf(value) === 'loopback',
  isLinkLocalMulticast: (value) => rangeOf(value) === 'multicast',
  isLinkLocalUnicast: (value) => rangeOf(value) === 'linkLocal',
  isGlobalUnicast: (value) =>
    !['unspecified', 'loopback', 'multicast', 'linkLocal', 'broadcast'].includes(rangeOf(value)),
  cidr: (value) => cidr(value),
  isCIDR: (value) => typeof value === 'string' && isValidCidr(value).length === 0,
  containsIP: (of, value) => holds(cidr(of), ip(value).bytes),
  containsCIDR(of, value) {
    const [outer, inner] = [cidr(of), cidr(value)];
    return inner.bits >= outer.bits && holds(outer, inner.bytes);
  },
  prefixLength: (value) => BigInt(cidr(value).bits),
  masked(value) {
    const { bytes, bits } = cidr(value);
    const kept = bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))));
    return { kind: 'cidr', bytes: kept.map((byte) => byte & 0xff), bits };
  },
  url(value) {
    url(value);
    return { kind: 'url', text: String(value) };
  },
  isURL: isUrl,
  getScheme: (value) => (hasHost(value) ? url(value).protocol.replace(/:$/, '') : ''),
  getHost: (value) => (hasHost(value) ? url(value).host : ''),
  getHostname: (value) => (hasHost(value) ? url(value).hostname : ''),
  getPort: (value) => url(value).port,
  getEscapedPath: (value) => url(value).pathname,
};
