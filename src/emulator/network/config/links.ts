import { localMac } from '../link/mac.ts';
import type { Put } from '../../world/store.ts';
import type { Errno, LinkInfo, NetnsRef, NetworkConfig } from '../api.ts';
import { segmentPrefix } from '../fabric.ts';
import { netnsKey, volatileKey } from '../keys.ts';
import { defaultSegment } from '../link/transmit.ts';
import { upperPrefix, type Upper } from '../link/upper.ts';
import type { AddressRecord, LinkRecord, NetnsRecord, RouteRecord } from '../netns.ts';
import { goesDown, goesUp, goesWith } from './link-state.ts';
import { routeKey } from './routes.ts';
import { infoOf, put, type ConfigState } from './state.ts';

const MTU: Readonly<Record<LinkInfo['kind'], number>> = {
  loopback: 65_536,
  physical: 1500,
  veth: 1500,
  bridge: 1500,
  dummy: 1500,
  vxlan: 1450,
  ipip: 1480,
  sit: 1480,
  gre: 1476,
  gretap: 1462,
  wireguard: 1420,
  macvlan: 1500,
  ipvlan: 1500,
  vlan: 1500,
};

/** Longest name of a link (IFNAMSIZ less the closing zero). */
const LONGEST_NAME = 15;

/** Where a machine says which modules its kernel was built without. */
export const missingModulesKey = (host: string) => `/host/${host}/kernel/missing-modules`;

export const linkKey = (ref: NetnsRef, name: string) => `${netnsKey(ref)}link/${name}`;

interface Listed {
  readonly addresses: readonly AddressRecord[] | undefined;
  readonly given6: readonly AddressRecord[] | undefined;
  readonly info: LinkInfo;
}

/** Links with their addresses, by the record that they were read from. */
const listed = new WeakMap<LinkRecord, Listed>();

/** All links with their addresses, by index. */
export function listLinks(state: ConfigState): readonly LinkInfo[] {
  const { links, addresses, given6 } = state.view();
  return [...links.values()].map((link) => {
    const own = { addresses: addresses.get(link.name), given6: given6.get(link.name) };
    const known = listed.get(link);
    if (known && known.addresses === own.addresses && known.given6 === own.given6) {
      return known.info;
    }
    const all = [...(own.addresses ?? []), ...(own.given6 ?? [])];
    const info = {
      ...link,
      addresses: all.map(({ device: _device, order: _order, ...address }) => address),
    };
    listed.set(link, { ...own, info });
    return info;
  });
}

/** Makes a link, and for a veth its other end as well, in whichever namespace that lies. */
export function addLink(
  state: ConfigState,
  link: Parameters<NetworkConfig['addLink']>[0],
): Errno | undefined {
  const { ref, store } = state;
  const info = infoOf(state, ref);
  if (!info) return 'ENOENT';
  if (link.name === '' || link.name.length > LONGEST_NAME || /[/\s]/.test(link.name)) {
    return 'EINVAL';
  }
  if (store.get(linkKey(ref, link.name))) return 'EEXIST';
  if (store.get<readonly string[]>(missingModulesKey(ref.host))?.includes(link.kind)) {
    return 'EOPNOTSUPP';
  }
  const peer = link.peer;
  const same = peer && peer.host === ref.host && peer.netns === ref.netns;
  // Of a pair in one namespace the kernel makes the other end first.
  const index = link.index ?? info.nextIndex + (same ? 1 : 0);
  const record: LinkRecord = {
    name: link.name,
    index,
    kind: link.kind,
    mac: link.mac ?? newMac(state, ref, link.name, index, link.kind),
    mtu: link.mtu ?? MTU[link.kind],
    up: false,
    ...(link.kind === 'bridge' && link.mac ? { settled: true } : {}),
    ...(link.lower ? { lower: link.lower } : {}),
    ...(link.options ? { options: link.options } : {}),
  };
  if (link.lower) return addUpper(state, record, link.lower, info);
  const after = Math.max(info.nextIndex, index + 1);
  if (!peer) {
    state.commit([
      put(linkKey(ref, link.name), record),
      put(`${netnsKey(ref)}info`, { ...info, nextIndex: after }),
      ...card(ref, record, true),
    ]);
    return undefined;
  }
  const there = infoOf(state, peer);
  if (!there) return 'ENOENT';
  if (store.get(linkKey(peer, peer.name)) || (same && peer.name === link.name)) return 'EEXIST';
  const peerIndex = there.nextIndex;
  const { host, netns } = peer;
  const other: LinkRecord = {
    name: peer.name,
    index: peerIndex,
    kind: 'veth',
    mac: peer.mac ?? newMac(state, peer, peer.name, peerIndex, 'veth'),
    mtu: record.mtu,
    up: false,
    peer: { ...ref, name: link.name, index },
    ...(link.options?.['txqlen'] ? { options: { txqlen: link.options['txqlen'] } } : {}),
  };
  const puts = [
    put(linkKey(ref, link.name), {
      ...record,
      peer: { host, netns, name: peer.name, index: peerIndex },
    }),
    put(linkKey(peer, peer.name), other),
    put(`${netnsKey(peer)}info`, { ...there, nextIndex: same ? after : peerIndex + 1 }),
  ];
  if (!same) puts.push(put(`${netnsKey(ref)}info`, { ...info, nextIndex: after }));
  state.commit(puts);
  return undefined;
}

