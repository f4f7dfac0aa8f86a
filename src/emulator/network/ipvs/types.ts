import type { Micros } from '../../world/json.ts';

export type IpvsProtocol = 'tcp' | 'udp' | 'sctp';

/** A real server of a virtual one, as it was configured. */
export interface RealServer {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly method: 'masq' | 'route' | 'tunnel';
  /** Connections above which it gets no more, and below which it gets them again; 0 for none. */
  readonly upper: number;
  readonly lower: number;
}

/**
 * A virtual server's record, `…/ipvs/<key>`. The newest real server comes first, as in the kernel's
 * list, which schedulers walk from its head.
 */
export interface VirtualServer {
  readonly protocol: IpvsProtocol;
  readonly address: string;
  readonly port: number;
  /** Instead of address and port: packets with this mark. */
  readonly mark?: number;
  readonly scheduler: string;
  /** Seconds of persistence. */
  readonly persistent?: number;
  /** Mask of clients that count as one, as a prefix length. */
  readonly netmask?: number;
  readonly onePacket?: boolean;
  /** `sh-fallback`, `sh-port`, `mh-fallback`, `mh-port`, or `flag-1` to `flag-3`. */
  readonly flags: readonly string[];
  readonly realServers: readonly RealServer[];
  /** Counts virtual servers as they were added. */
  readonly order: number;
}

/** The key of a virtual server: protocol, address and port, or its mark. */
export function serverKey(
  server: Pick<VirtualServer, 'protocol' | 'address' | 'port' | 'mark'>,
): string {
  if (server.mark !== undefined) return `fwm-${server.mark}`;
  return `${server.protocol}-${server.address}-${server.port}`;
}

export const realKey = ({ address, port }: Pick<RealServer, 'address' | 'port'>): string =>
  `${address}-${port}`;

/** States of connections (`IP_VS_TCP_S_*`); UDP and SCTP have one of their own. */
export type IpvsState =
  | 'NONE'
  | 'ESTABLISHED'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'FIN_WAIT'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'LISTEN'
  | 'SYNACK'
  | 'UDP';

/** A connection, or the template of persistence (with the client's port 0). Volatile. */
export interface IpvsConnection {
  readonly protocol: IpvsProtocol;
  readonly client: string;
  readonly clientPort: number;
  readonly virtual: string;
  readonly virtualPort: number;
  readonly address: string;
  readonly port: number;
  /** Its virtual server's key. */
  readonly server: string;
  readonly method: RealServer['method'];
  readonly state: IpvsState;
  /** Counts as active for the schedulers. */
  readonly active: boolean;
  readonly template: boolean;
  readonly expires: Micros;
}

/** Sums since the start or since `ipvsadm -Z`. */
export interface IpvsTotals {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

/** Totals, and the estimator's view of them two seconds ago with its rates (scaled). */
export interface IpvsStats {
  readonly totals: IpvsTotals;
  readonly last: IpvsTotals;
  readonly rates: IpvsTotals;
  readonly estimated: Micros;
}

/** What a real server has to do, and what it did. Volatile. */
export interface RealLoad {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
}

/** Time-outs that `ipvsadm --set` changes, in seconds. */
export interface IpvsTimeouts {
  readonly tcp: number;
  readonly tcpfin: number;
  readonly udp: number;
}

export const defaultTimeouts: IpvsTimeouts = { tcp: 900, tcpfin: 120, udp: 300 };

/** The virtual servers of a namespace, compiled for the way of a packet. */
export interface IpvsView {
  readonly servers: ReadonlyMap<string, VirtualServer>;
  readonly marked: boolean;
  readonly timeouts: IpvsTimeouts;
}
