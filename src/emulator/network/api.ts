import type { Address, Json, Micros } from '../world/json.ts';
import type { Frame } from './packet.ts';

/** A network namespace: of which host, and which one. A host's own is called `host`. */
export interface NetnsRef {
  readonly host: string;
  readonly netns: string;
}

/** Errors of socket calls, by their errno names. */
export type Errno =
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'EAFNOSUPPORT'
  | 'EAGAIN'
  | 'EBADF'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EEXIST'
  | 'EHOSTUNREACH'
  | 'EINVAL'
  | 'EISCONN'
  | 'EISDIR'
  | 'EMFILE'
  | 'EMSGSIZE'
  | 'ENETDOWN'
  | 'ENETUNREACH'
  | 'ENODEV'
  | 'ENOENT'
  | 'ENOEXEC'
  | 'ENOSPC'
  | 'ENOTCONN'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'EPERM'
  | 'EPIPE'
  | 'EROFS'
  | 'ESRCH'
  | 'ETIMEDOUT'
  | 'EINTR';

/** Key of a socket's record: `/host/<host>/netns/<netns>/socket/<number>`. */
export type SocketId = string;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a socket tells its owner, as a queue message. */
export type SocketEvent = { readonly type: 'socket'; readonly socket: SocketId } & (
  | { readonly event: 'connected'; readonly local: Endpoint; readonly peer: Endpoint }
  | { readonly event: 'failed'; readonly errno: Errno; readonly from?: string }
  /** On a listener: a connection whose own socket is `accepted`. */
  | { readonly event: 'accepted'; readonly accepted: SocketId; readonly peer: Endpoint }
  | { readonly event: 'data'; readonly payload: string }
  /** The peer will send no more (FIN). */
  | { readonly event: 'end' }
  /** The connection is gone (RST or time-out). */
  | { readonly event: 'reset'; readonly errno: Errno }
  | { readonly event: 'datagram'; readonly from: Endpoint; readonly payload: string }
  /** For captures (`socket` is `capture/<number>`): a frame seen at a device. */
  | {
      readonly event: 'packet';
      readonly at: Micros;
      readonly device: string;
      readonly direction: 'In' | 'Out';
      readonly frame: Frame;
    }
  /** For ICMP sockets, and UDP sockets that met an ICMP error. */
  | {
      readonly event: 'icmp';
      readonly kind:
        | 'echo-reply'
        | 'time-exceeded'
        | 'net-unreachable'
        | 'host-unreachable'
        | 'port-unreachable'
        | 'admin-prohibited'
        | 'frag-needed';
      readonly from: string;
      readonly sequence?: number;
      readonly ttl: number;
      readonly size: number;
      readonly mtu?: number;
    }
);

/** How a captured frame reaches the owner of the capture; to a program it is a SocketEvent. */
export type CaptureMessage = Omit<Extract<SocketEvent, { event: 'packet' }>, 'type'> & {
  readonly type: 'packet';
  readonly capture: number;
};

/** One line of a packet's way, as the tracer, `tcpdump` and the checks read it. */
export interface TraceStep {
  readonly at: Micros;
  readonly host: string;
  readonly netns: string;
  /** What stands at this place: a link, a route decision, a rule, a socket, a neighbour. */
  readonly layer: 'l2' | 'l3' | 'nat' | 'policy' | 'dns' | 'l7' | 'socket';
  readonly device?: string;
  /** What happened, in a few words of English: `DNAT to 10.244.1.5:80`. */
  readonly what: string;
  /** The deciding rule or route as its own tool prints it, and where it stands. */
  readonly rule?: { readonly table: string; readonly chain: string; readonly text: string };
  readonly from: string;
  readonly to: string;
  /** Header values that this step changed. */
  readonly changed?: Readonly<Record<string, readonly [before: string, after: string]>>;
}

/** How a packet's way ended. */
export type Ending =
  | 'delivered'
  | 'refused' // RST, or ICMP port unreachable: somebody answered "no"
  | 'dropped' // nobody answered
  | 'rejected' // ICMP prohibited
  | 'unreachable'; // no route, or nobody has the address on the link

/** The way of one question and of its answer, without anything having been sent. */
export interface Probe {
  readonly ending: Ending;
  readonly steps: readonly TraceStep[];
  /** Where the way ended: at the socket, or where the packet was lost or refused. */
  readonly where: NetnsRef;
  /** Source as the last socket saw it. */
  readonly seenSource?: string;
  /** The endpoint that was reached after all rewrites. */
  readonly reached?: Endpoint & NetnsRef;
  /** The process that owns the socket which answered. */
  readonly owner?: Address;
}

