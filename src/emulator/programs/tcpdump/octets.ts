import { parse6, text6 } from '../../network/address6.ts';

/** Bytes that are read by offsets; what lies behind the end is zero. */
export type Octets = Uint8Array;

export const u8 = (bytes: Octets, at: number): number => bytes[at] ?? 0;
export const u16 = (bytes: Octets, at: number): number => u8(bytes, at) * 256 + u8(bytes, at + 1);
export const u32 = (bytes: Octets, at: number): number =>
  u16(bytes, at) * 65_536 + u16(bytes, at + 2);

/** Bytes of whole numbers, the heaviest first. */
export const put8 = (value: number): number[] => [value & 0xff];
export const put16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
export const put32 = (value: number): number[] => [
  ...put16(Math.floor(value / 65_536) & 0xffff),
  ...put16(value & 0xffff),
];

export const macOctets = (mac: string): number[] =>
  mac.split(':').map((pair) => Number.parseInt(pair, 16));
export const macText = (bytes: Octets, at: number): string =>
  [...bytes.slice(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

export const ip4Octets = (address: string): number[] => address.split('.').map(Number);
export const ip4Text = (bytes: Octets, at: number): string =>
  [0, 1, 2, 3].map((i) => u8(bytes, at + i)).join('.');

/** The sixteen bytes of an IPv6 address. */
export const ip6Octets = (address: string): number[] =>
  (parse6(address) ?? [0, 0, 0, 0, 0, 0, 0, 0]).flatMap(put16);

/** An IPv6 address in its short form (RFC 5952). */
export const ip6Text = (bytes: Octets, at: number): string =>
  text6(Array.from({ length: 8 }, (_, index) => u16(bytes, at + index * 2)));

/** The checksum of the Internet over some bytes (RFC 1071). */
export function checksum(...parts: readonly (readonly number[] | Octets)[]): number {
  let sum = 0;
  let odd = false;
  for (const part of parts) {
    for (const byte of part) {
      sum += odd ? byte : byte * 256;
      odd = !odd;
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65_536);
  return ~sum & 0xffff;
}
