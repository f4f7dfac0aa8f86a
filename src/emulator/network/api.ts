import type { Address, Json, Micros } from '../world/json.ts';
import type { AddressInfo, NeighbourInfo, RouteInfo } from './info.ts';
import type { QdiscInfo, QdiscStatistics } from './link/qdisc.ts';
import type { BpfEvent, BpfMap } from './bpf/maps.ts';
import type { WireguardPeer } from './link/wireguard/record.ts';
import type { Flow, RuleInfo } from './policy-rule.ts';
import type {
  Endpoint,
  Ending,
  Errno,
  Probe,
  ProbeRequest,
  SocketId,
  TraceStep,
} from './events.ts';

export type {
  CaptureMessage,
  Endpoint,
  Ending,
  Errno,
  Observation,
  Probe,
  ProbeRequest,
  SocketEvent,
  SocketId,
  TraceStep,
} from './events.ts';

export type { AddressInfo, NeighbourInfo, Nexthop, RouteInfo } from './info.ts';

/** A network namespace: of which host, and which one. A host's own is called `host`. */
export interface NetnsRef {
  readonly host: string;
  readonly netns: string;
}

export interface LinkInfo {
  readonly name: string;
  readonly index: number;
  readonly kind:
    | 'loopback'
    | 'physical'
    | 'veth'
    | 'bridge'
    | 'dummy'
    | 'vxlan'
    | 'ipip'
    | 'sit'
    | 'gre'
    | 'gretap'
    | 'wireguard'
    | 'macvlan'
    | 'ipvlan'
    | 'vlan';
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Bridge this link is a port of. */
  readonly master?: string;
  readonly hairpin?: boolean;
  /** The link that a vlan, macvlan or ipvlan stands on. */
  readonly lower?: NetnsRef & { readonly name: string };
  /** Of a bridge: a port came or went, or its address was set, so that it minds its carrier. */
  readonly settled?: boolean;
  /** Whether it was ever up: only then it has a queueing discipline. */
  readonly started?: boolean;
  /** Whether others stand on this one. */
  readonly carries?: boolean;
  /** Other end of a veth pair. */
  readonly peer?: NetnsRef & { readonly name: string; readonly index: number };
  readonly addresses: readonly AddressInfo[];
  readonly options?: Readonly<Record<string, Json>>;
}

/** A wireguard device as `wg` shows and sets it. */
export interface WireguardInfo {
  readonly privateKey?: string;
  readonly publicKey?: string;
  readonly listenPort: number;
  readonly mark?: number;
  readonly peers: readonly (WireguardPeer & {
    readonly latestHandshake?: Micros;
    readonly received: number;
    readonly sent: number;
  })[];
}

/** One entry of `bridge fdb`. */
export interface FdbInfo {
  readonly mac: string;
  readonly device: string;
  readonly master?: string;
  /** The other end of a tunnel. */
  readonly destination?: string;
  readonly permanent: boolean;
  /** Of one made by hand that is not permanent. */
  readonly state?: 'static' | 'dynamic';
}

export interface SocketInfo {
  readonly id: SocketId;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  readonly state: string;
  readonly local: Endpoint;
  readonly peer?: Endpoint;
  readonly owner: Address;
  readonly receiveQueue: number;
  readonly sendQueue: number;
}

/** Frames and bytes that a link received and sent. */
export interface LinkStatistics {
  readonly received: Counters;
  readonly sent: Counters;
}

/** Packet and byte counters of one rule or chain policy. */
export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

/**
 * What netlink is on a real host: the configuration of one namespace, read and written at once
 * (no time passes). Writers give the errno that the kernel would.
 */
