import type { Json, Micros } from '../../world/json.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { netnsKey, volatileKey } from '../keys.ts';

/** Maps of a node; all lie in the namespace of the node itself. */
export type BpfMap = 'ipcache' | 'lb' | 'lxc' | 'policy' | 'config' | 'fqdn';

/** `lxc`, by address: the endpoints of this node. */
export interface LxcEntry {
  readonly id: number;
  readonly device: string;
  /** MAC address of the pod's end. */
  readonly mac: string;
  readonly identity: number;
}

/** `ipcache`, by CIDR: who is behind an address, and on which node. */
export interface IpcacheEntry {
  readonly identity: number;
  /** Address of the other node, where a tunnel leads there. */
  readonly tunnel?: string;
}

/** A rule for HTTP: expressions for method and path, both whole. */
export interface HttpMatch {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
}

/** A name, or a pattern of names. */
export interface NameMatch {
  readonly matchName?: string;
  readonly matchPattern?: string;
}

/** One entry of an endpoint's policy map; 0 stands for any identity, protocol or port. */
export interface PolicyEntry {
  readonly identity: number;
  readonly protocol: number;
  readonly port: number;
  readonly endPort?: number;
  readonly deny?: boolean;
  /** Requests that may pass; without it all may. */
  readonly http?: readonly HttpMatch[];
  /** Names that may be asked for; without it all may. */
  readonly dns?: readonly NameMatch[];
  /** Only addresses that these names were answered with. */
  readonly fqdns?: readonly NameMatch[];
  /** The policies that it comes from. */
  readonly origin: readonly string[];
}

export interface DirectionPolicy {
  /** Where it is not enforced, everything passes. */
  readonly enforced: boolean;
  readonly entries: readonly PolicyEntry[];
}

/** `policy`, by the endpoint's number. */
export interface EndpointPolicy {
  readonly ingress: DirectionPolicy;
  readonly egress: DirectionPolicy;
}

export interface LbBackend {
  readonly id: number;
  readonly address: string;
  readonly port: number;
}

/** `lb`, by `address:port/PROTOCOL`. */
export interface LbEntry {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly backends: readonly LbBackend[];
  /** Seconds for which a client keeps its backend. */
  readonly affinity?: number;
  /** The node's own sockets are left to kube-proxy. */
  readonly podsOnly?: boolean;
}

/** Identities that are the same in every cluster (`pkg/identity`). */
export const reserved = {
  unknown: 0,
  host: 1,
  world: 2,
  unmanaged: 3,
  health: 4,
  init: 5,
  'remote-node': 6,
  'kube-apiserver': 7,
  ingress: 8,
} as const;

const root = ({ host }: NetnsRef): NetnsRef => ({ host, netns: 'host' });

/** Key of a map's entry, or the prefix of the whole map. */
export function bpfKey(ref: NetnsRef, map: BpfMap, key = ''): string {
  return `${netnsKey(root(ref))}bpf/${map}/${key === '' ? '' : encodeURIComponent(key)}`;
}

/** Key of what programs keep for themselves: connections, events. */
export function bpfStateKey(ref: NetnsRef, path: string): string {
  return `${volatileKey(root(ref))}bpf/${path}`;
}

export function lookUp<T>(engine: Engine, ref: NetnsRef, map: BpfMap, key: string): T | undefined {
  return engine.records.get<T>(bpfKey(ref, map, key));
}

/** Who is behind an address: the longest CIDR that holds it, else the world. */
export function identityOf(engine: Engine, ref: NetnsRef, address: string): IpcacheEntry {
  const exact = lookUp<IpcacheEntry>(engine, ref, 'ipcache', `${address}/32`);
  if (exact) return exact;
  const prefix = bpfKey(ref, 'ipcache');
  let best: IpcacheEntry = { identity: reserved.world };
  let longest = -1;
  for (const [key, entry] of engine.records.list<IpcacheEntry>(prefix)) {
    const [base = '', bits = '32'] = decodeURIComponent(key.slice(prefix.length)).split('/');
    const length = Number(bits);
    if (length === 32 || length <= longest || !within(address, base, length)) continue;
    [best, longest] = [entry, length];
  }
  return best;
}

function within(address: string, base: string, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(base) / size);
}

const numberOf = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** What happened to a packet, for `monitor` and `hubble`. */
export interface BpfEvent {
  readonly at: Micros;
  readonly type: 'drop' | 'trace' | 'l7';
  readonly verdict: 'FORWARDED' | 'DROPPED';
  /** `Policy denied`, or where it went: `to-endpoint`, `to-overlay`, `to-stack`. */
  readonly reason: string;
  readonly direction: 'INGRESS' | 'EGRESS';
  readonly endpoint: number;
  readonly source: string;
  readonly destination: string;
  readonly sourceIdentity: number;
  readonly destinationIdentity: number;
  readonly protocol: string;
  readonly flags?: string;
  readonly reply?: boolean;
  readonly http?: string;
  /** Question or answer, for the proxy's events of names. */
  readonly dns?: string;
}

/** So many events are kept. */
const KEPT = 64;

export function noteEvent(engine: Engine, ref: NetnsRef, event: Omit<BpfEvent, 'at'>): void {
  const key = bpfStateKey(ref, 'events');
  const before = engine.records.get<readonly BpfEvent[]>(key) ?? [];
  const all = [...before.slice(1 - KEPT), { at: engine.now, ...event }];
  engine.records.put(key, all as unknown as Json);
}
