import { sha224, sha256 } from '../../apimachinery/sha256.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Base64 for names in files and addresses, without padding. */
export function base64url(octets: Uint8Array): string {
  const text = btoa(String.fromCharCode(...octets));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Longest name of a chain. */
const LONGEST = 28;

/** A prefix and a name, hashed to `_…` where both together are too long for a chain. */
export function chainName(prefix: string, name: string): string {
  const length = prefix.length + name.length;
  if (length < LONGEST || (length === LONGEST && !name.startsWith('_'))) return prefix + name;
  const hash = base64url(sha256(bytes(name)));
  return `${prefix}_${hash.slice(0, LONGEST - 1 - prefix.length)}`;
}

/** `s:` and a hash: what a set is known by (libcalico's `MakeUniqueID`). */
export function uniqueId(prefix: string, content: string): string {
  return `${prefix}:${base64url(sha224(bytes(`${prefix}:${content}`)))}`;
}

/** Name of a set in the kernel, which takes 31 characters. */
export function setName(id: string): string {
  return `cali40${id}`.slice(0, 31);
}

/**
 * Hashes of a chain's rules in order: each holds the chain's name and all rules before it, so that
 * a change of one is seen in all that follow.
 */
export function ruleHashes(chain: string, rules: readonly string[]): readonly string[] {
  let hash = sha224(bytes(chain));
  return rules.map((rule) => {
    const text = bytes(rule);
    const joined = new Uint8Array(hash.length + text.length);
    joined.set(hash);
    joined.set(text, hash.length);
    hash = sha224(joined);
    return base64url(hash).slice(0, 16);
  });
}
