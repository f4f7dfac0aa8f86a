const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of the text's UTF-8. */
export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let result = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const word = (a << 16) | (b << 8) | c;
    const left = bytes.length - i;
    result += ALPHABET[word >> 18] as string;
    result += ALPHABET[(word >> 12) & 63] as string;
    result += left > 1 ? (ALPHABET[(word >> 6) & 63] as string) : '=';
    result += left > 2 ? (ALPHABET[word & 63] as string) : '=';
  }
  return result;
}

/** The text behind base64; what is no base64 is passed over. */
export function decodeBase64(text: string): string {
  const bytes: number[] = [];
  let word = 0;
  let bits = 0;
  for (const c of text) {
    const value = ALPHABET.indexOf(c);
    if (value < 0) continue;
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((word >> bits) & 0xff);
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
