import type { Change, Store } from '../world/store.ts';
import { broadcastOf, networkOf, toNumber, toText } from './address.ts';
import { isInet6, type Groups } from './address6.ts';
import type { AddressInfo, Fault, LinkInfo, NetnsRef, RouteInfo } from './api.ts';
import { mendIpvs, readIpvs } from './ipvs/config.ts';
import type { IpvsView } from './ipvs/types.ts';
import { netnsKey } from './keys.ts';
import type { QdiscInfo } from './link/qdisc.ts';
import type { SetRecord, Sets } from './netfilter/ipset/types.ts';
import type { Chain, Ruleset, Table, TableName } from './netfilter/iptables/rules.ts';
import { chainOrder, sortChains, tableOrder } from './netfilter/iptables/tables.ts';
import { mendSorted, netChanges, type KeptParts } from './kept.ts';
import { buildInet6, type Inet6View } from './netns6.ts';
import { defaultRules, type RuleInfo } from './policy-rule.ts';
import { mendNftables, readNftables, type NftView } from './netfilter/nftables/records.ts';
import { createTable, type RouteTable } from './route-table.ts';
import { sysctlDefault } from './sysctl.ts';

/** A link's record. Addresses are records of their own. */
export type LinkRecord = Omit<LinkInfo, 'addresses'>;

/** An address's record; `order` keeps the order in which addresses were added. */
export interface AddressRecord extends AddressInfo {
  readonly device: string;
  readonly order: number;
}

export type RouteRecord = RouteInfo;

/** The record that makes a namespace exist. */
export interface NetnsRecord {
  /** Index that the next link gets. */
  readonly nextIndex: number;
  readonly nextOrder: number;
}

/** An address on a device, as the local table knows it. */
export interface LocalAddress {
  readonly device: string;
  readonly address: string;
  readonly prefix: number;
  readonly scope: AddressInfo['scope'];
}

/**
 * The configuration of one namespace, compiled for the way of a packet. Built from records when it
 * is first asked for, thrown away when one of them changes.
 */
export interface NetnsView {
  readonly ref: NetnsRef;
  readonly links: ReadonlyMap<string, LinkRecord>;
  /** Names of the ports of each bridge. */
  readonly ports: ReadonlyMap<string, readonly string[]>;
  /** IPv4 addresses of each device. */
  readonly addresses: ReadonlyMap<string, readonly AddressRecord[]>;
  readonly local: ReadonlyMap<string, LocalAddress>;
  /** IPv6 addresses that a device was given. */
  readonly given6: ReadonlyMap<string, readonly AddressRecord[]>;
  /** IPv6 addresses of each device, those that the kernel makes by itself included. */
  readonly addresses6: ReadonlyMap<string, readonly AddressRecord[]>;
  readonly local6: ReadonlyMap<string, LocalAddress>;
  readonly tables6: ReadonlyMap<string, RouteTable<Groups>>;
  /** Queueing disciplines that were set by hand, by device. */
  readonly qdiscs: ReadonlyMap<string, QdiscInfo>;
  /** Faults in the cables, by device. */
  readonly faults: ReadonlyMap<string, Fault>;
  /** Rules by which tables are chosen, lowest priority first. */
  readonly policy: { readonly [family in 'inet' | 'inet6']: readonly RuleInfo[] };
  readonly broadcasts: ReadonlySet<string>;
  readonly tables: ReadonlyMap<string, RouteTable>;
  readonly rules: Ruleset;
  /** Those of ip6tables. */
  readonly rules6: Ruleset;
  /** Rules of nftables that are no translation of those of iptables. */
  readonly nft: NftView;
  readonly ipvs: IpvsView;
  readonly sets: Sets;
  /** Whether any rule or chain was ever loaded: only then does the kernel track connections. */
  readonly tracks: boolean;
  sysctl(name: string): string | undefined;
  /** A setting of `net.ipv4.conf`: the greater of `all` and the device's, as for rp_filter. */
  deviceSetting(device: string, name: string): number;
}

const PARTS = new Set(['info', 'link', 'address', 'route', 'sysctl', 'rule', 'qdisc', 'fault']);

