import { serverKey } from '../../network/ipvs/types.ts';
import { containsAddress, matchesAll } from '../iptables/node-addresses.ts';
import { differences, keep, recall, renderPorts, type Rendered } from '../memo.ts';
import type { Family, ProxyEndpoint, ProxyNode, ServicePort } from '../services.ts';
import { categorize } from '../topology.ts';
import { ipvsRules } from './rules.ts';
import { setName, sets, type SetDefinition } from './sets.ts';

/** What does not change between two syncs. */
export interface IpvsOptions {
  readonly family: Family;
  readonly node: ProxyNode;
  readonly nodeIP: string;
  /** Addresses of the node's interfaces, apart from loopback's and the dummy device's. */
  readonly nodeAddresses: readonly string[];
  readonly localTraffic?: { readonly ifLocal: string; readonly ifNotLocal: string };
  readonly masqueradeAll: boolean;
  readonly masqueradeMark: string;
  readonly nodePortAddresses: readonly string[];
  readonly randomFully: boolean;
  readonly scheduler: string;
}

/** One virtual server that should be there, with its real servers in the order of adding. */
export interface VirtualServer {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly address: string;
  readonly port: number;
  readonly scheduler: string;
  /** Seconds of persistence. */
  readonly persistent?: number;
  /** The schedulers sh and mh look at ports as well (`mh` only here). */
  readonly sourceHash: boolean;
  readonly realServers: readonly { readonly address: string; readonly port: number }[];
}

/** A set that should be there, with its entries as ipset writes them. */
export interface PlannedSet extends SetDefinition {
  readonly entries: readonly string[];
}

/** All that ipvs mode wants of a node (upstream `syncProxyRules` of pkg/proxy/ipvs). */
export interface IpvsPlan {
  readonly servers: readonly VirtualServer[];
  /** The same by their keys, as the kernel's records are called. */
  readonly byKey: ReadonlyMap<string, VirtualServer>;
  readonly sets: readonly PlannedSet[];
  /** Names of sets that have entries. */
  readonly filled: ReadonlySet<string>;
  /** Addresses on the dummy device kube-ipvs0. */
  readonly bound: readonly string[];
  /** Text for `iptables-restore --noflush`. */
  readonly filter: string;
  readonly nat: string;
}

/** The dummy device that makes service addresses local. */
export const DUMMY_DEVICE = 'kube-ipvs0';

/** What one service port wants; of two that claim one place the later one has it. */
interface PortPlan {
  readonly entries: readonly (readonly [set: string, entry: string])[];
  readonly servers: readonly (readonly [key: string, server: VirtualServer])[];
  readonly bound: readonly string[];
}

interface Draft {
  readonly entries: (readonly [set: string, entry: string])[];
  readonly servers: (readonly [key: string, server: VirtualServer])[];
  readonly bound: string[];
}

/** What the last sync came to. */
interface Last {
  readonly options: string;
  readonly ports: readonly Rendered<PortPlan>[];
  readonly plan: IpvsPlan;
}

/**
 * Plans virtual servers, sets and rules of all service ports for one node. Parts that are the same
 * as in the last sync of `owner` are the same objects.
 */
export function planIpvs(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  options: IpvsOptions,
  owner: object = {},
): IpvsPlan {
  const key = JSON.stringify(options);
  const name = `ipvs/${options.family}`;
  const kept = recall<Last>(owner, name);
  const last = kept?.options === key ? kept : undefined;
  const nodeIPs = nodePortIPs(options);
  const render = (port: ServicePort, list: readonly ProxyEndpoint[]) =>
    planPort(port, list, nodeIPs, options);
  const rendered = renderPorts<PortPlan>(last?.ports, ports, endpoints, render);
  const change = differences(last?.ports ?? [], rendered);
  const changed = [...change.gone, ...change.came].map(({ made }) => made);
  if (last && changed.length === 0) return last.plan;
  const plan = merged(rendered, changed, last?.plan, options);
  keep(owner, name, { options: key, ports: rendered, plan } satisfies Last);
  return plan;
}

function merged(
  ports: readonly Rendered<PortPlan>[],
  changed: readonly PortPlan[],
  before: IpvsPlan | undefined,
  options: IpvsOptions,
): IpvsPlan {
  const byKey = new Map<string, VirtualServer>();
  for (const { made } of ports) for (const [key, server] of made.servers) byKey.set(key, server);
  const bound = boundOf(ports, before?.bound);
  const touched = new Set(changed.flatMap(({ entries }) => entries.map(([set]) => set)));
  const planned = sets.map((set, at): PlannedSet => {
    const known = before?.sets[at];
    const ips = set.name === 'KUBE-IPVS-IPS';
    if (known && (ips ? bound === before.bound : !touched.has(set.name))) return known;
    const entries = ips ? bound : entriesOf(ports, set.name);
    return { ...set, name: setName(set.name, options.family), entries };
  });
  const filled = new Set(sets.filter((_set, at) => planned[at]?.entries.length).map((s) => s.name));
  const rules = before && same(before.filled, filled) ? before : ipvsRules(filled, options);
  return {
    servers: [...byKey.values()],
    byKey,
    sets: planned,
    bound,
    filled,
    filter: rules.filter,
    nat: rules.nat,
  };
}

const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((each) => b.has(each));

