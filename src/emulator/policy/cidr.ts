import ipaddr from 'ipaddr.js';

/** An address as 32-bit words: one for IPv4, four for IPv6. */
export interface Ip {
  readonly version: 4 | 6;
  readonly words: readonly number[];
}

/** A network; a bare address is one of full length. */
export interface Cidr extends Ip {
  readonly prefix: number;
  readonly text: string;
}

/** Reads an address; undefined if it is none. */
export function parseIp(text: string): Ip | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const bytes = ipaddr.parse(text).toByteArray();
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at, at + 4);
    words.push(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
  }
  return { version: bytes.length === 4 ? 4 : 6, words };
}

/** Reads `10.0.0.0/8` or an address; undefined if it is neither. */
export function parseCidr(text: string): Cidr | undefined {
  const [base = '', bits] = text.split('/');
  const ip = parseIp(base);
  if (!ip) return undefined;
  const most = ip.words.length * 32;
  const prefix = bits === undefined ? most : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return undefined;
  return { ...ip, prefix, text };
}

/** Whether a network holds an address; never one of the other family. */
export function contains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.version !== ip.version) return false;
  let left = cidr.prefix;
  for (let at = 0; left > 0; at++, left -= 32) {
    const mask = left >= 32 ? 0xffffffff : (0xffffffff << (32 - left)) >>> 0;
    if ((((cidr.words[at] ?? 0) ^ (ip.words[at] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
