/**
 * What a tracer asks: from a pod (`namespace/name`) or a node (`node/<name>`) to a name or
 * address.
 */
export interface TraceRequest {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  /** Another number sends another packet: dice of rules fall anew. */
  readonly turn?: number;
}

/** The headers of a packet as they are at one place. */
export interface PacketHead {
  readonly from: string;
  readonly to: string;
  readonly ttl: number;
  /** `SYN`, `SYN ACK`; of ICMP its message; nothing of UDP. */
  readonly flags: string;
  /** Bytes of the IP packet, without what it is wrapped into. */
  readonly size: number;
  /** Firewall mark within this namespace. */
  readonly mark: string;
  readonly macFrom?: string;
  readonly macTo?: string;
  /** The header in front while the packet is in a tunnel. */
  readonly outer?: OuterHead;
}

export interface OuterHead {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly size: number;
}

export interface RuleText {
  readonly table: string;
  readonly chain: string;
  readonly text: string;
}

export type HopKind =
  | 'name' // a name was asked for
  | 'link' // over a cable, a veth pair, a bridge
  | 'neighbour' // nobody answered who has the address
  | 'route'
  | 'nat'
  | 'gate' // a rule let it pass or stopped it
  | 'wrap'
  | 'unwrap'
  | 'socket'
  | 'lost';

/** One hop of a packet, with its headers before and after. */
export interface PacketHop {
  readonly way: 'out' | 'back';
  readonly kind: HopKind;
  readonly layer: 'l2' | 'l3' | 'nat' | 'policy' | 'dns' | 'l7' | 'socket';
  readonly node: string;
  readonly pod?: string;
  readonly device?: string;
  /** For `link`: the devices in order, with their machines and pods. */
  readonly over?: readonly {
    readonly node: string;
    readonly pod?: string;
    readonly device: string;
  }[];
  /** In the engine's own words. */
  readonly what: string;
  readonly before: PacketHead;
  readonly after: PacketHead;
  /** Names of header fields that differ. */
  readonly changed: readonly string[];
  /** The rule or route that decided, as its own tool prints it. */
  readonly rule?: RuleText;
  /** Rules that matched on the way to the decision, in order. */
  readonly met: readonly RuleText[];
  /** Entries that connection tracking wrote here, as `conntrack -L` prints them. */
  readonly conntrack: readonly string[];
  /** Question to the neighbours that came first. */
  readonly asked?: string;
}

export type TraceEnding =
  'delivered' | 'refused' | 'dropped' | 'rejected' | 'unreachable' | 'nxdomain' | 'unknown';

/** A packet's way there and back. */
export interface PacketTrace {
  readonly request: TraceRequest;
  readonly ending: TraceEnding;
  readonly hops: readonly PacketHop[];
  /** Index of the hop at which it was stopped. */
  readonly culprit?: number;
  /** Why nothing could be sent. */
  readonly problem?: 'no-source' | 'busy';
}
