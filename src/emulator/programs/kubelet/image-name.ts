import { sha256 } from '../../apimachinery/sha256.ts';

/** An image's whole name, as containerd has it: registry, repository and tag. */
export function fullName(image: string): string {
  const tagged = /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
  const [first = '', ...rest] = tagged.split('/');
  if (rest.length === 0) return `docker.io/library/${tagged}`;
  return /[.:]/.test(first) || first === 'localhost' ? tagged : `docker.io/${tagged}`;
}

/** Name by digest. What an image holds is not modelled to the byte: the digest is of its name. */
export function imageId(image: string): string {
  let id = ids.get(image);
  if (id === undefined) {
    if (ids.size >= KEPT) ids.clear();
    ids.set(image, (id = digestOf(image)));
  }
  return id;
}

/** Ids that were made: each status of each pod tells them. */
const ids = new Map<string, string>();
const KEPT = 200;

function digestOf(image: string): string {
  const full = fullName(image);
  const bytes = Uint8Array.from(full, (letter) => letter.charCodeAt(0));
  const digest = [...sha256(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${full.replace(/[:@][^/]+$/, '')}@sha256:${digest}`;
}
