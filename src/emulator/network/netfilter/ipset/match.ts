import { isIPv6, maskOf, maskOf6, toAddress, toGroups, toNumber } from '../iptables/address.ts';
import type { MatchPacket } from '../iptables/rules.ts';
import ipaddr from 'ipaddr.js';
import type { Micros } from '../../../world/json.ts';
import {
  alive,
  findType,
  type Dimension,
  type SetEntry,
  type SetRecord,
  type SetType,
  type Sets,
} from './types.ts';

/** How deep sets of sets are followed. */
const DEPTH = 4;

/**
 * Whether a set holds the fields of a packet that the directions name, one for each dimension
 * (`ip_set_test`). A set that is not there holds nothing.
 */
export function inSet(
  sets: Sets,
  name: string,
  directions: readonly string[],
  packet: MatchPacket,
  now: Micros,
  depth = 0,
): boolean {
  const set = sets.get(name);
  const type = set && findType(set.type);
  if (!set || !type) return false;
  if (type.method === 'list') {
    if (depth >= DEPTH) return false;
    return alive(set, now).some(({ text }) =>
      inSet(sets, text, directions, packet, now, depth + 1),
    );
  }
  const fields = fieldsOf(type, directions, packet);
  return fields !== undefined && lookUp(set, type.dimensions, fields, now);
}

/** The fields of a packet that the directions name; undefined if it has not all of them. */
export function fieldsOf(
  type: SetType,
  directions: readonly string[],
  packet: MatchPacket,
): readonly string[] | undefined {
  if (directions.length < type.dimensions.length) return undefined;
  const fields = type.dimensions.map((dimension, index) =>
    fieldOf(dimension, directions[index] === 'src', packet, type.method === 'bitmap'),
  );
  return fields.some((field) => field === undefined) ? undefined : (fields as readonly string[]);
}

/** Whether a set holds an element that is written in words (`ipset test`). */
export function holds(
  set: SetRecord,
  type: SetType,
  fields: readonly string[],
  now: Micros,
): boolean {
  return lookUp(set, type.dimensions, fields, now);
}

/** One field of a packet in the form in which entries are written. */
function fieldOf(
  dimension: Dimension,
  source: boolean,
  packet: MatchPacket,
  bare: boolean,
): string | undefined {
  switch (dimension) {
    case 'ip':
    case 'net':
      return source ? packet.source : packet.destination;
    case 'port': {
      const port = source ? packet.sourcePort : packet.destinationPort;
      if (bare) return port === undefined ? undefined : String(port);
      if (port !== undefined) return `${packet.protocol}:${port}`;
      if (packet.icmpType === undefined) return undefined;
      return `${packet.protocol}:${packet.icmpType * 256 + (packet.icmpCode ?? 0)}`;
    }
    case 'mark':
      return `0x${packet.mark.toString(16).padStart(8, '0')}`;
    case 'iface':
      return source ? packet.inInterface : packet.outInterface;
    default:
      return undefined;
  }
}

/** A set by its entries; for networks also which lengths there are, longest first. */
interface Index {
  readonly entries: ReadonlyMap<string, SetEntry>;
  readonly lengths: readonly (readonly number[])[];
}

const indexes = new WeakMap<SetRecord, Index>();

function indexOf(set: SetRecord, dimensions: readonly Dimension[]): Index {
  const known = indexes.get(set);
  if (known) return known;
  const entries = new Map(set.entries.map((entry) => [entry.text, entry]));
  const lengths = dimensions.map((dimension, index) => {
    if (dimension !== 'net') return [];
    const found = new Set<number>();
    for (const { text } of set.entries) {
      const part = text.split(',')[index] ?? '';
      found.add(Number(part.split('/')[1] ?? (isIPv6(part) ? 128 : 32)));
    }
    return [...found].sort((a, b) => b - a);
  });
  const made = { entries, lengths };
  indexes.set(set, made);
  return made;
}

function lookUp(
  set: SetRecord,
  dimensions: readonly Dimension[],
  fields: readonly string[],
  now: Micros,
): boolean {
  const { entries, lengths } = indexOf(set, dimensions);
  const net = dimensions.indexOf('net');
  if (net < 0) return isAlive(entries.get(fields.join(',')), now) === true;
  const other = dimensions.indexOf('net', net + 1);
  for (const length of lengths[net] ?? []) {
    for (const second of other < 0 ? [undefined] : (lengths[other] ?? [])) {
      const key = fields.map((field, index) => {
        if (index === net) return networkOf(field, length);
        return index === other && second !== undefined ? networkOf(field, second) : field;
      });
      const found = isAlive(entries.get(key.join(',')), now);
      if (found !== undefined) return found;
    }
  }
  return false;
}

/** True for an entry that holds, false for one that excludes, undefined for none. */
function isAlive(entry: SetEntry | undefined, now: Micros): boolean | undefined {
  if (!entry || (entry.expires !== undefined && entry.expires <= now)) return undefined;
  return entry.nomatch !== true;
}

/** The network of an address, as entries write it: a whole address has no length. */
export function networkOf(address: string, length: number): string {
  const groups = toGroups(address);
  if (groups) {
    const masked = groups.map((group, index) => group & maskOf6(length, index));
    const text = new ipaddr.IPv6(masked).toRFC5952String();
    return length === 128 ? text : `${text}/${length}`;
  }
  const number = toNumber(address) ?? 0;
  const text = toAddress((number & maskOf(length)) >>> 0);
  return length === 32 ? text : `${text}/${length}`;
}
