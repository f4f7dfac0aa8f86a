/** Round constants of SHA-256: fractional parts of the cube roots of the first 64 primes. */
const K = Int32Array.from(roundConstants());

function roundConstants(): number[] {
  const constants: number[] = [];
  for (let n = 2; constants.length < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (prime) constants.push(fraction(n, 3));
  }
  return constants;
}

/** First 32 bits of the fractional part of a root, exactly. */
function fraction(n: number, root: 2 | 3): number {
  // The largest x with x^root <= n * 2^(32*root), by halving on big integers.
  const target = BigInt(n) << BigInt(32 * root);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(root) <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

const START: readonly number[] = [2, 3, 5, 7, 11, 13, 17, 19].map((n) => fraction(n, 2));

const turn = (x: number, by: number) => (x >>> by) | (x << (32 - by));

/** Where SHA-224 starts: second 32 bits of the square roots of the 9th to the 16th prime. */
const START_224: readonly number[] = [
  0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
];

/** SHA-224 of bytes (FIPS 180-4). */
export function sha224(message: Uint8Array): Uint8Array {
  return sha256(message, START_224).slice(0, 28);
}

/** SHA-256 of bytes (FIPS 180-4). */
export function sha256(message: Uint8Array, start = START): Uint8Array {
  const length = (message.length + 72) & ~63;
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(length - 4, (message.length << 3) >>> 0);
  const hash = new Int32Array(start);
  const words = new Int32Array(64);
  for (let offset = 0; offset < length; offset += 64) compress(hash, words, view, offset);
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) out.setInt32(i * 4, hash[i] as number);
  return digest;
}

const encoder = new TextEncoder();
/** A short text fits into one block of 64 bytes with its length behind it. */
const SHORT = 55;
const block = new Int32Array(64);

/** SHA-256 of a text in UTF-8. Names of chains are short and many: they take the shorter way. */
export function sha256OfText(text: string): Uint8Array {
  if (text.length > SHORT) return sha256(encoder.encode(text));
  block.fill(0, 0, 16);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return sha256(encoder.encode(text));
    block[i >> 2] = (block[i >> 2] as number) | (code << (24 - 8 * (i & 3)));
  }
  const end = text.length;
  block[end >> 2] = (block[end >> 2] as number) | (0x80 << (24 - 8 * (end & 3)));
  block[15] = end << 3;
  const hash = new Int32Array(START);
  rounds(hash, block);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = (hash[i >> 2] as number) >>> (24 - 8 * (i & 3));
  return digest;
}

function compress(hash: Int32Array, w: Int32Array, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(offset + i * 4);
  rounds(hash, w);
}

/** Mixes sixteen words into a hash; the others of `w` are room to work in. */
function rounds(hash: Int32Array, w: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
  let a = hash[0] as number;
  let b = hash[1] as number;
  let c = hash[2] as number;
  let d = hash[3] as number;
  let e = hash[4] as number;
  let f = hash[5] as number;
  let g = hash[6] as number;
  let h = hash[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + s1 + choice + (K[i] as number) + (w[i] as number)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const words = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) hash[i] = ((hash[i] as number) + (words[i] as number)) | 0;
}

/** Base32 of bytes (RFC 4648) without padding. */
export function base32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}
