import { ipv6Groups } from './ip-octets.ts';
import { element, elements, identifier, identifierOf, inside } from './der.ts';
import { octets, sequence, textOf, truth, type Element } from './der.ts';
import { hexOf, utf8Octets, type Octets } from './octets.ts';

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Octets;
}

export const extensionIds = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Names of key usages in the order of their bits: as configuration has them, and as printed. */
export const keyUsages: readonly (readonly [word: string, text: string])[] = [
  ['digitalSignature', 'Digital Signature'],
  ['nonRepudiation', 'Non Repudiation'],
  ['keyEncipherment', 'Key Encipherment'],
  ['dataEncipherment', 'Data Encipherment'],
  ['keyAgreement', 'Key Agreement'],
  ['keyCertSign', 'Certificate Sign'],
  ['cRLSign', 'CRL Sign'],
  ['encipherOnly', 'Encipher Only'],
  ['decipherOnly', 'Decipher Only'],
];

/** Words, texts and identifiers of extended key usages. */
export const purposes: readonly (readonly [word: string, text: string, id: string])[] = [
  ['serverAuth', 'TLS Web Server Authentication', '1.3.6.1.5.5.7.3.1'],
  ['clientAuth', 'TLS Web Client Authentication', '1.3.6.1.5.5.7.3.2'],
  ['codeSigning', 'Code Signing', '1.3.6.1.5.5.7.3.3'],
  ['emailProtection', 'E-mail Protection', '1.3.6.1.5.5.7.3.4'],
  ['timeStamping', 'Time Stamping', '1.3.6.1.5.5.7.3.8'],
  ['OCSPSigning', 'OCSP Signing', '1.3.6.1.5.5.7.3.9'],
];

/** One name that a certificate is for, beside its subject. */
export interface AlternativeName {
  readonly type: 'DNS' | 'IP' | 'email' | 'URI' | 'other';
  readonly text: string;
}

/** An extension as DER. */
export const extensionOctets = ({ id, critical, value }: Extension): Octets =>
  sequence(identifier(id), ...(critical ? [truth()] : []), octets(value));

/** The extensions inside `[3]` of a certificate. */
export function readExtensions(list: Element | undefined): readonly Extension[] {
  return inside(list).map((each) => {
    const parts = inside(each);
    const critical = parts[1]?.tag === 0x01 && parts[1].content[0] !== 0;
    return {
      id: identifierOf(parts[0]),
      critical,
      value: parts.at(-1)?.content ?? new Uint8Array(),
    };
  });
}

const make = (id: string, value: Octets, critical = false): Extension => ({ id, value, critical });

/** `CA:TRUE, pathlen:0`. */
export function basicConstraints(ca: boolean, pathLength?: number, critical = true): Extension {
  const parts = [
    ...(ca ? [truth()] : []),
    ...(pathLength === undefined ? [] : [element(0x02, Uint8Array.of(pathLength))]),
  ];
  return make(extensionIds.basicConstraints, sequence(...parts), critical);
}

/** Key usages by their words. */
export function keyUsage(words: readonly string[], critical = true): Extension {
  const all = keyUsages.map(([word]) => words.includes(word));
  const last = all.lastIndexOf(true);
  const bytes = new Uint8Array(last < 8 ? 1 : 2);
  all.forEach((on, index) => {
    if (on) bytes[index >> 3] = (bytes[index >> 3] as number) | (0x80 >> (index & 7));
  });
  const unused = 7 - (Math.max(0, last) & 7);
  const value = element(0x03, Uint8Array.of(unused), bytes);
  return make(extensionIds.keyUsage, value, critical);
}

/** Extended key usages by their words or identifiers. */
export function extendedKeyUsage(words: readonly string[], critical = false): Extension {
  const ids = words.map((word) => purposes.find(([each]) => each === word)?.[2] ?? word);
  const value = sequence(...ids.map(identifier));
  return make(extensionIds.extendedKeyUsage, value, critical);
}

export const subjectKeyIdentifier = (id: Octets): Extension =>
  make(extensionIds.subjectKeyIdentifier, octets(id));

export const authorityKeyIdentifier = (id: Octets): Extension =>
  make(extensionIds.authorityKeyIdentifier, sequence(element(0x80, id)));

const nameTags = { email: 0x81, DNS: 0x82, URI: 0x86, IP: 0x87 } as const;

/** The names and addresses that a certificate is for. */
export function subjectAltName(names: readonly AlternativeName[], critical = false): Extension {
  const parts = names.flatMap(({ type, text }) => {
    if (type === 'other') return [];
    return [element(nameTags[type], type === 'IP' ? addressOctets(text) : utf8Octets(text))];
  });
  return make(extensionIds.subjectAltName, sequence(...parts), critical);
}

function addressOctets(address: string): Octets {
  if (!address.includes(':')) return Uint8Array.from(address.split('.').map(Number));
  return Uint8Array.from(ipv6Groups(address).flatMap((each) => [each >> 8, each & 0xff]));
}

/** What an extension says, by its kind. */
export function readAltNames(value: Octets): readonly AlternativeName[] {
  return inside(elements(value)?.[0]).map((each): AlternativeName => {
    const entry = Object.entries(nameTags).find(([, tag]) => tag === each.tag);
    if (!entry) return { type: 'other', text: '' };
    const type = entry[0] as keyof typeof nameTags;
    return { type, text: type === 'IP' ? addressText(each.content) : textOf(each) };
  });
}

/** `10.0.0.1`, or the eight groups of an IPv6 address as OpenSSL prints them. */
function addressText(bytes: Octets): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, index) => index * 2);
  return groups
    .map((at) => ((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)).toString(16).toUpperCase())
    .join(':');
}

/** The words of the key usages that are set. */
export function readKeyUsage(value: Octets): readonly string[] {
  const bytes = elements(value)?.[0]?.content.subarray(1) ?? new Uint8Array();
  const on = (index: number) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
  return keyUsages.filter((_, index) => on(index)).map(([word]) => word);
}

/** Identifiers of the extended key usages. */
export const readPurposes = (value: Octets): readonly string[] =>
  inside(elements(value)?.[0]).map(identifierOf);

export function readConstraints(value: Octets): { readonly ca: boolean; readonly length?: number } {
  const parts = inside(elements(value)?.[0]);
  const ca = parts.some(({ tag, content }) => tag === 0x01 && content[0] !== 0);
  const length = parts.find(({ tag }) => tag === 0x02)?.content[0];
  return { ca, ...(length !== undefined && { length }) };
}

/** The key identifier inside an authority key identifier, as hexadecimal digits. */
export function readAuthorityKey(value: Octets): string | undefined {
  const id = inside(elements(value)?.[0]).find(({ tag }) => tag === 0x80);
  return id && hexOf(id.content);
}
