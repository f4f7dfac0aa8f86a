import ipaddr from 'ipaddr.js';

/** The two protocols that have rules of their own. */
export type Family = 'IPv4' | 'IPv6';

/** An IPv4 address in dotted form as an unsigned number, or undefined if it is none. */
export function toNumber(address: string): number | undefined {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 46) {
      if (part < 0) return undefined;
      value = value * 256 + part;
      part = -1;
      dots += 1;
    } else if (code >= 48 && code <= 57) {
      part = (part < 0 ? 0 : part) * 10 + (code - 48);
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? value * 256 + part : undefined;
}

/** The dotted form of a number. */
export function toAddress(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The network mask of a prefix length as an unsigned number. */
export function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/**
 * An address with `/prefix` or `/mask` as iptables takes it: host bits are cleared, numbers that
 * are missing at the end are 0. Undefined if it is none.
 */
export function parseNetwork(
  text: string,
  family: Family = 'IPv4',
): { readonly address: string; readonly prefix: number; readonly mask?: string } | undefined {
  const [head, tail, ...more] = text.split('/');
  if (more.length > 0 || head === undefined) return undefined;
  if (family === 'IPv6') return parseNetwork6(head, tail);
  const address = toNumber(`${head}${'.0'.repeat(Math.max(0, 4 - head.split('.').length))}`);
  if (address === undefined) return undefined;
  const prefix = tail === undefined ? 32 : parsePrefix(tail);
  const holes = prefix === undefined && tail ? toNumber(tail) : undefined;
  if (holes !== undefined && tail !== undefined) {
    return { address: toAddress((address & holes) >>> 0), prefix: 32, mask: tail };
  }
  if (prefix === undefined) return undefined;
  return { address: toAddress((address & maskOf(prefix)) >>> 0), prefix };
}

function parseNetwork6(head: string, tail: string | undefined) {
  const groups = toGroups(head);
  const prefix = tail === undefined ? 128 : /^\d{1,3}$/.test(tail) ? Number(tail) : 129;
  if (!groups || prefix > 128) return undefined;
  const masked = groups.map((group, index) => group & maskOf6(prefix, index));
  return { address: new ipaddr.IPv6(masked).toRFC5952String(), prefix };
}

/** Whether a text is meant as an IPv6 address. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** An IPv6 address as eight groups of 16 bits, or undefined if it is none. */
export function toGroups(address: string): readonly number[] | undefined {
  if (!isIPv6(address) || !ipaddr.IPv6.isValid(address)) return undefined;
  return ipaddr.IPv6.parse(address).parts;
}

/** The part of a mask that falls on one of the eight groups. */
export function maskOf6(prefix: number, index: number): number {
  const bits = Math.max(0, Math.min(16, prefix - index * 16));
  return (0xffff << (16 - bits)) & 0xffff;
}

function parsePrefix(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= 32 ? Number(text) : undefined;
  const mask = toNumber(text);
  if (mask === undefined) return undefined;
  for (let prefix = 0; prefix <= 32; prefix++) if (maskOf(prefix) === mask) return prefix;
  return undefined;
}
