import { clamp, publicKeyOf } from './x25519.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 32 bytes of a key as its 44 characters of base64. */
export function keyText(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < 32; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(i, i + 3);
    const word = (a << 16) | (b << 8) | c;
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(word >> shift) & 63];
  }
  return `${text.slice(0, 43)}=`;
}

/** The bytes of a key's text; undefined where it is not 32 bytes in base64. */
export function keyBytes(text: string): number[] | undefined {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return undefined;
  const bytes: number[] = [];
  const digits = [...`${text.slice(0, 43)}A`].map((letter) => ALPHABET.indexOf(letter));
  if (((digits[42] ?? 0) & 3) !== 0) return undefined;
  for (let i = 0; i < 44; i += 4) {
    const word = [0, 1, 2, 3].reduce((sum, k) => (sum << 6) | (digits[i + k] ?? 0), 0);
    bytes.push((word >> 16) & 255, (word >> 8) & 255, word & 255);
  }
  return bytes.slice(0, 32);
}

/** The public key that belongs to a private key, both as text; undefined where that is no key. */
export function publicKey(text: string): string | undefined {
  const bytes = keyBytes(text);
  return bytes && keyText(publicKeyOf(bytes));
}

/** A private key made of 64 hexadecimal digits of chance. */
export function privateKey(digits: string): string {
  const bytes = Array.from({ length: 32 }, (_, i) => parseInt(digits.slice(i * 2, i * 2 + 2), 16));
  return keyText(clamp(bytes));
}

/** A preshared key made of 64 hexadecimal digits: any bytes will do. */
export function presharedKey(digits: string): string {
  return keyText(
    Array.from({ length: 32 }, (_, i) => parseInt(digits.slice(i * 2, i * 2 + 2), 16)),
  );
}