/** Which part of a view a record belongs to, by the rest of its key; undefined for none. */
export function partOf(kind = '', table = ''): string | undefined {
  if (kind === 'iptables' || kind === 'ip6tables') return `${kind}/${table}`;
  if (kind === 'nftables' || kind === 'ipvs' || kind === 'ipset') return kind;
  return PARTS.has(kind) ? kind : undefined;
}

/**
 * Compiles a namespace's records; undefined if there is no such namespace. `kept` has what was
 * compiled before, so that a new link does not cost another look at all rules.
 */
export function buildView(store: Store, ref: NetnsRef, kept: KeptParts): NetnsView | undefined {
  const base = netnsKey(ref);
  if (!store.get(`${base}info`)) return undefined;
  const { part } = kept;
  const { links, ports } = part('link', () => readLinks(store, base));
  const { addresses, stored6, local, broadcasts } = part('address', () => {
    const groups = groupAddresses(store, base, false);
    return {
      addresses: groups,
      stored6: groupAddresses(store, base, true),
      ...localAddresses(groups),
    };
  });
  const settings = part('sysctl', () => readSettings(store, base));
  const sysctl = (name: string) =>
    settings.get(name) ?? sysctlDefault(name, (n) => settings.get(n));
  const tablesOf = (kind: 'iptables' | 'ip6tables') =>
    tableOrder
      .map((name) =>
        part(`${kind}/${name}`, () => readTable(store, `${base}${kind}/`, name), mendTable),
      )
      .filter((table) => table !== undefined);
  const [tables, tables6] = [tablesOf('iptables'), tablesOf('ip6tables')];
  const nft = part('nftables', () => readNftables(store, base), mendNftables);
  const ipvs = part('ipvs', () => readIpvs(store, base), mendIpvs);
  const cached = new Map<string, number>();
  const { four, six } = part('route', () => readTables(store, base));
  let built6: Inet6View | undefined;
  // Most packets are IPv4: the rest is worked out when the first other one comes.
  const inet6 = () => (built6 ??= buildInet6(ref.host, links, stored6, six, sysctl));
  return {
    ref,
    links,
    ports,
    addresses,
    local,
    broadcasts,
    tables: four,
    given6: stored6,
    get addresses6() {
      return inet6().addresses;
    },
    get local6() {
      return inet6().local;
    },
    get tables6() {
      return inet6().tables;
    },
    qdiscs: part('qdisc', () => readByDevice<QdiscInfo>(store, `${base}qdisc/`)),
    faults: part('fault', () => readByDevice<Fault>(store, `${base}fault/`)),
    policy: part('rule', () => readPolicy(store, base)),
    rules: { tables },
    rules6: { tables: tables6 },
    nft,
    ipvs,
    sets: part('ipset', () => readSets(store, base)),
    tracks: tables.length + tables6.length + ipvs.servers.size > 0 || nft.bases.size > 0,
    sysctl,
    deviceSetting(device, name) {
      const key = `${device} ${name}`;
      const known = cached.get(key);
      if (known !== undefined) return known;
      const of = (which: string) => Number(sysctl(`net.ipv4.conf.${which}.${name}`) ?? 0);
      const value = Math.max(of('all'), of(device));
      cached.set(key, value);
      return value;
    },
  };
}

function readByDevice<T>(store: Store, prefix: string): ReadonlyMap<string, T> {
  const found = store.list<T>(prefix);
  return new Map(found.map(([key, record]) => [key.slice(prefix.length), record] as const));
}

function readPolicy(store: Store, base: string) {
  const of = (family: 'inet' | 'inet6') =>
    store.get<readonly RuleInfo[]>(`${base}rule/${family}`) ?? defaultRules[family];
  return { inet: of('inet'), inet6: of('inet6') };
}

function readSets(store: Store, base: string): Sets {
  const sets = store.list<SetRecord>(`${base}ipset/`).map(([, set]) => [set.name, set] as const);
  return new Map(sets);
}

function readLinks(store: Store, base: string) {
  const links = new Map(
    store
      .list<LinkRecord>(`${base}link/`)
      .map(([, link]) => link)
      .sort((a, b) => a.index - b.index)
      .map((link) => [link.name, link] as const),
  );
  const ports = new Map<string, string[]>();
  for (const { name, master } of links.values()) {
    if (master === undefined) continue;
    const group = ports.get(master);
    if (group) group.push(name);
    else ports.set(master, [name]);
  }
  return { links, ports };
}

