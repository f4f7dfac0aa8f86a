import type { Store } from '../world/store.ts';
import { broadcastOf, toNumber, toText } from './address.ts';
import type { AddressInfo, LinkInfo, NetnsRef, RouteInfo } from './api.ts';
import { netnsKey } from './keys.ts';
import type { Chain, Ruleset, TableName } from './netfilter/iptables/rules.ts';
import { sortChains, tableOrder } from './netfilter/iptables/tables.ts';
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
  readonly addresses: ReadonlyMap<string, readonly AddressRecord[]>;
  readonly local: ReadonlyMap<string, LocalAddress>;
  readonly broadcasts: ReadonlySet<string>;
  readonly tables: ReadonlyMap<string, RouteTable>;
  readonly rules: Ruleset;
  /** Whether any rule or chain was ever loaded: only then does the kernel track connections. */
  readonly tracks: boolean;
  sysctl(name: string): string | undefined;
  /** A setting of `net.ipv4.conf`: the greater of `all` and the device's, as for rp_filter. */
  deviceSetting(device: string, name: string): number;
}

/** Compiles a namespace's records; undefined if there is no such namespace. */
export function buildView(store: Store, ref: NetnsRef): NetnsView | undefined {
  const base = netnsKey(ref);
  if (!store.get(`${base}info`)) return undefined;
  const links = new Map(
    store
      .list<LinkRecord>(`${base}link/`)
      .map(([, link]) => link)
      .sort((a, b) => a.index - b.index)
      .map((link) => [link.name, link] as const),
  );
  const ports = new Map<string, string[]>();
  for (const link of links.values()) {
    if (link.master !== undefined) ports.set(link.master, [...(ports.get(link.master) ?? []), link.name]);
  }
  const addresses = groupAddresses(store, base);
  const { local, broadcasts } = localAddresses(addresses);
  const settings = new Map(
    store
      .list<string>(`${base}sysctl/`)
      .map(([key, value]) => [key.slice(base.length + 'sysctl/'.length), value] as const),
  );
  const sysctl = (name: string) => settings.get(name) ?? sysctlDefault(name, (n) => settings.get(n));
  const rules = readRules(store, base);
  return {
    ref,
    links,
    ports,
    addresses,
    local,
    broadcasts,
    tables: readTables(store, base),
    rules,
    tracks: rules.tables.length > 0,
    sysctl,
    deviceSetting(device, name) {
      const of = (which: string) => Number(sysctl(`net.ipv4.conf.${which}.${name}`) ?? 0);
      return Math.max(of('all'), of(device));
    },
  };
}

function groupAddresses(store: Store, base: string): Map<string, readonly AddressRecord[]> {
  const groups = new Map<string, AddressRecord[]>();
  for (const [, record] of store.list<AddressRecord>(`${base}address/`)) {
    const group = groups.get(record.device) ?? [];
    group.push(record);
    groups.set(record.device, group);
  }
  for (const group of groups.values()) group.sort((a, b) => a.order - b.order);
  return groups;
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

function readTables(store: Store, base: string): Map<string, RouteTable> {
  const groups = new Map<string, RouteRecord[]>();
  for (const [, route] of store.list<RouteRecord>(`${base}route/`)) {
    const name = route.table ?? 'main';
    const group = groups.get(name) ?? [];
    group.push(route);
    groups.set(name, group);
  }
  return new Map([...groups].map(([name, routes]) => [name, createTable(routes)]));
}

function readRules(store: Store, base: string): Ruleset {
  const tables = new Map<string, Chain[]>();
  const prefix = `${base}iptables/`;
  for (const [key, chain] of store.list<Chain>(prefix)) {
    const name = key.slice(prefix.length, key.indexOf('/', prefix.length));
    const chains = tables.get(name) ?? [];
    chains.push(chain);
    tables.set(name, chains);
  }
  return {
    tables: tableOrder
      .filter((name) => tables.has(name))
      .map((name: TableName) => ({ name, chains: sortChains(name, tables.get(name) as Chain[]) })),
  };
}
