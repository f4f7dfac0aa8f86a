import { element, identifier, identifierOf, inside, sequence, set, textOf, utf8 } from './der.ts';
import type { Element } from './der.ts';
import { hexOf, utf8Octets, type Octets } from './octets.ts';

/** One part of a distinguished name. */
export interface NamePart {
  /** Its short name (`CN`), or the digits of an identifier that has none here. */
  readonly type: string;
  readonly text: string;
}

export type Name = readonly NamePart[];

/** Short names, long names and identifiers of what names are made of. */
export const nameTypes: readonly (readonly [short: string, long: string, id: string])[] = [
  ['CN', 'commonName', '2.5.4.3'],
  ['SN', 'surname', '2.5.4.4'],
  ['serialNumber', 'serialNumber', '2.5.4.5'],
  ['C', 'countryName', '2.5.4.6'],
  ['L', 'localityName', '2.5.4.7'],
  ['ST', 'stateOrProvinceName', '2.5.4.8'],
  ['street', 'streetAddress', '2.5.4.9'],
  ['O', 'organizationName', '2.5.4.10'],
  ['OU', 'organizationalUnitName', '2.5.4.11'],
  ['title', 'title', '2.5.4.12'],
  ['GN', 'givenName', '2.5.4.42'],
  ['DC', 'domainComponent', '0.9.2342.19200300.100.1.25'],
  ['UID', 'userId', '0.9.2342.19200300.100.1.1'],
  ['emailAddress', 'emailAddress', '1.2.840.113549.1.9.1'],
];

/** A name as DER; countries are printable strings, mail addresses IA5 ones, as OpenSSL writes. */
export function nameOctets(name: Name): Octets {
  return sequence(
    ...name.map(({ type, text }) => {
      const id = nameTypes.find(([short]) => short === type)?.[2] ?? type;
      const tag = { C: 0x13, serialNumber: 0x13, emailAddress: 0x16, DC: 0x16 }[type];
      const value = tag === undefined ? utf8(text) : element(tag, utf8Octets(text));
      return set(sequence(identifier(id), value));
    }),
  );
}

/** The parts of a name. */
export function readName(whole: Element | undefined): Name {
  return inside(whole).flatMap((relative) =>
    inside(relative).map((pair) => {
      const [type, value] = inside(pair);
      const id = identifierOf(type);
      return { type: nameTypes.find((each) => each[2] === id)?.[0] ?? id, text: textOf(value) };
    }),
  );
}

/**
 * Reads `/C=KR/O=Lab/CN=x` as `-subj` takes it; a text is OpenSSL's complaint. A backslash keeps
 * the next letter from being a sign.
 */
export function parseSubject(subject: string): Name | string {
  if (!subject.startsWith('/')) {
    return (
      `name is expected to be in the format /type0=value0/type1=value1/type2=... where ` +
      `characters may be escaped by \\. This name is not in that format: '${subject}'`
    );
  }
  const parts = (subject.slice(1).match(/(?:\\.|[^/\\])+/gs) ?? []).map((part) => {
    const [, type = '', text = ''] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    const known = nameTypes.find(([short, long]) => short === type || long === type);
    return { type: known?.[0] ?? type, text: text.replaceAll(/\\(.)/gs, '$1') };
  });
  return parts.filter(({ type, text }) => type !== '' && text !== '');
}

/** Signs that a value keeps apart with quotes, as OpenSSL's `-nameopt` lines do (RFC 2253). */
const quoted = (text: string): string =>
  /[,+"\\<>;]|^[# ]| $/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text;

const escaped = (text: string): string =>
  text.replaceAll(/[,+"\\<>;]|^[# ]| $/g, (sign) => `\\${sign}`);

/** Ways to write a name: OpenSSL's own, RFC 2253, curl's, the old one with slashes. */
export type NameStyle = 'oneline' | 'rfc2253' | 'curl' | 'compat' | 'multiline';

/** A name as text. */
export function printName(name: Name, style: NameStyle = 'oneline'): string {
  switch (style) {
    case 'oneline':
      return name.map(({ type, text }) => `${type} = ${quoted(text)}`).join(', ');
    case 'rfc2253':
      return [...name]
        .reverse()
        .map(({ type, text }) => `${type}=${escaped(text)}`)
        .join(',');
    case 'curl':
      return name.map(({ type, text }) => `${type}=${text}`).join('; ');
    case 'compat':
      return name.map(({ type, text }) => `/${type}=${text}`).join('');
    case 'multiline':
      return name
        .map(({ type, text }) => {
          const long = nameTypes.find(([short]) => short === type)?.[1] ?? type;
          return `    ${long.padEnd(25)} = ${text}`;
        })
        .join('\n');
  }
}

/** Whether two names are the same, letter case and runs of spaces aside. */
export function sameName(a: Name, b: Name): boolean {
  const canonical = (name: Name) =>
    name
      .map(({ type, text }) => `${type}=${text.trim().replaceAll(/\s+/g, ' ').toLowerCase()}`)
      .join('\0');
  return canonical(a) === canonical(b);
}

/** A name as hexadecimal digits of its DER: what files and tables can be keyed by. */
export const nameKey = (name: Name): string => hexOf(nameOctets(name));
