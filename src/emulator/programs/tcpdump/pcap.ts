import { joined } from '../../world/octets.ts';
import type { Micros } from '../../world/json.ts';
import type { Octets } from './octets.ts';

/** Kinds of link layers, by libpcap's numbers. */
export const linkTypes: Readonly<Record<number, readonly [name: string, text: string]>> = {
  1: ['EN10MB', 'Ethernet'],
  12: ['RAW', 'Raw IP'],
  101: ['RAW', 'Raw IP'],
  113: ['LINUX_SLL', 'Linux cooked v1'],
  276: ['LINUX_SLL2', 'Linux cooked v2'],
};

/** A packet in a file: when, how long it was, and its first bytes. */
export interface Captured {
  readonly at: Micros;
  readonly length: number;
  readonly bytes: Octets;
}

function numbers(...values: readonly number[]): Octets {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value, true));
  return bytes;
}

/** The head of a pcap file. */
export const fileHead = (link: number, snaplen: number): Octets =>
  numbers(0xa1b2c3d4, 0x0004_0002, 0, 0, snaplen, link);

/** A packet as it stands in a file. */
export function fileRecord({ at, length, bytes }: Captured): Octets {
  const seconds = Math.floor(at / 1_000_000);
  return joined([numbers(seconds, at % 1_000_000, bytes.length, length), bytes]);
}

/** A pcap file taken apart; a text is libpcap's complaint. */
export function readFile(
  bytes: Octets,
):
  | { readonly link: number; readonly snaplen: number; readonly packets: readonly Captured[] }
  | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) {
    const wanted = bytes.length < 4 ? 4 : 24;
    const got = `tried to read ${wanted} header bytes, only got ${bytes.length}`;
    return `truncated dump file; ${got}`;
  }
  const magic = view.getUint32(0, true);
  if (magic !== 0xa1b2c3d4) return 'unknown file format';
  const packets: Captured[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const [seconds, micros, held, length] = [0, 4, 8, 12].map((each) =>
      view.getUint32(at + each, true),
    ) as [number, number, number, number];
    const start = at + 16;
    packets.push({
      at: seconds * 1_000_000 + micros,
      length,
      bytes: bytes.slice(start, start + held),
    });
    at = start + held;
  }
  return { link: view.getUint32(20, true) & 0xffff, snaplen: view.getUint32(16, true), packets };
}
