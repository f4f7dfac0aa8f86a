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
