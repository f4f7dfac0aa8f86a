import { bits, element, elements, explicit, identifier, identifierOf, inside } from './der.ts';
import { integer, integerOf, nothing, octets, sequence, type Element } from './der.ts';
import { sha1 } from './digest.ts';
import { curves, ecOf, ecOfPoint, pointOctets, type EcPrivate, type EcPublic } from './ec.ts';
import { ecSign, ecVerify } from './ec.ts';
import type { DigestName } from './digest.ts';
import { inverse } from './modular.ts';
import { numberOf, octetsOfNumber, pem, pemBlocks, type Octets } from './octets.ts';
import { rsaSign, rsaVerify, type RsaPrivate, type RsaPublic } from './rsa.ts';

export type PublicKey = RsaPublic | EcPublic;
export type PrivateKey = RsaPrivate | EcPrivate;

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';

const number = (value: bigint) => integer(octetsOfNumber(value));

/** PKCS #1 of a public RSA key. */
const rsaPublicKey = ({ n, e }: RsaPublic) => sequence(number(n), number(e));

/** SubjectPublicKeyInfo of a key. */
export function spkiOf(key: PublicKey): Octets {
  return key.type === 'rsa'
    ? sequence(sequence(identifier(RSA), nothing()), bits(rsaPublicKey(key)))
    : sequence(sequence(identifier(EC), identifier(key.curve.id)), bits(pointOctets(key)));
}

/** The key of a SubjectPublicKeyInfo; undefined for kinds that are not known here. */
export function publicOf(spki: Element | undefined): PublicKey | undefined {
  const [algorithm, string] = inside(spki);
  const [id, parameters] = inside(algorithm);
  const content = string?.content.subarray(1) ?? new Uint8Array();
  if (identifierOf(id) === RSA) {
    const [n, e] = inside(elements(content)?.[0]).map((each) => numberOf(integerOf(each)));
    return n && e ? { type: 'rsa', n, e } : undefined;
  }
  if (identifierOf(id) !== EC) return undefined;
  const curve = curves.find((each) => each.id === identifierOf(parameters));
  return curve && ecOfPoint(curve, content);
}

/** SHA-1 of the key's own bits: what key identifiers are. */
export function keyIdOf(key: PublicKey): Octets {
  return sha1(key.type === 'rsa' ? rsaPublicKey(key) : pointOctets(key));
}

/** PKCS #1 of a private RSA key, or SEC 1 of an EC key: what `-traditional` writes. */
export function traditional(key: PrivateKey): Octets {
  if (key.type === 'ec') {
    return sequence(
      number(1n),
      octets(octetsOfNumber(key.d, key.curve.bits / 8)),
      explicit(0, identifier(key.curve.id)),
      explicit(1, bits(pointOctets(key))),
    );
  }
  const { n, e, d, p, q } = key;
  const parts = [n, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  return sequence(element(0x02, Uint8Array.of(0)), ...parts.map(number));
}

/** PKCS #8 of a private key. */
export function pkcs8(key: PrivateKey): Octets {
  const zero = element(0x02, Uint8Array.of(0));
  if (key.type === 'rsa') {
    return sequence(zero, sequence(identifier(RSA), nothing()), octets(traditional(key)));
  }
  const inner = sequence(
    number(1n),
    octets(octetsOfNumber(key.d, key.curve.bits / 8)),
    explicit(1, bits(pointOctets(key))),
  );
  return sequence(zero, sequence(identifier(EC), identifier(key.curve.id)), octets(inner));
}

/** `BEGIN PRIVATE KEY`. */
export const privatePem = (key: PrivateKey): string => pem('PRIVATE KEY', pkcs8(key));

/** `BEGIN PUBLIC KEY`. */
export const publicPem = (key: PublicKey): string => pem('PUBLIC KEY', spkiOf(key));

/** The first private key of a PEM text, in any of its three forms. */
export function readPrivate(text: string): PrivateKey | undefined {
  for (const { label, der } of pemBlocks(text)) {
    const whole = elements(der)?.[0];
    if (label === 'RSA PRIVATE KEY') return readRsa(whole);
    if (label === 'EC PRIVATE KEY') return readEc(whole, undefined);
    if (label !== 'PRIVATE KEY') continue;
    const [, algorithm, content] = inside(whole);
    const [id, parameters] = inside(algorithm);
    const inner = elements(content?.content ?? new Uint8Array())?.[0];
    return identifierOf(id) === RSA ? readRsa(inner) : readEc(inner, parameters);
  }
  return undefined;
}

function readRsa(whole: Element | undefined): RsaPrivate | undefined {
  const [, n, e, d, p, q] = inside(whole).map((each) => numberOf(integerOf(each)));
  return n && e && d && p && q ? { type: 'rsa', n, e, d, p, q } : undefined;
}

function readEc(whole: Element | undefined, outer: Element | undefined): EcPrivate | undefined {
  const [, secret, ...rest] = inside(whole);
  const named = outer ?? inside(rest.find(({ tag }) => tag === 0xa0))[0];
  const curve = curves.find(({ id }) => id === identifierOf(named));
  return curve && secret && ecOf(curve, numberOf(secret.content));
}

/** The first public key of a PEM text; a private key has one in it. */
export function readPublic(text: string): PublicKey | undefined {
  const block = pemBlocks(text).find(({ label }) => label === 'PUBLIC KEY');
  return block ? publicOf(elements(block.der)?.[0]) : readPrivate(text);
}

/** Whether two keys are the two halves of one pair. */
export function isPair(one: PublicKey, other: PublicKey): boolean {
  if (one.type === 'rsa') return other.type === 'rsa' && one.n === other.n;
  return other.type === 'ec' && one.point.x === other.point.x && one.point.y === other.point.y;
}

/** A signature of a message. */
export const signWith = (key: PrivateKey, message: Octets, digest: DigestName): Octets =>
  key.type === 'rsa' ? rsaSign(key, message, digest) : ecSign(key, message, digest);

/** Whether a signature of a message is good. */
export const checkWith = (
  key: PublicKey,
  message: Octets,
  signature: Octets,
  digest: DigestName,
): boolean =>
  key.type === 'rsa'
    ? rsaVerify(key, message, signature, digest)
    : ecVerify(key, message, signature, digest);

/** Size of a key as tools print it. */
export const bitsOf = (key: PublicKey): number =>
  key.type === 'rsa' ? key.n.toString(2).length : key.curve.bits;
