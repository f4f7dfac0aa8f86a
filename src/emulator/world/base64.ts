import { octetsOf, textOfOctets } from './octets.ts';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of a text's bytes (`octets.ts`). */
export const encodeBase64 = (text: string): string => bytesToBase64(octetsOf(text));

/** Base64 of bytes. */
export function bytesToBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const word = (a << 16) | (b << 8) | c;
    const left = bytes.length - i;
    out += digits[word >> 18]! + digits[(word >> 12) & 63]!;
    out += left > 1 ? digits[(word >> 6) & 63]! : '=';
    out += left > 2 ? digits[word & 63]! : '=';
  }
  return out;
}

/** Text of base64; characters outside the alphabet are passed over. */
export const decodeBase64 = (text: string): string => textOfOctets(base64ToBytes(text));

/** How many bytes base64 stands for. */
export function base64Size(text: string): number {
  return Math.floor((text.replaceAll(/[^A-Za-z0-9+/]/g, '').length * 3) / 4);
}

/** The bytes of base64 text; what is no letter of it is passed over. */
export function base64ToBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  let [bits, held] = [0, 0];
  for (const letter of text) {
    const value = digits.indexOf(letter);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xff_ff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 0xff);
  }
  return new Uint8Array(bytes);
}

/**
 * What Go's `encoding/base64` says of text that it cannot read, with the byte at which it gave up;
 * undefined for good text. Line ends are passed over.
 */
export function base64Error(text: string): string | undefined {
  const at = (index: number) => `illegal base64 data at input byte ${index}`;
  const isDigit = (c: string | undefined) => c !== undefined && /[A-Za-z0-9+/]/.test(c);
  const isBreak = (c: string | undefined) => c === '\n' || c === '\r';
  let index = 0;
  while (index < text.length) {
    let count = 0;
    while (count < 4) {
      if (index === text.length) return count === 0 ? undefined : at(index - count);
      const c = text[index];
      index += 1;
      if (isBreak(c)) continue;
      if (isDigit(c)) count += 1;
      else if (c !== '=' || count < 2) return at(index - 1);
      else return paddingError(text, index, count, at, isBreak);
    }
  }
  return undefined;
}

/** Behind the first sign of padding only the second may follow, and the end. */
function paddingError(
  text: string,
  start: number,
  count: number,
  at: (index: number) => string,
  isBreak: (c: string | undefined) => boolean,
): string | undefined {
  let index = start;
  const skip = () => {
    while (isBreak(text[index])) index += 1;
  };
  if (count === 2) {
    skip();
    if (index === text.length) return at(index);
    if (text[index] !== '=') return at(index - 1);
    index += 1;
  }
  skip();
  return index < text.length ? at(index) : undefined;
}
