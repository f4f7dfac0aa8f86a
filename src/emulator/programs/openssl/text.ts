import { extensionIds, keyUsages, purposes, readAltNames } from '../../x509/extensions.ts';
import { readAuthorityKey, readConstraints, readKeyUsage } from '../../x509/extensions.ts';
import { readPurposes, type Extension } from '../../x509/extensions.ts';
import type { Certificate, SignatureAlgorithm } from '../../x509/certificate.ts';
import { elements } from '../../x509/der.ts';
import { pointOctets } from '../../x509/ec.ts';
import { bitsOf, type PrivateKey, type PublicKey } from '../../x509/keys.ts';
import { inverse } from '../../x509/modular.ts';
import { printName, type NameStyle } from '../../x509/names.ts';
import { hexOf, octetsOfHex, octetsOfNumber, type Octets } from '../../x509/octets.ts';
import { dateText } from './names.ts';

const pad = (size: number) => ' '.repeat(size);

/** Bytes with colons, fifteen a row (or so many). */
export function rows(bytes: Octets, indent: number, size = 15): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const more = at + size < bytes.length ? ':' : '';
    lines.push(`${pad(indent)}${hexOf(bytes.slice(at, at + size), ':')}${more}\n`);
  }
  return lines.join('');
}

/** A number's bytes with a zero in front where it would look negative. */
function shown(value: bigint): Octets {
  const bytes = octetsOfNumber(value);
  return (bytes[0] ?? 0) > 127 ? Uint8Array.of(0, ...bytes) : bytes;
}

const curveLines = ({ curve }: Extract<PublicKey, { type: 'ec' }>, indent: number) =>
  `${pad(indent)}ASN1 OID: ${curve.name}\n${pad(indent)}NIST CURVE: ${curve.nist}\n`;

/** A public key as text. */
export function publicText(key: PublicKey, indent: number): string {
  const at = pad(indent);
  const head = `${at}Public-Key: (${bitsOf(key)} bit)\n`;
  if (key.type === 'ec') {
    return `${head}${at}pub:\n${rows(pointOctets(key), indent + 4)}${curveLines(key, indent)}`;
  }
  const modulus = rows(shown(key.n), indent + 4);
  return `${head}${at}Modulus:\n${modulus}${at}Exponent: ${key.e} (0x${key.e.toString(16)})\n`;
}

/** A private key as text. */
export function privateText(key: PrivateKey): string {
  if (key.type === 'ec') {
    const secret = rows(octetsOfNumber(key.d, key.curve.bits / 8), 4);
    const head = `Private-Key: (${bitsOf(key)} bit)\npriv:\n${secret}`;
    return `${head}pub:\n${rows(pointOctets(key), 4)}${curveLines(key, 0)}`;
  }
  const { n, e, d, p, q } = key;
  const part = (name: string, value: bigint) => `${name}:\n${rows(shown(value), 4)}`;
  return (
    `Private-Key: (${bitsOf(key)} bit, 2 primes)\n${part('modulus', n)}` +
    `publicExponent: ${e} (0x${e.toString(16)})\n${part('privateExponent', d)}` +
    part('prime1', p) +
    part('prime2', q) +
    part('exponent1', d % (p - 1n)) +
    part('exponent2', d % (q - 1n)) +
    part('coefficient', inverse(q, p))
  );
}

const names: Readonly<Record<string, string>> = {
  subjectKeyIdentifier: 'X509v3 Subject Key Identifier',
  keyUsage: 'X509v3 Key Usage',
  subjectAltName: 'X509v3 Subject Alternative Name',
  basicConstraints: 'X509v3 Basic Constraints',
  authorityKeyIdentifier: 'X509v3 Authority Key Identifier',
  extendedKeyUsage: 'X509v3 Extended Key Usage',
};

const upper = (digits: string) => hexOf(octetsOfHex(digits), ':').toUpperCase();

/** What an extension says, on one line. */
function extensionValue(word: string | undefined, value: Octets): string {
  switch (word) {
    case 'subjectKeyIdentifier':
      return hexOf(elements(value)?.[0]?.content ?? new Uint8Array(), ':').toUpperCase();
    case 'authorityKeyIdentifier':
      return upper(readAuthorityKey(value) ?? '');
    case 'keyUsage': {
      const set = readKeyUsage(value);
      return keyUsages
        .filter(([each]) => set.includes(each))
        .map(([, text]) => text)
        .join(', ');
    }
    case 'extendedKeyUsage':
      return readPurposes(value)
        .map((id) => purposes.find((each) => each[2] === id)?.[1] ?? id)
        .join(', ');
    case 'basicConstraints': {
      const { ca, length } = readConstraints(value);
      return `CA:${ca ? 'TRUE' : 'FALSE'}${length === undefined ? '' : `, pathlen:${length}`}`;
    }
    case 'subjectAltName':
      return readAltNames(value)
        .map(({ type, text }) => `${type === 'IP' ? 'IP Address' : type}:${text}`)
        .join(', ');
    default:
      return hexOf(value, ':').toUpperCase();
  }
}

/** An extension with its name, as `-text` and `-ext` print it. */
export function extensionText({ id, critical, value }: Extension, indent: number): string {
  const word = Object.entries(extensionIds).find(([, each]) => each === id)?.[0];
  const name = names[word ?? ''] ?? id;
  const head = `${pad(indent)}${name}: ${critical ? 'critical' : ''}\n`;
  return `${head}${pad(indent + 4)}${extensionValue(word, value)}\n`;
}

/** The algorithm's name of a public key. */
export function keyBlock(key: PublicKey | undefined): string {
  const kind = key?.type === 'ec' ? 'id-ecPublicKey' : 'rsaEncryption';
  return (
    `${pad(8)}Subject Public Key Info:\n${pad(12)}Public Key Algorithm: ${kind}\n` +
    (key ? publicText(key, 16) : '')
  );
}

/** A signature as `-text` ends with. */
export function signatureBlock(
  algorithm: SignatureAlgorithm | undefined,
  signature: Octets,
): string {
  const head = `    Signature Algorithm: ${algorithm?.name ?? 'unknown'}\n    Signature Value:\n`;
  return head + rows(signature, 8, 18);
}

function serialText(serial: Octets): string {
  if (serial.length <= 7) {
    const value = BigInt(`0x${hexOf(serial) || '0'}`);
    return ` ${value} (0x${value.toString(16)})\n`;
  }
  return `\n${pad(12)}${hexOf(serial, ':')}\n`;
}

/** A whole certificate as text (X509_print). */
export function certificateText(one: Certificate, style: NameStyle): string {
  const { version, serial, algorithm, issuer, subject, key, extensions, signature } = one;
  return (
    `Certificate:\n    Data:\n${pad(8)}Version: ${version} (0x${version - 1})\n` +
    `${pad(8)}Serial Number:${serialText(serial)}` +
    `${pad(8)}Signature Algorithm: ${algorithm?.name ?? 'unknown'}\n` +
    `${pad(8)}Issuer: ${printName(issuer, style)}\n${pad(8)}Validity\n` +
    `${pad(12)}Not Before: ${dateText(one.notBefore)}\n` +
    `${pad(12)}Not After : ${dateText(one.notAfter)}\n` +
    `${pad(8)}Subject: ${printName(subject, style)}\n${keyBlock(key)}` +
    (extensions.length > 0
      ? `${pad(8)}X509v3 extensions:\n` + extensions.map((each) => extensionText(each, 12)).join('')
      : '') +
    signatureBlock(algorithm, signature)
  );
}
