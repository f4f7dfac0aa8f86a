const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of a text's UTF-8 bytes. */
export const encodeBase64 = (text: string): string => bytesToBase64(new TextEncoder().encode(text));

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
export function decodeBase64(text: string): string {
  const values = [...text].map((c) => digits.indexOf(c)).filter((value) => value >= 0);
  const bytes: number[] = [];
  for (let i = 0; i + 1 < values.length; i += 4) {
    const [a = 0, b = 0, c, d] = [values[i], values[i + 1], values[i + 2], values[i + 3]];
    bytes.push((a << 2) | (b >> 4));
    if (c !== undefined) bytes.push(((b & 15) << 4) | (c >> 2));
    if (c !== undefined && d !== undefined) bytes.push(((c & 3) << 6) | d);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** How many bytes base64 stands for. */
export function base64Size(text: string): number {
  return Math.floor((text.replaceAll(/[^A-Za-z0-9+/]/g, '').length * 3) / 4);
}