/** The addresses of all ports, each once; the list that was there where it is the same. */
function boundOf(
  ports: readonly Rendered<PortPlan>[],
  before: readonly string[] | undefined,
): readonly string[] {
  const all = new Set<string>();
  for (const { made } of ports) for (const address of made.bound) all.add(address);
  const bound = [...all];
  const same = before?.length === bound.length && bound.every((each, at) => each === before[at]);
  return same && before ? before : bound;
}

function entriesOf(ports: readonly Rendered<PortPlan>[], set: string): readonly string[] {
  const entries = new Set<string>();
  for (const { made } of ports) {
    for (const [name, entry] of made.entries) if (name === set) entries.add(entry);
  }
  return [...entries];
}

/** Addresses on which NodePorts are virtual servers. */
function nodePortIPs({ nodePortAddresses: cidrs, nodeAddresses }: IpvsOptions): readonly string[] {
  if (matchesAll(cidrs)) return nodeAddresses;
  return nodeAddresses.filter((address) => cidrs.some((cidr) => containsAddress(cidr, address)));
}

/** `ip,proto:port`, as entries of hash:ip,port are written. */
const pair = (address: string, port: ServicePort, number = port.port) =>
  `${address},${port.protocol}:${number}`;

function planPort(
  port: ServicePort,
  endpoints: readonly ProxyEndpoint[],
  nodeIPs: readonly string[],
  options: IpvsOptions,
): PortPlan {
  const draft: Draft = { entries: [], servers: [], bound: [] };
  const add = (set: string, entry: string) => void draft.entries.push([set, entry]);
  for (const { local, address, port: number } of endpoints) {
    if (local) add('KUBE-LOOP-BACK', `${pair(address, port, number)},${address}`);
  }
  const choice = categorize(endpoints, port, options.node);
  // Without a local endpoint the others serve: their answers find no way back to outsiders, but
  // pods of the node are served.
  const chosen = (local: boolean) =>
    local && choice.local.length > 0 ? choice.local : choice.cluster;
  const serve = (address: string, number: number, local: boolean) => {
    const key = serverKey({ protocol: port.protocol, address, port: number });
    draft.servers.push([key, virtualServer(port, address, number, chosen(local), options)]);
  };
  const bind = (address: string) => {
    if (!options.nodeAddresses.includes(address)) draft.bound.push(address);
  };
  add('KUBE-CLUSTER-IP', pair(port.clusterIP, port));
  draft.bound.push(port.clusterIP);
  serve(port.clusterIP, port.port, port.internalLocal);
  for (const address of port.externalIPs) {
    add(port.externalLocal ? 'KUBE-EXTERNAL-IP-LOCAL' : 'KUBE-EXTERNAL-IP', pair(address, port));
    bind(address);
    serve(address, port.port, port.externalLocal);
  }
  for (const address of port.loadBalancerIPs) {
    balancerEntries(add, port, address, options);
    bind(address);
    serve(address, port.port, port.externalLocal);
  }
  if (port.nodePort !== 0 && nodeIPs.length > 0) {
    nodePortEntries(add, port, nodeIPs);
    for (const address of nodeIPs) serve(address, port.nodePort, port.externalLocal);
  }
  if (port.healthCheckNodePort !== 0) {
    add('KUBE-HEALTH-CHECK-NODE-PORT', String(port.healthCheckNodePort));
  }
  return draft;
}

function virtualServer(
  port: ServicePort,
  address: string,
  number: number,
  endpoints: readonly ProxyEndpoint[],
  { scheduler }: IpvsOptions,
): VirtualServer {
  return {
    protocol: port.protocol,
    address,
    port: number,
    scheduler,
    ...(port.affinitySeconds === undefined ? {} : { persistent: port.affinitySeconds }),
    sourceHash: scheduler === 'mh',
    realServers: endpoints.map((each) => ({ address: each.address, port: each.port })),
  };
}

function balancerEntries(
  add: (set: string, entry: string) => void,
  port: ServicePort,
  address: string,
  { nodeIP }: IpvsOptions,
): void {
  add('KUBE-LOAD-BALANCER', pair(address, port));
  if (port.externalLocal) add('KUBE-LOAD-BALANCER-LOCAL', pair(address, port));
  if (port.sourceRanges.length === 0) return;
  add('KUBE-LOAD-BALANCER-FW', pair(address, port));
  for (const range of port.sourceRanges) {
    add('KUBE-LOAD-BALANCER-SOURCE-CIDR', `${pair(address, port)},${range}`);
  }
  // A node in range asks from the balancer's address itself, which is on its dummy device.
  if (port.sourceRanges.some((range) => containsAddress(range, nodeIP))) {
    add('KUBE-LOAD-BALANCER-SOURCE-IP', `${pair(address, port)},${address}`);
  }
}

function nodePortEntries(
  add: (set: string, entry: string) => void,
  port: ServicePort,
  nodeIPs: readonly string[],
): void {
  const hash = port.protocol === 'sctp';
  const entries = hash
    ? nodeIPs.map((address) => pair(address, port, port.nodePort))
    : [String(port.nodePort)];
  const kind = port.protocol.toUpperCase() + (hash ? '-HASH' : '');
  for (const entry of entries) {
    add(`KUBE-NODE-PORT-${kind}`, entry);
    if (port.externalLocal) add(`KUBE-NODE-PORT-LOCAL-${kind}`, entry);
  }
}
