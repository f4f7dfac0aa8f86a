import { assert } from '../world/assert.ts';
import { base64ToBytes } from '../world/base64.ts';
import { identifier, nothing, octets, sequence } from './der.ts';
import { digests, type DigestName } from './digest.ts';
import { inverse, power } from './modular.ts';
import { joined, numberOf, octetsOfNumber, same, type Octets } from './octets.ts';
import { primes1024, primes2048 } from './primes.ts';

export interface RsaPublic {
  readonly type: 'rsa';
  readonly n: bigint;
  readonly e: bigint;
}

export interface RsaPrivate extends RsaPublic {
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
}

const E = 65_537n;

/** Sizes of keys that can be made, in bits. */
export const rsaSizes = [512, 1024, 2048, 4096] as const;

/** The private key of two primes. */
export function rsaOf(p: bigint, q: bigint): RsaPrivate {
  const d = inverse(E, (p - 1n) * (q - 1n));
  return { type: 'rsa', n: p * q, e: E, d, p, q };
}

/**
 * A key of so many bits; `draw` gives a whole number below its argument. undefined for a size that
 * there are no primes for. Small primes are searched for, large ones come from the table.
 */
export function makeRsa(bits: number, draw: (below: number) => number): RsaPrivate | undefined {
  if (bits === 512 || bits === 1024) {
    return rsaOf(search(bits / 2, draw), search(bits / 2, draw));
  }
  const table = bits === 2048 ? primes1024 : bits === 4096 ? primes2048 : undefined;
  if (!table) return undefined;
  const first = draw(table.length);
  const second = (first + 1 + draw(table.length - 1)) % table.length;
  const prime = (index: number) => numberOf(base64ToBytes(table[index] as string));
  return rsaOf(prime(first), prime(second));
}

function search(bits: number, draw: (below: number) => number): bigint {
  const bytes = Uint8Array.from({ length: bits / 8 }, () => draw(256));
  bytes[0] = (bytes[0] as number) | 0xc0;
  let candidate = numberOf(bytes) | 1n;
  while (!isPrime(candidate) || (candidate - 1n) % E === 0n) candidate += 2n;
  return candidate;
}

function isPrime(n: bigint): boolean {
  const small = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
  if (small.some((each) => n % each === 0n)) return false;
  let odd = n - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos += 1;
  return small.slice(0, 8).every((base) => {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

/** Bytes of a key's modulus. */
export const rsaLength = ({ n }: RsaPublic): number => Math.ceil(n.toString(2).length / 8);

const digestIds: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

function encoded(message: Octets, digest: DigestName, length: number): Octets {
  const info = sequence(
    sequence(identifier(digestIds[digest]), nothing()),
    octets(digests[digest](message)),
  );
  assert(length >= info.length + 11, 'the key is large enough for the digest');
  const filling = new Uint8Array(length - info.length - 3).fill(0xff);
  return joined(Uint8Array.of(0, 1), filling, Uint8Array.of(0), info);
}

/** A signature by PKCS #1 1.5. */
export function rsaSign(key: RsaPrivate, message: Octets, digest: DigestName): Octets {
  const length = rsaLength(key);
  const { p, q, d } = key;
  const m = numberOf(encoded(message, digest, length));
  const a = power(m % p, d % (p - 1n), p);
  const b = power(m % q, d % (q - 1n), q);
  const h = ((((a - b) * inverse(q, p)) % p) + p) % p;
  return octetsOfNumber(b + h * q, length);
}

/** Whether a signature by PKCS #1 1.5 is good. */
export function rsaVerify(
  key: RsaPublic,
  message: Octets,
  signature: Octets,
  digest: DigestName,
): boolean {
  const length = rsaLength(key);
  if (signature.length !== length) return false;
  const found = octetsOfNumber(power(numberOf(signature), key.e, key.n), length);
  return same(found, encoded(message, digest, length));
}
