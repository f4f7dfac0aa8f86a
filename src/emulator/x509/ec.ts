import { elements, inside, integer, integerOf, sequence } from './der.ts';
import { digests, type DigestName } from './digest.ts';
import { inverse, positive } from './modular.ts';
import { joined, numberOf, octetsOfNumber, type Octets } from './octets.ts';

/** A curve y² = x³ - 3x + b over a prime field (FIPS 186-4, D.1.2). */
export interface Curve {
  /** OpenSSL's name, and NIST's. */
  readonly name: string;
  readonly nist: string;
  readonly id: string;
  readonly bits: number;
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly g: Point;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const curves: readonly Curve[] = [
  {
    name: 'prime256v1',
    nist: 'P-256',
    id: '1.2.840.10045.3.1.7',
    bits: 256,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    g: {
      x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    },
  },
  {
    name: 'secp384r1',
    nist: 'P-384',
    id: '1.3.132.0.34',
    bits: 384,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: BigInt(
      '0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a' +
        'c656398d8a2ed19d2a85c8edd3ec2aef',
    ),
    n: BigInt(
      '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf' +
        '581a0db248b0a77aecec196accc52973',
    ),
    g: {
      x: BigInt(
        '0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38' +
          '5502f25dbf55296c3a545e3872760ab7',
      ),
      y: BigInt(
        '0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0' +
          '0a60b1ce1d7e819d7a431d7c90ea0e5f',
      ),
    },
  },
];

export interface EcPublic {
  readonly type: 'ec';
  readonly curve: Curve;
  readonly point: Point;
}

export interface EcPrivate extends EcPublic {
  readonly d: bigint;
}

/** A point by its three Jacobian coordinates, so that only the end needs a division. */
type Jacobian = readonly [x: bigint, y: bigint, z: bigint];
const INFINITY: Jacobian = [1n, 1n, 0n];

function doubled([x, y, z]: Jacobian, p: bigint): Jacobian {
  if (z === 0n) return INFINITY;
  const delta = (z * z) % p;
  const gamma = (y * y) % p;
  const beta = (x * gamma) % p;
  const alpha = (3n * (x - delta) * (x + delta)) % p;
  const x3 = positive(alpha * alpha - 8n * beta, p);
  const z3 = positive((y + z) * (y + z) - gamma - delta, p);
  const y3 = positive(alpha * (4n * beta - x3) - 8n * gamma * gamma, p);
  return [x3, y3, z3];
}

function added(a: Jacobian, b: Jacobian, p: bigint): Jacobian {
  if (a[2] === 0n) return b;
  if (b[2] === 0n) return a;
  const [z1, z2] = [(a[2] * a[2]) % p, (b[2] * b[2]) % p];
  const [u1, u2] = [(a[0] * z2) % p, (b[0] * z1) % p];
  const [s1, s2] = [(a[1] * b[2] * z2) % p, (b[1] * a[2] * z1) % p];
  if (u1 === u2) return s1 === s2 ? doubled(a, p) : INFINITY;
  const h = u2 - u1;
  const r = s2 - s1;
  const h2 = (h * h) % p;
  const h3 = (h * h2) % p;
  const x3 = positive(r * r - h3 - 2n * u1 * h2, p);
  const y3 = positive(r * (u1 * h2 - x3) - s1 * h3, p);
  return [x3, y3, positive(h * a[2] * b[2], p)];
}

function times({ x, y }: Point, factor: bigint, p: bigint): Jacobian {
  let result = INFINITY;
  for (const bit of factor.toString(2)) {
    result = doubled(result, p);
    if (bit === '1') result = added(result, [x, y, 1n], p);
  }
  return result;
}

function plain([x, y, z]: Jacobian, p: bigint): Point {
  const i = inverse(z, p);
  const i2 = (i * i) % p;
  return { x: (x * i2) % p, y: (y * i2 * i) % p };
}

/** The key of a secret number. */
export function ecOf(curve: Curve, d: bigint): EcPrivate {
  return { type: 'ec', curve, d, point: plain(times(curve.g, d, curve.p), curve.p) };
}

/** A key; `draw` gives a whole number below its argument. */
export function makeEc(curve: Curve, draw: (below: number) => number): EcPrivate {
  const bytes = Uint8Array.from({ length: curve.bits / 8 }, () => draw(256));
  return ecOf(curve, (numberOf(bytes) % (curve.n - 1n)) + 1n);
}

/** The point as keys write it, not compressed. */
export function pointOctets({ curve, point }: EcPublic): Octets {
  const size = curve.bits / 8;
  return joined(Uint8Array.of(4), octetsOfNumber(point.x, size), octetsOfNumber(point.y, size));
}

/** The key of such a point; undefined for another form or length. */
export function ecOfPoint(curve: Curve, bytes: Octets): EcPublic | undefined {
  const size = curve.bits / 8;
  if (bytes[0] !== 4 || bytes.length !== 1 + 2 * size) return undefined;
  const point = {
    x: numberOf(bytes.subarray(1, 1 + size)),
    y: numberOf(bytes.subarray(1 + size)),
  };
  return { type: 'ec', curve, point };
}

/** The digest as a number of the curve's size. */
function hashed(message: Octets, digest: DigestName, { bits }: Curve): bigint {
  return numberOf(digests[digest](message).slice(0, bits / 8));
}

/** An ECDSA signature; its secret number comes of the key and the message (as in RFC 6979). */
export function ecSign(key: EcPrivate, message: Octets, digest: DigestName): Octets {
  const { curve, d } = key;
  const e = hashed(message, digest, curve);
  const size = curve.bits / 8;
  const secret = joined(octetsOfNumber(d, size), digests[digest](message));
  const k = (numberOf(digests.sha512(secret).slice(0, size)) % (curve.n - 1n)) + 1n;
  const r = plain(times(curve.g, k, curve.p), curve.p).x % curve.n;
  const s = positive(inverse(k, curve.n) * (e + r * d), curve.n);
  return sequence(integer(octetsOfNumber(r)), integer(octetsOfNumber(s)));
}

/** Whether an ECDSA signature is good. */
export function ecVerify(
  { curve, point }: EcPublic,
  message: Octets,
  signature: Octets,
  digest: DigestName,
): boolean {
  const [r, s] = inside(elements(signature)?.[0]).map((each) => numberOf(integerOf(each)));
  if (!r || !s || r >= curve.n || s >= curve.n) return false;
  const w = inverse(s, curve.n);
  const e = hashed(message, digest, curve);
  const sum = added(
    times(curve.g, positive(e * w, curve.n), curve.p),
    times(point, positive(r * w, curve.n), curve.p),
    curve.p,
  );
  return sum[2] !== 0n && plain(sum, curve.p).x % curve.n === r;
}
