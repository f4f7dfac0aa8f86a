const turn = (x: number, by: number) => (x << by) | (x >>> (32 - by));

/** SHA-1 of bytes (FIPS 180-4), in hexadecimal: for names that others make with it. */
export function sha1(message: Uint8Array): string {
  const length = (message.length + 72) & ~63;
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 4, (message.length << 3) >>> 0);
  const hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const words = new Int32Array(80);
  for (let offset = 0; offset < length; offset += 64) {
    for (let i = 0; i < 80; i++) {
      const mixed = (n: number) => words[i - n] ?? 0;
      words[i] =
        i < 16
          ? view.getInt32(offset + i * 4)
          : turn(mixed(3) ^ mixed(8) ^ mixed(14) ^ mixed(16), 1);
    }
    compress(hash, words);
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function compress(hash: number[], words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = hash;
  words.forEach((word, i) => {
    const [f, k] =
      i < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : i < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : i < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6];
    const next = (turn(a, 5) + f + e + k + word) | 0;
    [e, d, c, b, a] = [d, c, turn(b, 30), a, next];
  });
  [a, b, c, d, e].forEach((word, i) => {
    hash[i] = ((hash[i] as number) + word) | 0;
  });
}