/** Makes a link that stands on another one, of the same namespace or another of the host. */
function addUpper(
  state: ConfigState,
  wanted: LinkRecord,
  lower: NonNullable<LinkRecord['lower']>,
  info: NetnsRecord,
): Errno | undefined {
  const { ref, store } = state;
  const below = store.get<LinkRecord>(linkKey(lower, lower.name));
  if (!below) return 'ENODEV';
  if (below.kind === 'loopback') return 'EINVAL';
  const shares = wanted.kind !== 'macvlan';
  const record = { ...wanted, ...(shares ? { mac: below.mac } : {}), mtu: below.mtu };
  const id = record.options?.['id'];
  const uppers = store.list<Upper>(upperPrefix(lower, lower.name)).map(([, upper]) => upper);
  if (record.kind === 'vlan' && uppers.some((each) => each.kind === 'vlan' && each.id === id)) {
    return 'EEXIST';
  }
  // One receive handler for each link: macvlan and ipvlan do not stand on the same one.
  const other = record.kind === 'macvlan' ? 'ipvlan' : 'macvlan';
  if (record.kind !== 'vlan' && uppers.some(({ kind }) => kind === other)) return 'EBUSY';
  state.commit([
    put(linkKey(ref, record.name), record),
    put(`${netnsKey(ref)}info`, { ...info, nextIndex: record.index + 1 }),
    put(linkKey(lower, lower.name), { ...below, carries: true }),
    ...upperPuts(ref, record, true),
    ...upperCard(state, record, true),
  ]);
  return undefined;
}

/** The entry of a link among those that stand on the same one. */
export function upperPuts(ref: NetnsRef, link: LinkRecord, present: boolean): readonly Put[] {
  const { lower, name, kind, mac, options } = link;
  if (!lower) return [];
  const { host, netns } = ref;
  const id = Number(options?.['id'] ?? 0);
  const routed = kind === 'ipvlan' && options?.['mode'] === 'l3';
  const more = { ...(kind === 'vlan' ? { id } : {}), ...(routed ? { routed } : {}) };
  const upper: Upper = { host, netns, device: name, kind, mac, ...more };
  const key = `${upperPrefix(lower, lower.name)}${host}/${netns}/${name}`;
  return [put(key, present ? upper : undefined)];
}

/** A macvlan has a MAC address of its own on the segment of the card far below. */
function upperCard(state: ConfigState, link: LinkRecord, present: boolean): readonly Put[] {
  if (link.kind !== 'macvlan') return [];
  let { lower } = link;
  let below = lower && state.store.get<LinkRecord>(linkKey(lower, lower.name));
  while (below?.lower) {
    lower = below.lower;
    below = state.store.get<LinkRecord>(linkKey(lower, lower.name));
  }
  if (!lower || below?.kind !== 'physical') return [];
  const { host, netns, name } = lower;
  return card({ host, netns }, { ...below, name, mac: link.mac }, present);
}

