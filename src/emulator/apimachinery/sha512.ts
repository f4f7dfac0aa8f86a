/* SHA-512 (FIPS 180-4) on 64-bit words; for chain names and sums of files, so short and plain. */

const MASK = (1n << 64n) - 1n;

const primes = (count: number): bigint[] => {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((p) => n % p !== 0n)) found.push(n);
  return found;
};

/** The whole part of the k-th root of a number, by Newton's steps. */
function root(value: bigint, k: bigint): bigint {
  let guess = 1n << (BigInt(value.toString(2).length) / k + 1n);
  for (;;) {
    const next = ((k - 1n) * guess + value / guess ** (k - 1n)) / k;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** First 64 bits of the fraction of the k-th root. */
const fraction = (prime: bigint, k: bigint) => root(prime << (64n * k), k) & MASK;

const rotate = (x: bigint, n: bigint) => ((x >> n) | (x << (64n - n))) & MASK;

const constants = Object.freeze(primes(80).map((prime) => fraction(prime, 3n)));
const start = Object.freeze(primes(8).map((prime) => fraction(prime, 2n)));

/** The digest of a text in UTF-8, in hexadecimal. */
export function sha512(text: string): string {
  return digits(digest(new TextEncoder().encode(text), start));
}

/** SHA-512 of bytes. */
export const sha512Octets = (message: Uint8Array): Uint8Array => octets(digest(message, start));

/** SHA-384 of bytes: another start, and the first six words. */
export function sha384Octets(message: Uint8Array): Uint8Array {
  const own = primes(16)
    .slice(8)
    .map((prime) => fraction(prime, 2n));
  return octets(digest(message, own)).slice(0, 48);
}

function digest(message: Uint8Array, from: readonly bigint[]): bigint[] {
  let state = [...from];
  const words = padded(message);
  for (let at = 0; at < words.length; at += 16) state = block(state, words.slice(at, at + 16));
  return state;
}

const digits = (words: readonly bigint[]): string =>
  words.map((word) => word.toString(16).padStart(16, '0')).join('');

const octets = (words: readonly bigint[]): Uint8Array =>
  Uint8Array.from(digits(words).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function padded(message: Uint8Array): bigint[] {
  const bytes = [...message];
  const bits = BigInt(bytes.length * 8);
  bytes.push(0x80);
  while (bytes.length % 128 !== 112) bytes.push(0);
  // The length has 16 bytes, of which messages here need eight.
  for (let i = 0; i < 8; i++) bytes.push(0);
  const words: bigint[] = [];
  for (let at = 0; at < bytes.length; at += 8) {
    words.push(bytes.slice(at, at + 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
  }
  words.push(bits);
  return words;
}

function block(state: readonly bigint[], first: readonly bigint[]): bigint[] {
  const w = [...first];
  for (let t = 16; t < 80; t++) {
    const x = w[t - 15] as bigint;
    const y = w[t - 2] as bigint;
    const s0 = rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n);
    const s1 = rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n);
    w.push(((w[t - 16] as bigint) + s0 + (w[t - 7] as bigint) + s1) & MASK);
  }
  let [a, b, c, d, e, f, g, h] = state as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  for (let t = 0; t < 80; t++) {
    const s1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
    const choice = (e & f) ^ (~e & MASK & g);
    const t1 = (h + s1 + choice + (constants[t] as bigint) + (w[t] as bigint)) & MASK;
    const s0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = (s0 + majority) & MASK;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] as bigint)) & MASK);
}
