import type { Json, Micros } from '../../../world/json.ts';

/** One part of an entry. */
export type Dimension = 'ip' | 'net' | 'port' | 'mark' | 'iface' | 'mac';

/** How a kind of set is made up; its revision and sizes are those of Linux 6.1. */
export interface SetType {
  readonly name: string;
  readonly method: 'hash' | 'bitmap' | 'list';
  readonly dimensions: readonly Dimension[];
  readonly revision: number;
}

const hash = (dimensions: readonly Dimension[], revision: number): SetType => ({
  name: `hash:${dimensions.join(',')}`,
  method: 'hash',
  dimensions,
  revision,
});

/** All kinds that are modelled. */
export const setTypes: readonly SetType[] = [
  hash(['ip'], 5),
  hash(['net'], 7),
  hash(['net', 'net'], 3),
  hash(['ip', 'port'], 6),
  hash(['net', 'port'], 8),
  hash(['ip', 'port', 'ip'], 6),
  hash(['ip', 'port', 'net'], 8),
  hash(['net', 'port', 'net'], 3),
  hash(['net', 'iface'], 8),
  hash(['ip', 'mark'], 3),
  hash(['mac'], 1),
  hash(['ip', 'mac'], 1),
  { name: 'bitmap:ip', method: 'bitmap', dimensions: ['ip'], revision: 3 },
  { name: 'bitmap:ip,mac', method: 'bitmap', dimensions: ['ip', 'mac'], revision: 3 },
  { name: 'bitmap:port', method: 'bitmap', dimensions: ['port'], revision: 3 },
  { name: 'list:set', method: 'list', dimensions: [], revision: 3 },
];

/** Other names of the same kinds, which old scripts use. */
const aliases: Readonly<Record<string, string>> = {
  iphash: 'hash:ip',
  nethash: 'hash:net',
  ipporthash: 'hash:ip,port',
  ipportiphash: 'hash:ip,port,ip',
  ipportnethash: 'hash:ip,port,net',
  ipmap: 'bitmap:ip',
  portmap: 'bitmap:port',
  setlist: 'list:set',
};

export function findType(name: string): SetType | undefined {
  const full = aliases[name] ?? name;
  return setTypes.find((type) => type.name === full);
}

/** An entry: `text` is the form in which it is printed, and by which it is found. */
export interface SetEntry {
  readonly text: string;
  readonly expires?: Micros;
  readonly comment?: string;
  readonly nomatch?: boolean;
  /** The device of a network is the beginning of a name. */
  readonly wildcard?: boolean;
  readonly packets?: number;
  readonly bytes?: number;
  /** What it gives packets (`skbmark` and so on), as printed. */
  readonly skb?: string;
}

/** What a set was created with. */
export interface SetOptions {
  readonly family?: 'inet' | 'inet6';
  readonly hashsize?: number;
  readonly maxelem?: number;
  readonly bucketsize?: number;
  readonly initval?: number;
  /** Both ends, as printed. */
  readonly range?: readonly [string, string];
  readonly size?: number;
  /** Seconds that entries live; 0 for ever. */
  readonly timeout?: number;
  readonly comment?: boolean;
  readonly counters?: boolean;
  readonly skbinfo?: boolean;
  /** New entries push out old ones when there is no more room. */
  readonly forceadd?: boolean;
  readonly netmask?: number;
  readonly markmask?: number;
}

/** A set's record; `order` counts sets as they were created. */
export interface SetRecord {
  readonly name: string;
  readonly type: string;
  readonly order: number;
  readonly options: SetOptions;
  readonly entries: readonly SetEntry[];
}

/** The sets of a namespace by name. */
export type Sets = ReadonlyMap<string, SetRecord>;

/** A set's record as plain data. */
export const asJson = (set: SetRecord): Json => set as unknown as Json;

/** Entries that have not run out. */
export function alive(set: SetRecord, now: Micros): readonly SetEntry[] {
  if (set.options.timeout === undefined) return set.entries;
  return set.entries.filter(({ expires }) => expires === undefined || expires > now);
}
