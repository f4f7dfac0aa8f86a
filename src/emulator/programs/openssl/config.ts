import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
} from '../../x509/extensions.ts';
import { keyUsage, subjectAltName, subjectKeyIdentifier } from '../../x509/extensions.ts';
import type { AlternativeName, Extension } from '../../x509/extensions.ts';
import type { Octets } from '../../x509/octets.ts';

/** Sections of a configuration with their entries in order. */
export type Sections = ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;

/** Reads a configuration file (config(5)); what stands before a section is in `default`. */
export function readSections(text: string): Sections {
  const sections = new Map<string, (readonly [string, string])[]>([['default', []]]);
  let section = 'default';
  for (const raw of text.replaceAll('\\\n', '').split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    const head = /^\[\s*(.*?)\s*\]$/.exec(line)?.[1];
    if (head !== undefined) {
      section = head;
      if (!sections.has(section)) sections.set(section, []);
      continue;
    }
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) sections.get(section)?.push([name, value]);
  }
  return sections;
}

/** Identifiers of the keys that extensions may speak of. */
export interface KeyIds {
  readonly own: Octets;
  readonly issuer: Octets;
}

/** An extension by its configuration line; a text is what is not known of it. */
export function extensionOf(
  name: string,
  value: string,
  sections: Sections,
  ids: KeyIds,
): Extension | string {
  const words = value.split(',').map((word) => word.trim());
  const critical = words[0] === 'critical';
  const rest = critical ? words.slice(1) : words;
  switch (name) {
    case 'basicConstraints': {
      const length = rest.find((word) => /^pathlen:/i.test(word))?.slice(8);
      const ca = rest.some((word) => /^CA:true$/i.test(word));
      return basicConstraints(ca, length === undefined ? undefined : Number(length), critical);
    }
    case 'keyUsage':
      return keyUsage(rest, critical);
    case 'extendedKeyUsage':
      return extendedKeyUsage(rest, critical);
    case 'subjectKeyIdentifier':
      return subjectKeyIdentifier(ids.own);
    case 'authorityKeyIdentifier':
      return authorityKeyIdentifier(ids.issuer);
    case 'subjectAltName':
      return subjectAltName(alternatives(rest, sections), critical);
    default:
      return name;
  }
}

function alternatives(words: readonly string[], sections: Sections): readonly AlternativeName[] {
  return words.flatMap((word): readonly AlternativeName[] => {
    if (word.startsWith('@')) {
      const own = sections.get(word.slice(1)) ?? [];
      return own.flatMap(([name, value]) => one(name.replace(/\..*$/, ''), value));
    }
    const [, type = '', text = ''] = /^([^:]+):(.*)$/.exec(word) ?? [];
    return one(type, text);
  });
}

function one(type: string, text: string): readonly AlternativeName[] {
  const types = ['DNS', 'IP', 'email', 'URI'] as const;
  const known = types.find((each) => each.toLowerCase() === type.toLowerCase());
  return known ? [{ type: known, text }] : [];
}

/** The extensions of a section, in order; a text is the name of one that is not known. */
export function extensionsOf(
  section: string,
  sections: Sections,
  ids: KeyIds,
): readonly Extension[] | string {
  const made: Extension[] = [];
  for (const [name, value] of sections.get(section) ?? []) {
    const extension = extensionOf(name, value, sections, ids);
    if (typeof extension === 'string') return extension;
    made.push(extension);
  }
  return made;
}
