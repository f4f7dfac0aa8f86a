import type { Micros } from '../world/json.ts';
import { bits, element, elements, explicit, identifier, identifierOf, inside } from './der.ts';
import { integer, integerOf, nothing, sequence, time, timeOf, type Element } from './der.ts';
import type { DigestName } from './digest.ts';
import { extensionIds, extensionOctets, readAltNames, readExtensions } from './extensions.ts';
import type { AlternativeName, Extension } from './extensions.ts';
import { checkWith, publicOf, signWith, spkiOf, type PrivateKey, type PublicKey } from './keys.ts';
import { nameOctets, readName, type Name } from './names.ts';
import { pem, pemBlocks, same, type Octets } from './octets.ts';

/** A certificate in its parts (RFC 5280). */
export interface Certificate {
  readonly der: Octets;
  /** What is signed. */
  readonly body: Octets;
  readonly version: number;
  readonly serial: Octets;
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Micros;
  readonly notAfter: Micros;
  readonly key: PublicKey | undefined;
  readonly spki: Octets;
  readonly extensions: readonly Extension[];
  readonly signature: Octets;
}

/** How a signature is made: OpenSSL's long name, its short one, and the identifier. */
export interface SignatureAlgorithm {
  readonly name: string;
  readonly short: string;
  readonly id: string;
  readonly type: PublicKey['type'];
  readonly digest: DigestName;
}

const rsa = (digest: DigestName, last: number): SignatureAlgorithm => ({
  name: `${digest}WithRSAEncryption`,
  short: `RSA-${digest.toUpperCase()}`,
  id: `1.2.840.113549.1.1.${last}`,
  type: 'rsa',
  digest,
});
const ecdsa = (digest: DigestName, last: number): SignatureAlgorithm => ({
  name: `ecdsa-with-${digest.toUpperCase()}`,
  short: `ecdsa-with-${digest.toUpperCase()}`,
  id: `1.2.840.10045.4.3.${last}`,
  type: 'ec',
  digest,
});

const algorithms: readonly SignatureAlgorithm[] = [
  rsa('sha256', 11),
  rsa('sha384', 12),
  rsa('sha512', 13),
  rsa('sha1', 5),
  ecdsa('sha256', 2),
  ecdsa('sha384', 3),
  ecdsa('sha512', 4),
];

/** The algorithm for a key and a digest. */
export const algorithmFor = (
  type: PublicKey['type'],
  digest: DigestName,
): SignatureAlgorithm | undefined =>
  algorithms.find((each) => each.type === type && each.digest === digest);

const algorithmOf = (whole: Element | undefined): SignatureAlgorithm | undefined => {
  const id = identifierOf(inside(whole)[0]);
  return algorithms.find((each) => each.id === id);
};

const algorithmOctets = ({ id, type }: SignatureAlgorithm): Octets =>
  sequence(identifier(id), ...(type === 'rsa' ? [nothing()] : []));

/** Takes a certificate apart; undefined where the bytes are none. */
export function readCertificate(der: Octets): Certificate | undefined {
  const whole = elements(der)?.[0];
  const [body, algorithm, signature] = inside(whole);
  const parts = inside(body);
  const versioned = parts[0]?.tag === 0xa0;
  const [serial, , issuer, period, subject, spki, ...rest] = versioned ? parts.slice(1) : parts;
  if (!whole || !body || !signature || !spki) return undefined;
  const [from, to] = inside(period);
  const list = inside(rest.find(({ tag }) => tag === 0xa3))[0];
  return {
    der: whole.whole,
    body: body.whole,
    version: versioned ? (inside(parts[0])[0]?.content[0] ?? 0) + 1 : 1,
    serial: integerOf(serial),
    algorithm: algorithmOf(algorithm),
    issuer: readName(issuer),
    subject: readName(subject),
    notBefore: timeOf(from),
    notAfter: timeOf(to),
    key: publicOf(spki),
    spki: spki.whole,
    extensions: readExtensions(list),
    signature: signature.content.subarray(1),
  };
}

/** The certificates of a PEM text, in order; what cannot be read is left out. */
export function readCertificates(text: string): readonly Certificate[] {
  const labels = ['CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CERTIFICATE'];
  return pemBlocks(text)
    .filter(({ label }) => labels.includes(label))
    .flatMap(({ der }) => readCertificate(der) ?? []);
}

/** What goes into a new certificate. */
export interface Wish {
  readonly serial: Octets;
  readonly subject: Name;
  readonly issuer: Name;
  readonly notBefore: Micros;
  readonly notAfter: Micros;
  readonly key: PublicKey;
  readonly extensions: readonly Extension[];
  readonly digest?: DigestName;
}

/** Makes a certificate and signs it. */
export function issue(wish: Wish, signer: PrivateKey): Octets {
  const { extensions, digest = 'sha256' } = wish;
  const algorithm = algorithmFor(signer.type, digest) ?? (algorithms[0] as SignatureAlgorithm);
  const body = sequence(
    ...(extensions.length > 0 ? [explicit(0, element(0x02, Uint8Array.of(2)))] : []),
    integer(wish.serial),
    algorithmOctets(algorithm),
    nameOctets(wish.issuer),
    sequence(time(wish.notBefore), time(wish.notAfter)),
    nameOctets(wish.subject),
    spkiOf(wish.key),
    ...(extensions.length > 0 ? [explicit(3, sequence(...extensions.map(extensionOctets)))] : []),
  );
  return signed(body, algorithm, signer);
}

/** A body with its signature behind it: a certificate, or a request for one. */
export function signed(body: Octets, algorithm: SignatureAlgorithm, signer: PrivateKey): Octets {
  const signature = signWith(signer, body, algorithm.digest);
  return sequence(body, algorithmOctets(algorithm), bits(signature));
}

export const certificatePem = (der: Octets): string => pem('CERTIFICATE', der);

/** Whether this key made the certificate's signature. */
export function isSignedBy(certificate: Certificate, key: PublicKey | undefined): boolean {
  const { algorithm, body, signature } = certificate;
  return (
    key !== undefined &&
    algorithm !== undefined &&
    algorithm.type === key.type &&
    checkWith(key, body, signature, algorithm.digest)
  );
}

/** The value of an extension. */
export function extensionOf(
  { extensions }: Pick<Certificate, 'extensions'>,
  name: keyof typeof extensionIds,
): Octets | undefined {
  return extensions.find(({ id }) => id === extensionIds[name])?.value;
}

/** Names and addresses of the extension; undefined without one. */
export function altNamesOf(certificate: Certificate): readonly AlternativeName[] | undefined {
  const value = extensionOf(certificate, 'subjectAltName');
  return value && readAltNames(value);
}

/** The common name that stands last in the subject. */
export const commonNameOf = ({ subject }: Certificate): string | undefined =>
  subject.filter(({ type }) => type === 'CN').at(-1)?.text;

export const sameCertificate = (a: Certificate, b: Certificate): boolean => same(a.der, b.der);
