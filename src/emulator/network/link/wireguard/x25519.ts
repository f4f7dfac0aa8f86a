/** X25519 (RFC 7748 5): the public key of a private one. Bytes in, bytes out, 32 of each. */
const P = 2n ** 255n - 19n;
const A24 = 121_665n;

const mod = (value: bigint) => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let [result, square, left] = [1n, mod(base), exponent];
  while (left > 0n) {
    if (left & 1n) result = mod(result * square);
    square = mod(square * square);
    left >>= 1n;
  }
  return result;
}

/** A private key with the bits set that every one has. */
export function clamp(key: readonly number[]): number[] {
  const bytes = [...key];
  bytes[0] = (bytes[0] ?? 0) & 248;
  bytes[31] = ((bytes[31] ?? 0) & 127) | 64;
  return bytes;
}

const toNumber = (bytes: readonly number[]) =>
  bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** The public key of a private key: the ladder of RFC 7748 with the base point 9. */
export function publicKeyOf(key: readonly number[]): number[] {
  const scalar = toNumber(clamp(key));
  let [x2, z2, x3, z3, swap] = [1n, 0n, 9n, 1n, 0n];
  for (let t = 254n; t >= 0n; t--) {
    const bit = (scalar >> t) & 1n;
    if (swap !== bit) [x2, x3, z2, z3] = [x3, x2, z3, z2];
    swap = bit;
    const [a, b] = [mod(x2 + z2), mod(x2 - z2)];
    const [aa, bb] = [mod(a * a), mod(b * b)];
    const e = mod(aa - bb);
    const [da, cb] = [mod((x3 - z3) * a), mod((x3 + z3) * b)];
    x3 = mod((da + cb) ** 2n);
    z3 = mod(9n * mod((da - cb) ** 2n));
    x2 = mod(aa * bb);
    z2 = mod(e * mod(aa + A24 * e));
  }
  if (swap === 1n) [x2, z2] = [x3, z3];
  let value = mod(x2 * power(z2, P - 2n));
  return Array.from({ length: 32 }, () => {
    const byte = Number(value & 255n);
    value >>= 8n;
    return byte;
  });
}
