import { base64ToBytes, decodeBase64 } from '../../world/base64.ts';

/** Whom a certificate is for, as far as `kubectl describe` tells it. */
export interface Subject {
  readonly commonName: string;
  readonly serialNumber: string;
  /** Values by the title that describe gives them. */
  readonly others: Readonly<Record<string, readonly string[]>>;
}

/** Object identifiers of name attributes (X.520), in DER. */
const COMMON_NAME = '550403';
const SERIAL_NUMBER = '550405';
const titles: Readonly<Record<string, string>> = {
  '55040a': 'Organization',
  '55040b': 'Organizational Unit',
  '550406': 'Country',
  '550407': 'Locality',
  '550408': 'Province',
  '550409': 'StreetAddress',
  '550411': 'PostalCode',
};

/** The subject of a PEM request in base64; undefined where it is none. */
export function readRequest(request: string): Subject | undefined {
  const pem = decodeBase64(request);
  const body =
    /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END CERTIFICATE REQUEST-----/.exec(pem)?.[1];
  if (body === undefined) return undefined;
  const bytes = base64ToBytes(body.replaceAll(/\s/g, ''));
  const info = childrenOf(childrenOf(bytes)[0]?.content ?? bytes)[0];
  // Version, then the subject.
  const name = info && childrenOf(info.content)[1];
  if (!name) return undefined;
  const found: Record<string, string[]> = {};
  for (const set of childrenOf(name.content)) {
    for (const attribute of childrenOf(set.content)) {
      const [type, value] = childrenOf(attribute.content);
      if (!type || !value) continue;
      (found[hex(type.content)] ??= []).push(new TextDecoder().decode(value.content));
    }
  }
  const others = Object.entries(titles).flatMap(([type, title]) =>
    found[type] ? [[title, found[type]] as const] : [],
  );
  return {
    commonName: found[COMMON_NAME]?.at(-1) ?? '',
    serialNumber: found[SERIAL_NUMBER]?.at(-1) ?? '',
    others: Object.fromEntries(others),
  };
}

interface Element {
  readonly content: Uint8Array;
}

/** The elements that lie one behind the other in DER. */
function childrenOf(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 1 < bytes.length;) {
    const first = bytes[at + 1] as number;
    let [length, start] = [first, at + 2];
    if (first >= 0x80) {
      const size = first & 0x7f;
      length = 0;
      for (let i = 0; i < size; i++) length = length * 256 + (bytes[start + i] ?? 0);
      start += size;
    }
    found.push({ content: bytes.slice(start, start + length) });
    at = start + length;
  }
  return found;
}

const hex = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
