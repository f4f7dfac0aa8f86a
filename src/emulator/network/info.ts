// What a namespace's tables hold: addresses, routes, neighbours.
import type { Micros } from '../world/json.ts';

export interface AddressInfo {
  readonly address: string;
  readonly prefix: number;
  readonly scope: 'global' | 'host' | 'link';
  readonly broadcast?: string;
  readonly label?: string;
  /** The other end of a line with two ends (`peer`). */
  readonly peer?: string;
  /** Seconds for which it is good, and preferred, from `since` on. */
  readonly valid?: number;
  readonly preferred?: number;
  readonly since?: Micros;
  /** Metric of the route to its network. */
  readonly metric?: number;
  /** `nodad`, `noprefixroute` and the like, as they were told. */
  readonly flags?: readonly string[];
}

export interface RouteInfo {
  /** CIDR, or `default` for IPv4; IPv6 has `::/0`. */
  readonly destination: string;
  readonly via?: string;
  readonly device: string;
  readonly source?: string;
  readonly scope?: 'global' | 'host' | 'link';
  /** `kernel`, `boot`, `static`, `bird` and the others of rt_protos. */
  readonly protocol?: string;
  readonly metric?: number;
  readonly onlink?: boolean;
  /** Largest packet that goes this way, where it is less than the device's. */
  readonly mtu?: number;
  /** `main` unless told otherwise. */
  readonly table?: string;
  readonly kind?:
    | 'unicast'
    | 'local'
    | 'broadcast'
    | 'multicast'
    | 'anycast'
    | 'blackhole'
    | 'unreachable'
    | 'prohibit'
    | 'throw';
  /** Only for packets with this type of service. */
  readonly tos?: number;
  /** `advmss`, `initcwnd` and others that say nothing of the way. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Which numbers nothing that is learned may change. */
  readonly locked?: readonly string[];
  /** Place among routes of the same prefix and metric; 0 unless told otherwise. */
  readonly order?: number;
  /** Seconds for which a smaller path MTU is believed; only where a way is asked for. */
  readonly expires?: number;
  /** Several ways of one route; `via` and `device` are empty then. */
  readonly nexthops?: readonly Nexthop[];
}

/** One of several next hops of a route. */
export interface Nexthop {
  readonly via?: string;
  readonly device: string;
  readonly weight?: number;
  readonly onlink?: boolean;
}

export interface NeighbourInfo {
  /** `router`, `extern_learn`, as they were told. */
  readonly flags?: readonly string[];
  readonly address: string;
  readonly device: string;
  readonly mac?: string;
  readonly state:
    | 'INCOMPLETE'
    | 'REACHABLE'
    | 'STALE'
    | 'DELAY'
    | 'PROBE'
    | 'FAILED'
    | 'PERMANENT'
    | 'NOARP'
    | 'NONE';
}