export interface ProbeRequest {
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  readonly to: Endpoint;
  readonly from?: string;
  /** Names this question for random matches (`statistic`): another name may take another way. */
  readonly purpose?: string;
}

export interface LinkInfo {
  readonly name: string;
  readonly index: number;
  readonly kind:
    'loopback' | 'physical' | 'veth' | 'bridge' | 'dummy' | 'vxlan' | 'ipip' | 'wireguard';
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Bridge this link is a port of. */
  readonly master?: string;
  readonly hairpin?: boolean;
  /** Other end of a veth pair. */
  readonly peer?: NetnsRef & { readonly name: string; readonly index: number };
  readonly addresses: readonly AddressInfo[];
  readonly options?: Readonly<Record<string, Json>>;
}

export interface AddressInfo {
  readonly address: string;
  readonly prefix: number;
  readonly scope: 'global' | 'host' | 'link';
  readonly broadcast?: string;
  readonly label?: string;
}

export interface RouteInfo {
  /** CIDR, or `default`. */
  readonly destination: string;
  readonly via?: string;
  readonly device: string;
  readonly source?: string;
  readonly scope?: 'global' | 'host' | 'link';
  readonly protocol?: 'kernel' | 'boot' | 'static' | 'bird';
  readonly metric?: number;
  readonly onlink?: boolean;
  /** `main` unless told otherwise. */
  readonly table?: string;
  readonly kind?: 'unicast' | 'local' | 'broadcast' | 'blackhole' | 'unreachable' | 'prohibit';
}

export interface NeighbourInfo {
  readonly address: string;
  readonly device: string;
  readonly mac?: string;
  readonly state: 'INCOMPLETE' | 'REACHABLE' | 'STALE' | 'DELAY' | 'PROBE' | 'FAILED' | 'PERMANENT';
}

/** One entry of `bridge fdb`. */
export interface FdbInfo {
  readonly mac: string;
  readonly device: string;
  readonly master?: string;
  /** The other end of a tunnel. */
  readonly destination?: string;
  readonly permanent: boolean;
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
    readonly peer?: NetnsRef & { readonly name: string; readonly mac?: string };
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
    },
  ): Errno | undefined;
  removeLink(name: string): Errno | undefined;
  /** What passed a link so far, as `ip -s link` shows it. */
  statistics(name: string): LinkStatistics;
  addAddress(device: string, address: AddressInfo): Errno | undefined;
  removeAddress(device: string, address: string, prefix: number): Errno | undefined;
  routes(table?: string): readonly RouteInfo[];
  addRoute(route: RouteInfo): Errno | undefined;
  removeRoute(route: Partial<RouteInfo> & { readonly destination: string }): Errno | undefined;
  /** The route that a packet would take (`ip route get`). */
  routeTo(address: string, from?: string): RouteInfo | undefined;
  neighbours(): readonly NeighbourInfo[];
  setNeighbour(neighbour: NeighbourInfo): void;
  removeNeighbour(address: string, device: string): Errno | undefined;
  /** Forwarding database of bridges and tunnels. */
  fdb(): readonly FdbInfo[];
  /** Makes an entry by hand: frames for a MAC address go to a tunnel's other end. */
  setFdb(mac: string, device: string, destination: string): Errno | undefined;
  removeFdb(mac: string, device: string): Errno | undefined;
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
  /** Sets of ipset by name. */
  sets(): import('./netfilter/ipset/types.ts').Sets;
  /** Puts other sets in place of all that are there. */
  setSets(sets: import('./netfilter/ipset/types.ts').Sets): void;
  /** The load balancer. */
  readonly ipvs: import('./ipvs/config.ts').IpvsConfig;
  /** Connection tracking entries as records. */
  conntrack(): readonly Json[];
  flushConntrack(match?: (entry: Json) => boolean): number;
}

/** A fault as a device in the path, put there by a lab or a learner. */
export interface Fault {
  /** Share of packets that are lost, 0 to 1. */
  readonly drop?: number;
  /** Added to each packet's way. */
  readonly delay?: Micros;
  /** Nothing passes at all, as with the cable pulled out. */
  readonly cut?: boolean;
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
}