function readSettings(store: Store, base: string): ReadonlyMap<string, string> {
  const prefix = `${base}sysctl/`;
  return new Map(
    store.list<string>(prefix).map(([key, value]) => [key.slice(prefix.length), value] as const),
  );
}

function readTable(store: Store, base: string, name: TableName): Table | undefined {
  const chains = store.list<Chain>(`${base}${name}/`).map(([, chain]) => chain);
  return chains.length > 0 ? { name, chains: sortChains(name, chains) } : undefined;
}

/** The table after some of its chains changed; undefined where it is new or gone. */
function mendTable(table: Table | undefined, changes: readonly Change[]): Table | undefined {
  if (!table) return undefined;
  const net = netChanges<Chain>(changes);
  const [gone, came] = [net.map(({ before }) => before), net.map(({ after }) => after)];
  const present = (chain: Chain | undefined) => chain !== undefined;
  const order = chainOrder(table.name);
  const chains = mendSorted(table.chains, gone.filter(present), came.filter(present), order);
  return chains && chains.length > 0 ? { name: table.name, chains } : undefined;
}

/** Whether an address is the namespace's own. */
export function isLocal(view: NetnsView, address: string): boolean {
  return isInet6(address) ? view.local6.has(address) : view.local.has(address);
}

function groupAddresses(
  store: Store,
  base: string,
  six: boolean,
): Map<string, readonly AddressRecord[]> {
  const groups = new Map<string, AddressRecord[]>();
  for (const [, record] of store.list<AddressRecord>(`${base}address/`)) {
    if (isInet6(record.address) !== six) continue;
    const group = groups.get(record.device) ?? [];
    group.push(record);
    groups.set(record.device, group);
  }
  return new Map([...groups].map(([name, group]) => [name, six ? sorted(group) : inserted(group)]));
}

const sorted = (group: readonly AddressRecord[]) => group.toSorted((a, b) => a.order - b.order);

const WIDTH = { global: 0, link: 253, host: 254 } as const;

/** IPv4 addresses as `inet_insert_ifa` lists them: narrow scopes, wide ones, then seconds. */
function inserted(group: readonly AddressRecord[]): AddressRecord[] {
  const [first, second]: AddressRecord[][] = [[], []];
  for (const record of sorted(group)) {
    const number = toNumber(record.address) ?? 0;
    const same = first?.some(
      ({ address, prefix }) =>
        prefix === record.prefix &&
        networkOf(toNumber(address) ?? 0, prefix) === networkOf(number, prefix),
    );
    if (same) second?.push(record);
    else {
      const after = first?.findLastIndex(({ scope }) => WIDTH[record.scope] <= WIDTH[scope]) ?? -1;
      first?.splice(after + 1, 0, record);
    }
  }
  return [...(first ?? []), ...(second ?? [])];
}

function localAddresses(addresses: ReadonlyMap<string, readonly AddressRecord[]>) {
  const local = new Map<string, LocalAddress>();
  const broadcasts = new Set<string>(['255.255.255.255']);
  for (const [device, group] of addresses) {
    for (const { address, prefix, scope } of group) {
      if (!local.has(address)) local.set(address, { device, address, prefix, scope });
      const number = toNumber(address);
      if (number !== undefined && prefix < 31) broadcasts.add(toText(broadcastOf(number, prefix)));
    }
  }
  return { local, broadcasts };
}

function readTables(store: Store, base: string) {
  const groups = new Map<string, RouteRecord[]>();
  const six: RouteRecord[] = [];
  for (const [, route] of store.list<RouteRecord>(`${base}route/`)) {
    if (isInet6(route.destination)) {
      six.push(route);
      continue;
    }
    const name = route.table ?? 'main';
    const group = groups.get(name) ?? [];
    group.push(route);
    groups.set(name, group);
  }
  const four = new Map([...groups].map(([name, routes]) => [name, createTable(routes)] as const));
  return { four, six };
}