export interface NetworkConfig {
  readonly ref: NetnsRef;
  links(): readonly LinkInfo[];
  addLink(link: {
    readonly name: string;
    readonly kind: LinkInfo['kind'];
    readonly mac?: string;
    readonly mtu?: number;
    readonly index?: number;
    readonly peer?: NetnsRef & { readonly name: string; readonly mac?: string };
    readonly lower?: NetnsRef & { readonly name: string };
    readonly options?: Readonly<Record<string, Json>>;
  }): Errno | undefined;
  setLink(
    name: string,
    change: {
      readonly up?: boolean;
      readonly mtu?: number;
      readonly mac?: string;
      readonly master?: string | null;
      readonly hairpin?: boolean;
      readonly name?: string;
      readonly options?: Readonly<Record<string, Json>>;
    },
  ): Errno | undefined;
  removeLink(name: string): Errno | undefined;
  /** Moves a link into another namespace, where it is down and without addresses. */
  moveLink(name: string, to: NetnsRef): Errno | undefined;
  /** Whether something is at the other end of a link: for a bridge, a port that is up. */
  hasCarrier(name: string): boolean;
  /** Modules that the machine's kernel was built without. */
  missingModules(): readonly string[];
  /** Namespaces of the same host, and one of them. */
  namespaces(): readonly string[];
  namespace(name: string): NetworkConfig | undefined;
  addNamespace(name: string): Errno | undefined;
  removeNamespace(name: string): Errno | undefined;
  /** The queueing discipline of a device, where one was set; undefined takes it away. */
  qdisc(device: string): (QdiscInfo & QdiscStatistics) | undefined;
  setQdisc(device: string, qdisc: QdiscInfo | undefined): Errno | undefined;
  /** What passed a link so far, as `ip -s link` shows it. */
  statistics(name: string): LinkStatistics;
  addAddress(device: string, address: AddressInfo): Errno | undefined;
  /** Gives a device many addresses with the whole mask at once; those it has stay. */
  addHostAddresses(device: string, addresses: readonly string[]): void;
  removeAddress(device: string, address: string, prefix: number): Errno | undefined;
  routes(table?: string, family?: 'inet' | 'inet6'): readonly RouteInfo[];
  /** `place`: before or behind others of its prefix and metric; refused without it. */
  addRoute(route: RouteInfo, place?: 'append' | 'prepend'): Errno | undefined;
  removeRoute(route: Partial<RouteInfo> & { readonly destination: string }): Errno | undefined;
  /** The route that a packet would take (`ip route get`). */
  routeTo(address: string, from?: string, flow?: Flow): RouteInfo | undefined;
  /** Rules by which tables are chosen (`ip rule`), lowest priority first. */
  rules(family?: 'inet' | 'inet6'): readonly RuleInfo[];
  setRules(rules: readonly RuleInfo[], family?: 'inet' | 'inet6'): void;
  neighbours(): readonly NeighbourInfo[];
  setNeighbour(neighbour: NeighbourInfo): void;
  removeNeighbour(address: string, device: string): Errno | undefined;
  /** Forwarding database of bridges and tunnels. */
  fdb(): readonly FdbInfo[];
  /**
   * Makes an entry by hand: frames for a MAC address go to a tunnel's other end (the text), or as
   * `StaticFdb` says. `device` is the tunnel, or the bridge whose table it is.
   */
  setFdb(
    mac: string,
    device: string,
    to: string | import('./link/fdb.ts').StaticFdb,
  ): Errno | undefined;
  /** The entry of that key, as it was made by hand. */
  staticFdb(mac: string, device: string): import('./link/fdb.ts').StaticFdb | undefined;
  /** Forgets what a bridge learned, of one port or of all. */
  flushFdb(bridge: string, port?: string): void;
  removeFdb(mac: string, device: string): Errno | undefined;
  /** A wireguard device's key, port and peers; undefined for other devices. */
  wireguard(device: string): WireguardInfo | undefined;
  /** Entries of a map of the node's programs (`bpf/`), by key. */
  bpfMap(map: BpfMap): readonly (readonly [key: string, value: Json])[];
  setBpfMap(
    map: BpfMap,
    entries: readonly (readonly [key: string, value: Json | undefined])[],
  ): void;
  /** What those programs have seen last. */
  bpfEvents(): readonly BpfEvent[];
  /** Sets them all at once. */
  setWireguard(
    device: string,
    wanted: Omit<WireguardInfo, 'peers' | 'publicKey'> & {
      readonly peers: readonly WireguardPeer[];
    },
  ): Errno | undefined;
  sysctl(name: string): string | undefined;
  setSysctl(name: string, value: string): void;
  /** All sockets in order of their numbers, or only the one that is named. */
  sockets(id?: SocketId): readonly SocketInfo[];
  /** Rules in the language of `iptables-save` (all tables), for the printing tools. */
  iptables(family?: 'IPv4' | 'IPv6'): import('./netfilter/iptables/rules.ts').Ruleset;
  setIptables(
    rules: import('./netfilter/iptables/rules.ts').Ruleset,
    family?: 'IPv4' | 'IPv6',
  ): void;
  /** Counters of a chain's rules in order, and of its policy. */
  counters(
    table: string,
    chain: string,
    family?: 'IPv4' | 'IPv6',
  ): { readonly policy: Counters; readonly rules: readonly Counters[] };
  zeroCounters(table: string, chain?: string, family?: 'IPv4' | 'IPv6'): void;
  /** Sets counters of rules that are loaded. */
  setCounters(
    counts: readonly import('./netfilter/iptables/parse.ts').RuleCount[],
    family?: 'IPv4' | 'IPv6',
  ): void;
  /** Rules of nftables, apart from the tables that iptables makes. */
  nftables(): import('./netfilter/nftables/ast.ts').NftRuleset;
  setNftables(rules: import('./netfilter/nftables/ast.ts').NftRuleset): void;
  /** What packets did to them: counters, and elements that they added to sets. */
  nftablesLive(): import('./netfilter/nftables/print.ts').LiveState;
  /** Takes elements that packets added out of their sets. */
  forgetElements(elements: readonly import('./netfilter/nftables/outcome.ts').Forgotten[]): void;
  /** Sets named counters and quotas of a table to zero, or one of them. */
  zeroObjects(table: import('./netfilter/nftables/ast.ts').NftTable, only?: string): void;
  /** Sets of ipset by name. */
  sets(): import('./netfilter/ipset/types.ts').Sets;
  /** Puts other sets in place of all that are there. */
  setSets(sets: import('./netfilter/ipset/types.ts').Sets): void;
  /** The load balancer. */
  readonly ipvs: import('./ipvs/config.ts').IpvsConfig;
  /** Who listens on which queue (`netfilter/queue/`). */
  queues(): readonly (readonly [number, import('./netfilter/queue/listener.ts').QueueListener])[];
  /** Sets who listens; EBUSY where another process does. Undefined: nobody any more. */
  setQueue(
    queue: number,
    listener: import('./netfilter/queue/listener.ts').QueueListener | undefined,
  ): Errno | undefined;
  /** What `/proc/net/netfilter/nfnetlink_queue` says. */
  queueFile(): string;
  /** Connection tracking entries as records. */
  conntrack(): readonly Json[];
  flushConntrack(match?: (entry: Json) => boolean): number;
  /** Takes a label off the connections that match. */
  clearLabel(label: number, match: (entry: Json) => boolean): number;
}