/** A MAC address as the kernel makes it up: random, locally administered. */
function newMac(
  state: ConfigState,
  ref: NetnsRef,
  name: string,
  index: number,
  kind: LinkInfo['kind'],
): string {
  if (kind === 'loopback') return '00:00:00:00:00:00';
  const purpose = `mac/${ref.host}/${ref.netns}/${name}/${index}/${state.now}`;
  return localMac(state.world.chance.hex(purpose, 12));
}

/** Entry of a card on its segment, by which frames find it. */
function card(ref: NetnsRef, link: LinkRecord, present: boolean): readonly Put[] {
  if (link.kind !== 'physical') return [];
  const segment = String(link.options?.['segment'] ?? defaultSegment);
  const key = `${segmentPrefix}${segment}/${link.mac}/${ref.host}/${ref.netns}/${link.name}`;
  return [put(key, present ? { ...ref, device: link.name } : undefined)];
}

/** Changes a link as `ip link set` does. */
export function setLink(
  state: ConfigState,
  name: string,
  change: Parameters<NetworkConfig['setLink']>[1],
): Errno | undefined {
  const { ref, store } = state;
  const link = store.get<LinkRecord>(linkKey(ref, name));
  if (!link) return 'ENODEV';
  if (change.master !== undefined && change.master !== null) {
    const master = store.get<LinkRecord>(linkKey(ref, change.master));
    if (!master) return 'ENODEV';
    if (master.kind !== 'bridge' || link.kind === 'bridge' || link.kind === 'loopback') {
      return 'EINVAL';
    }
  }
  const free = ['dummy', 'vlan', 'wireguard'].includes(link.kind);
  if (change.mtu !== undefined && !free && (change.mtu < 68 || change.mtu > 65_555)) {
    return 'EINVAL';
  }
  const next = change.name ?? name;
  if (next !== name && store.get(linkKey(ref, next))) return 'EEXIST';
  const { master, name: _name, options, ...fields } = change;
  const { master: before, hairpin, ...rest } = link;
  const kept = master === undefined ? before : (master ?? undefined);
  const changed: LinkRecord = {
    ...rest,
    ...fields,
    ...(options ? { options: { ...link.options, ...options } } : {}),
    ...(change.up && !link.started ? { started: true } : {}),
    ...(change.up && link.options?.['inet6'] === false
      ? { options: { ...link.options, ...options, inet6: true } }
      : {}),
    ...(link.kind === 'bridge' && change.mac ? { settled: true } : {}),
    ...(change.mac && link.options?.['floating']
      ? { options: { ...link.options, floating: 0 } }
      : {}),
    name: next,
    ...(kept === undefined ? {} : { master: kept }),
    ...(kept === undefined || (hairpin ?? change.hairpin) === undefined
      ? {}
      : { hairpin: change.hairpin ?? (kept === before ? hairpin : false) ?? false }),
  };
  const puts: Put[] = [...card(ref, link, false), ...card(ref, changed, true)];
  if (next !== name) puts.push(put(linkKey(ref, name), undefined), ...renamed(state, link, next));
  puts.push(put(linkKey(ref, next), changed));
  for (const each of [before, kept]) {
    const bridge = each === undefined ? undefined : store.get<LinkRecord>(linkKey(ref, each));
    if (!bridge || before === kept) continue;
    const mac = floatingMac(state, bridge, each === kept ? changed : undefined, next);
    if (!bridge.settled || mac !== bridge.mac) {
      puts.push(put(linkKey(ref, bridge.name), { ...bridge, mac, settled: true }));
    }
  }
  if (change.up === false && link.up) puts.push(...goesDown(state, name));
  if (change.up === true && !link.up) puts.push(...goesUp(state, changed));
  state.commit(puts);
  return undefined;
}

/**
 * A bridge that nobody gave an address has the least of its ports'
 * (`br_stp_recalculate_bridge_id`).
 * `joining`: the port that comes; `name`: the one that comes or goes.
 */
