import { sha256 } from '../apimachinery/sha256.ts';
import { sha384Octets, sha512Octets } from '../apimachinery/sha512.ts';
import type { Octets } from './octets.ts';

const turn = (x: number, by: number) => (x << by) | (x >>> (32 - by));

/** A message with the bit, the zeros and the length that MD5 and SHA-1 want behind it. */
function padded(message: Octets, littleEndian: boolean): DataView {
  const length = (message.length + 72) & ~63;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  const [low, high] = [(message.length << 3) >>> 0, Math.floor(message.length / 0x20000000)];
  view.setUint32(length - 8, littleEndian ? low : high, littleEndian);
  view.setUint32(length - 4, littleEndian ? high : low, littleEndian);
  return view;
}

function bytesOf(words: readonly number[], littleEndian: boolean): Octets {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(index * 4, word >>> 0, littleEndian));
  return bytes;
}

/** SHA-1 of bytes (FIPS 180-4): key identifiers and fingerprints. */
export function sha1(message: Octets): Octets {
  const view = padded(message, false);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < view.byteLength; at += 64) {
    const w = Array.from({ length: 16 }, (_, index) => view.getUint32(at + index * 4));
    for (let t = 16; t < 80; t++) {
      w.push(turn(w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!, 1));
    }
    let [a, b, c, d, e] = state as [number, number, number, number, number];
    for (let t = 0; t < 80; t++) {
      const round = Math.floor(t / 20);
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const constant = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round]!;
      const sum = (turn(a, 5) + mixed + e + constant + w[t]!) | 0;
      [e, d, c, b, a] = [d, c, turn(b, 30), a, sum];
    }
    state = [a, b, c, d, e].map((word, index) => (word + state[index]!) | 0);
  }
  return bytesOf(state, false);
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** MD5 of bytes (RFC 1321). */
export function md5(message: Octets): Octets {
  const view = padded(message, true);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d] = state as [number, number, number, number];
    for (let t = 0; t < 64; t++) {
      const round = Math.floor(t / 16);
      const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round]!;
      const index = [t, 5 * t + 1, 3 * t + 5, 7 * t][round]! % 16;
      const constant = Math.floor(Math.abs(Math.sin(t + 1)) * 2 ** 32);
      const sum = (a + mixed + constant + view.getUint32(at + index * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + turn(sum, SHIFTS[round * 4 + (t % 4)]!)) | 0];
    }
    state = [a, b, c, d].map((word, index) => (word + state[index]!) | 0);
  }
  return bytesOf(state, true);
}

/** Digests by the names that OpenSSL gives them. */
export const digests = {
  md5,
  sha1,
  sha256,
  sha384: sha384Octets,
  sha512: sha512Octets,
} as const;

export type DigestName = keyof typeof digests;