/** A fault as a device in the path, put there by a lab or a learner. */
export interface Fault {
  /** Share of packets that are lost, 0 to 1. */
  readonly drop?: number;
  /** Added to each packet's way. */
  readonly delay?: Micros;
  /** Nothing passes at all, as with the cable pulled out. */
  readonly cut?: boolean;
  /** Share of packets that arrive twice. */
  readonly duplicate?: number;
  /** What is larger is lost without a word. */
  readonly mtu?: number;
}

/** The network of the whole world. Created once by `cluster/`; used by `host/` and the checks. */
export interface Network {
  config(where: NetnsRef): NetworkConfig;
  /** Makes a namespace with a loopback link that is down, as `ip netns add` does. */
  addNetns(where: NetnsRef): void;
  removeNetns(where: NetnsRef): void;
  hasNetns(where: NetnsRef): boolean;
  connect(
    where: NetnsRef,
    to: Endpoint,
    owner: Address,
    from?: Partial<Endpoint>,
    /** Of a probe: its only SYN goes so many hops, and ICMP errors about it are told. */
    ttl?: number,
  ): SocketId | Errno;
  listen(where: NetnsRef, local: Endpoint, owner: Address): SocketId | Errno;
  openUdp(where: NetnsRef, owner: Address, local?: Partial<Endpoint>): SocketId | Errno;
  openIcmp(where: NetnsRef, owner: Address): SocketId | Errno;
  /** Sends on a connected socket. */
  send(socket: SocketId, payload: string): Errno | undefined;
  sendTo(
    socket: SocketId,
    to: Endpoint,
    payload: string,
    /** `size`: bytes on the wire, where the text stands for a binary message. */
    options?: { readonly ttl?: number; readonly size?: number },
  ): Errno | undefined;
  echo(
    socket: SocketId,
    to: string,
    options: {
      readonly sequence: number;
      readonly size: number;
      readonly ttl?: number;
      readonly dontFragment?: boolean;
      readonly from?: string;
      /** The device that it must leave by. */
      readonly device?: string;
      readonly mark?: number;
    },
  ): Errno | undefined;
  /** Says that no more will be sent (FIN). */
  shutdown(socket: SocketId): void;
  close(socket: SocketId): void;
  /** Hands the events of a socket to another owner (a fork after accept). */
  setOwner(socket: SocketId, owner: Address): void;
  /**
   * Asks what would become of a packet; nothing in the world changes. `visited` is told the
   * namespaces that were looked into.
   */
  probe(where: NetnsRef, request: ProbeRequest, visited?: (ref: NetnsRef) => void): Probe;
  /** Sees packets at a device (`any` for all) as the kernel hands them to tcpdump. */
  capture(where: NetnsRef, device: string, owner: Address): number;
  endCapture(capture: number): void;
  /** The way of the last packets that left a namespace, for the tracer; volatile. */
  recentTraces(limit: number): readonly {
    readonly id: number;
    readonly steps: readonly TraceStep[];
    readonly ending?: Ending;
  }[];
  /** Puts a fault into the way of packets at a device (both directions), or takes it away. */
  setFault(where: NetnsRef, device: string, fault: Fault | undefined): void;
  /** Forgets all that is derived from records; to be called after the world was loaded. */
  forget(): void;
  /** Grows with each change of links, addresses, routes, rules, faults or listeners: for caches. */
  readonly configRevision: number;
  /** The configRevision at which a namespace's own part changed last. */
  revisionOf(where: NetnsRef): number;
  /** The same without ports of bridges, which a host's own packets to other hosts do not take. */
  ownRevisionOf(where: NetnsRef): number;
}
