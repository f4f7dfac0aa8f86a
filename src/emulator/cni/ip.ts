import ipaddr from 'ipaddr.js';

/** An address of either family: its value, and how many bits it has. */
export interface Ip {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

export interface Net {
  readonly ip: Ip;
  readonly prefix: number;
}

/** Reads an address; undefined if it is none. */
export function parseIp(text: string): Ip | undefined {
  if (!ipaddr.isValid(text) || (!text.includes(':') && text.split('.').length !== 4)) {
    return undefined;
  }
  const bytes = ipaddr.parse(text).toByteArray();
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return { value, bits: bytes.length === 4 ? 32 : 128 };
}

/** Reads `address/prefix`; undefined if it is none. */
export function parseNet(text: string): Net | undefined {
  const slash = text.lastIndexOf('/');
  const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const prefix = Number(text.slice(slash + 1));
  if (!ip || !/^\d+$/.test(text.slice(slash + 1)) || prefix > ip.bits) return undefined;
  return { ip, prefix };
}

/** An address as Go prints it: shortest form of RFC 5952. */
export function ipText({ value, bits }: Ip): string {
  const bytes: number[] = [];
  for (let shift = bits - 8; shift >= 0; shift -= 8)
    bytes.push(Number((value >> BigInt(shift)) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

export function netText({ ip, prefix }: Net): string {
  return `${ipText(ip)}/${prefix}`;
}

function mask({ ip, prefix }: Net): bigint {
  const host = (1n << BigInt(ip.bits - prefix)) - 1n;
  return ((1n << BigInt(ip.bits)) - 1n) ^ host;
}

/** First address of a network (the network's own). */
export function networkIp(net: Net): Ip {
  return { value: net.ip.value & mask(net), bits: net.ip.bits };
}

/** Last address of a network that a host may have: for IPv4 the one before the broadcast. */
export function lastIp(net: Net): Ip {
  const all = (1n << BigInt(net.ip.bits)) - 1n;
  const last = networkIp(net).value | (all ^ mask(net));
  return { value: net.ip.bits === 32 ? last - 1n : last, bits: net.ip.bits };
}

export function nextIp(ip: Ip): Ip {
  return { value: ip.value + 1n, bits: ip.bits };
}

export function containsIp(net: Net, ip: Ip): boolean {
  return net.ip.bits === ip.bits && (ip.value & mask(net)) === networkIp(net).value;
}

export function sameIp(a: Ip, b: Ip): boolean {
  return a.bits === b.bits && a.value === b.value;
}

/** A CIDR in its shortest form, host bits and all. Texts that are none stay as they are. */
export function normalCidr(text: string): string {
  const net = parseNet(text);
  return net ? netText(net) : text;
}

/** A network in its own form: host bits cleared. Texts that are none stay as they are. */
export function normalNet(text: string): string {
  const net = parseNet(text);
  return net ? netText({ ip: networkIp(net), prefix: net.prefix }) : text;
}
