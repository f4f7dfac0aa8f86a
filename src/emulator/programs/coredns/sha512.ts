const MASK = (1n << 64n) - 1n;

/** Primes up to a count. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

/** Integer root of a number: the largest whole x with x^degree <= value. */
function root(value: bigint, degree: bigint): bigint {
  let [low, high] = [0n, 1n << 80n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const rotate = (x: bigint, by: bigint) => ((x >> by) | (x << (64n - by))) & MASK;

/** SHA-512 of a text in UTF-8 as hexadecimal digits (FIPS 180-4). */
export function sha512(text: string): string {
  // The constants are the fractions of square and cube roots of the first primes.
  const list = primes(80).map(BigInt);
  const k = list.map((prime) => root(prime << 192n, 3n) & MASK);
  let h = list.slice(0, 8).map((prime) => root(prime << 128n, 2n) & MASK);
  for (const block of blocksOf(new TextEncoder().encode(text))) h = compress(h, block, k);
  return h.map((word) => word.toString(16).padStart(16, '0')).join('');
}

function blocksOf(bytes: Uint8Array): bigint[][] {
  const length = Math.ceil((bytes.length + 17) / 128) * 128;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  const blocks: bigint[][] = [];
  for (let at = 0; at < length; at += 128) {
    blocks.push(Array.from({ length: 16 }, (_each, i) => view.getBigUint64(at + i * 8)));
  }
  return blocks;
}

function compress(h: readonly bigint[], block: readonly bigint[], k: readonly bigint[]): bigint[] {
  const w = [...block];
  for (let i = 16; i < 80; i++) {
    const [a, b] = [w[i - 15] as bigint, w[i - 2] as bigint];
    const s0 = rotate(a, 1n) ^ rotate(a, 8n) ^ (a >> 7n);
    const s1 = rotate(b, 19n) ^ rotate(b, 61n) ^ (b >> 6n);
    w.push(((w[i - 16] as bigint) + s0 + (w[i - 7] as bigint) + s1) & MASK);
  }
  let [a, b, c, d, e, f, g, last] = h as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  for (let i = 0; i < 80; i++) {
    const s1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
    const choice = (e & f) ^ (~e & MASK & g);
    const one = (last + s1 + choice + (k[i] as bigint) + (w[i] as bigint)) & MASK;
    const s0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
    [last, g, f, e, d, c, b, a] = [g, f, e, (d + one) & MASK, c, b, a, (one + two) & MASK];
  }
  return [a, b, c, d, e, f, g, last].map((value, i) => (value + (h[i] as bigint)) & MASK);
}
