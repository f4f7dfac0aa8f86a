import { assert } from '../world/assert.ts';
import { identifier, nothing, octets, sequence } from './der.ts';
import { digests, type DigestName } from './digest.ts';
import { inverse, power } from './modular.ts';
import { joined, numberOf, octetsOfNumber, same, type Octets } from './octets.ts';

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

/** The public exponent of all keys that are made here. */
export const E = 65_537n;

/** The private key of two primes. */
export function rsaOf(p: bigint, q: bigint): RsaPrivate {
  const d = inverse(E, (p - 1n) * (q - 1n));
  return { type: 'rsa', n: p * q, e: E, d, p, q };
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