function floatingMac(
  { ref, store }: ConfigState,
  bridge: LinkRecord,
  joining: LinkRecord | undefined,
  name: string,
): string {
  if (bridge.options?.['floating'] !== 1) return bridge.mac;
  const ports = store
    .list<LinkRecord>(`${netnsKey(ref)}link/`)
    .map(([, link]) => link)
    .filter((link) => link.master === bridge.name && link.name !== name);
  const macs = [...ports, ...(joining ? [joining] : [])].map(({ mac }) => mac);
  return macs.sort()[0] ?? '00:00:00:00:00:00';
}

/** What names a link elsewhere follows its new name: addresses, routes, ports, the other end. */
function renamed(state: ConfigState, link: LinkRecord, next: string): readonly Put[] {
  const { store, base } = state;
  const puts: Put[] = [];
  for (const [key, record] of store.list<AddressRecord>(`${base}address/${link.name}/`)) {
    const moved = key.replace(`address/${link.name}/`, `address/${next}/`);
    puts.push(put(key, undefined), put(moved, { ...record, device: next }));
  }
  for (const [key, route] of store.list<RouteRecord>(`${base}route/`)) {
    if (route.device !== link.name) continue;
    const moved = { ...route, device: next };
    puts.push(put(key, undefined), put(routeKey(state.ref, moved), moved));
  }
  for (const port of state.view().ports.get(link.name) ?? []) {
    const record = store.get<LinkRecord>(linkKey(state.ref, port));
    puts.push(put(linkKey(state.ref, port), { ...record, master: next }));
  }
  const peer = link.peer && store.get<LinkRecord>(linkKey(link.peer, link.peer.name));
  if (link.peer && peer?.peer) {
    puts.push(
      put(linkKey(link.peer, link.peer.name), { ...peer, peer: { ...peer.peer, name: next } }),
    );
  }
  return puts;
}

/** Removes a link with all that hangs on it; of a veth both ends go. */
export function removeLink(state: ConfigState, name: string): Errno | undefined {
  const link = state.store.get<LinkRecord>(linkKey(state.ref, name));
  if (!link) return 'ENODEV';
  if (link.kind === 'loopback' || link.kind === 'physical') return 'EPERM';
  const puts = [...takeAway(state, state.ref, link)];
  const peer = link.peer && state.store.get<LinkRecord>(linkKey(link.peer, link.peer.name));
  if (link.peer && peer) puts.push(...takeAway(state, link.peer, peer));
  state.commit(puts);
  return undefined;
}

/** Puts that remove a link from a namespace. */
export function takeAway(state: ConfigState, ref: NetnsRef, link: LinkRecord): readonly Put[] {
  const { store } = state;
  const base = netnsKey(ref);
  const puts: Put[] = [
    put(linkKey(ref, link.name), undefined),
    put(`${base}qdisc/${link.name}`, undefined),
    put(`${base}wireguard/${link.name}`, undefined),
    ...card(ref, link, false),
    ...upperPuts(ref, link, false),
    ...upperCard(state, link, false),
  ];
  // What stands on a link goes with it.
  for (const [, upper] of store.list<Upper>(upperPrefix(ref, link.name))) {
    const above = store.get<LinkRecord>(linkKey(upper, upper.device));
    if (above) puts.push(...takeAway(state, upper, above));
  }
  const prefixes = [
    `${base}address/${link.name}/`,
    `${base}neighbour/${link.name}/`,
    `${base}fdb/${link.name}/`,
    `${volatileKey(ref)}pending/${link.name}/`,
    `${volatileKey(ref)}fdb/${link.name}/`,
    `${volatileKey(ref)}arrival/${link.name}/`,
    `${volatileKey(ref)}wireguard/${link.name}/`,
  ];
  puts.push(put(`${volatileKey(ref)}statistics/${link.name}`, undefined));
  for (const prefix of prefixes) {
    for (const [key] of store.list(prefix)) puts.push(put(key, undefined));
  }
  for (const [key, route] of store.list<RouteRecord>(`${base}route/`)) {
    if (goesWith(route, link.name)) puts.push(put(key, undefined));
  }
  for (const [key, port] of store.list<LinkRecord>(`${base}link/`)) {
    if (port.master !== link.name) continue;
    const { master: _master, hairpin: _hairpin, ...free } = port;
    puts.push(put(key, free));
  }
  return puts;
}
