import { base64ToBytes, bytesToBase64 } from '../world/base64.ts';

/** Bytes as this folder passes them on. */
export type Octets = Uint8Array;

/** Pieces one after another. */
export function joined(...parts: readonly Octets[]): Octets {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two runs of bytes are the same. */
export const same = (a: Octets, b: Octets): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** Lower-case hexadecimal digits, with something between the bytes. */
export const hexOf = (bytes: Octets, between = ''): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(between);

/** Bytes of hexadecimal digits. */
export const octetsOfHex = (digits: string): Octets =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** A whole number, the first byte weighing most. */
export const numberOf = (bytes: Octets): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${hexOf(bytes)}`);

/** Bytes of a number that is not negative, filled up in front to `length`. */
export function octetsOfNumber(value: bigint, length = 0): Octets {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return octetsOfHex(even.padStart(length * 2, '0'));
}

/** Bytes of a text in UTF-8. */
export const utf8Octets = (text: string): Octets => new TextEncoder().encode(text);

/** A PEM block. */
export function pem(label: string, der: Octets): string {
  const lines = bytesToBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The PEM blocks of a text, in order, as they are labelled; what stands between is passed over. */
export function pemBlocks(
  text: string,
): readonly { readonly label: string; readonly der: Octets; readonly head: string }[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/g);
  return [...blocks].map(([, label = '', body = '']) => {
    const [, head = '', rest = ''] = /^((?:[\w-]+: .*\r?\n)*)([\s\S]*)$/.exec(body) ?? [];
    return { label, der: base64ToBytes(rest), head };
  });
}
