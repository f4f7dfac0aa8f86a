import { toGroups, toNumber } from '../iptables/address.ts';
import { protocolNumber } from '../iptables/names.ts';
import { jhash2 } from './jhash.ts';
import { findType, type SetEntry, type SetRecord, type SetType } from './types.ts';

/**
 * Entries in the order in which the kernel lists them: by bucket of the hash, whose start value is
 * drawn when a set is made; within a bucket, and in sets of other kinds, as they were added.
 * Bitmaps list from the lowest up.
 */
export function inKernelOrder(set: SetRecord, entries: readonly SetEntry[]): readonly SetEntry[] {
  const type = findType(set.type);
  if (!type || type.method === 'list') return entries;
  if (type.method === 'bitmap') return [...entries].sort((a, b) => place(a.text) - place(b.text));
  const { hashsize = 1024, initval = 0 } = set.options;
  const mask = bucketCount(hashsize, entries.length, set.options.bucketsize ?? 12) - 1;
  const keyed = entries.map((entry) => {
    const words = wordsOf(type, entry);
    return { entry, bucket: words ? (jhash2(words, initval) & mask) >>> 0 : 0 };
  });
  return keyed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry);
}

/** Buckets are doubled when one is full; on average that is when there are many to each. */
export function bucketCount(hashsize: number, entries: number, bucketsize: number): number {
  let size = hashsize;
  while (entries > size * bucketsize * 0.35) size *= 2;
  return size;
}

const place = (text: string) => toNumber(text) ?? Number(text);

/** The bytes of an entry as the kernel keeps them, read as little-endian words. */
function wordsOf(type: SetType, entry: SetEntry): readonly number[] | undefined {
  const layout = layouts[type.name];
  if (!layout) return undefined;
  const bytes = layout(parts(entry.text), entry.nomatch === true);
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at, at + 4);
    words.push(a | (b << 8) | (c << 16) | (d << 24));
  }
  return words;
}

interface Part {
  readonly address: readonly number[];
  readonly prefix: number;
  readonly port: readonly number[];
  readonly protocol: number;
  readonly mark: number;
}

function parts(text: string): readonly Part[] {
  return text.split(',').map((part) => {
    const port = /^([a-z0-9-]+):(\d+)$/.exec(part);
    if (port && !part.includes('.')) {
      const number = Number(port[2]);
      const protocol = protocolNumber(port[1] as string) ?? 0;
      return { address: [], prefix: 0, port: [number >> 8, number & 255], protocol, mark: 0 };
    }
    const [head = '', tail] = part.split('/');
    const address = bytesOf(head);
    const prefix = tail === undefined ? address.length * 8 : Number(tail);
    return { address, prefix, port: [0, 0], protocol: 0, mark: Number(part) || 0 };
  });
}

function bytesOf(address: string): readonly number[] {
  const groups = toGroups(address);
  if (groups) return groups.flatMap((group) => [group >> 8, group & 255]);
  const number = toNumber(address);
  if (number === undefined) return [];
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
}

type Layout = (parts: readonly Part[], nomatch: boolean) => readonly number[];

const none: Part = { address: [], prefix: 0, port: [0, 0], protocol: 0, mark: 0 };
const at = (parts: readonly Part[], index: number) => parts[index] ?? none;
/** Seven bits of the length less one, and one that excludes. */
const cidr = (part: Part, nomatch: boolean) => (part.prefix - 1) | (nomatch ? 0x80 : 0);

/** Structures of ip_set_hash_*.c by kind. */
const layouts: Readonly<Record<string, Layout>> = {
  'hash:ip': (p) => at(p, 0).address,
  'hash:net': (p, nomatch) => [...at(p, 0).address, 0, 0, nomatch ? 1 : 0, at(p, 0).prefix],
  'hash:net,net': (p, nomatch) => [
    ...at(p, 0).address,
    ...at(p, 1).address,
    nomatch ? 1 : 0,
    0,
    at(p, 0).prefix,
    at(p, 1).prefix,
  ],
  'hash:ip,port': (p) => [...at(p, 0).address, ...at(p, 1).port, at(p, 1).protocol, 0],
  'hash:net,port': (p, nomatch) => [
    ...at(p, 0).address,
    ...at(p, 1).port,
    at(p, 1).protocol,
    cidr(at(p, 0), nomatch),
  ],
  'hash:ip,port,ip': (p) => [
    ...at(p, 0).address,
    ...at(p, 2).address,
    ...at(p, 1).port,
    at(p, 1).protocol,
    0,
  ],
  'hash:ip,port,net': (p, nomatch) => [
    ...at(p, 0).address,
    ...at(p, 2).address,
    ...at(p, 1).port,
    cidr(at(p, 2), nomatch),
    at(p, 1).protocol,
  ],
  'hash:ip,mark': (p) => {
    const { mark } = at(p, 1);
    const bytes = [mark & 255, (mark >>> 8) & 255, (mark >>> 16) & 255, mark >>> 24];
    return [...at(p, 0).address, ...bytes];
  },
};
