import { containsAddress, matchesAll } from '../iptables/node-addresses.ts';
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
  readonly sets: readonly PlannedSet[];
  /** Addresses on the dummy device kube-ipvs0. */
  readonly bound: readonly string[];
  /** Text for `iptables-restore --noflush`. */
  readonly filter: string;
  readonly nat: string;
}

/** The dummy device that makes service addresses local. */
export const DUMMY_DEVICE = 'kube-ipvs0';

/** The sets while they are filled. */
type Entries = Map<string, Set<string>>;

interface Draft {
  readonly entries: Entries;
  /** By protocol, address and port: of two Services that claim one place the later one has it. */
  readonly servers: Map<string, VirtualServer>;
  readonly bound: Set<string>;
}

/** Plans virtual servers, sets and rules of all service ports for one node. */
export function planIpvs(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  options: IpvsOptions,
): IpvsPlan {
  const draft: Draft = {
    entries: new Map(sets.map(({ name }) => [name, new Set<string>()])),
    servers: new Map(),
    bound: new Set(),
  };
  const nodeIPs = nodePortIPs(options);
  for (const port of ports) planPort(draft, port, endpoints.get(port.key) ?? [], nodeIPs, options);
  for (const address of draft.bound) draft.entries.get('KUBE-IPVS-IPS')?.add(address);
  const planned = sets.map((set) => ({
    ...set,
    name: setName(set.name, options.family),
    entries: [...(draft.entries.get(set.name) ?? [])],
  }));
  const filled = new Set(
    sets.filter(({ name }) => draft.entries.get(name)?.size).map((s) => s.name),
  );
  return {
    servers: [...draft.servers.values()],
    sets: planned,
    bound: [...draft.bound],
    ...ipvsRules(filled, options),
  };
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
  draft: Draft,
  port: ServicePort,
  endpoints: readonly ProxyEndpoint[],
  nodeIPs: readonly string[],
  options: IpvsOptions,
): void {
  const add = (set: string, entry: string) => draft.entries.get(set)?.add(entry);
  for (const { local, address, port: number } of endpoints) {
    if (local) add('KUBE-LOOP-BACK', `${pair(address, port, number)},${address}`);
  }
  const choice = categorize(endpoints, port, options.node);
  // Without a local endpoint the others serve: their answers find no way back to outsiders, but
  // pods of the node are served.
  const chosen = (local: boolean) =>
    local && choice.local.length > 0 ? choice.local : choice.cluster;
  const serve = (address: string, number: number, local: boolean) => {
    const key = `${port.protocol} ${address} ${number}`;
    draft.servers.set(key, virtualServer(port, address, number, chosen(local), options));
  };
  const bind = (address: string) => {
    if (!options.nodeAddresses.includes(address)) draft.bound.add(address);
  };
  add('KUBE-CLUSTER-IP', pair(port.clusterIP, port));
  draft.bound.add(port.clusterIP);
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
