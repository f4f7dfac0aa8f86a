import { byteLength } from './bytes.ts';

export type TcpFlag = 'SYN' | 'ACK' | 'FIN' | 'RST' | 'PSH' | 'URG';

export interface Tcp {
  readonly kind: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: readonly TcpFlag[];
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly window: number;
}

export interface Udp {
  readonly kind: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface Icmp {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  readonly identifier?: number;
  readonly sequence?: number;
  /** Next-hop MTU of "fragmentation needed". */
  readonly mtu?: number;
  /** The packet that an error is about. */
  readonly quoted?: Packet;
}

/** IP in IP: what comes next is a whole packet. */
export interface Ipip {
  readonly kind: 'ipip';
}

export interface IpHeader {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly identification: number;
  readonly dontFragment: boolean;
}

/**
 * An IPv4 packet as a value. Sizes are computed, never guessed: header 20 bytes, then the
 * transport's own.
 *
 *     Frame [ destination | source | Packet [ ip | transport | payload ] ]
 */
export interface Packet {
  readonly kind: 'ip';
  readonly id: number;
  /** Trace that this packet's way is written to, if any. */
  readonly trace?: number;
  readonly ip: IpHeader;
  readonly transport: Tcp | Udp | Icmp | Ipip;
  readonly payload: string;
  /** The packet that an IP-in-IP packet carries. */
  readonly inner?: Packet;
  /** The frame that a vxlan packet carries. */
  readonly tunnel?: { readonly vni: number; readonly frame: Frame };
  /** Bytes of the whole IP packet. */
  readonly size: number;
}

export interface Arp {
  readonly kind: 'arp';
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
  readonly trace?: number;
}

export interface Frame {
  readonly source: string;
  readonly destination: string;
  readonly body: Packet | Arp;
}

export const broadcastMac = 'ff:ff:ff:ff:ff:ff';

const IP_HEADER = 20;
/** With time stamps and padding, as Linux sends them. */
const TCP_HEADER = 32;
/** SYN and SYN-ACK carry MSS, SACK, time stamps and window scale. */
const TCP_SYN_HEADER = 40;
const TCP_RST_HEADER = 20;

/** Bytes of the IP packet that these parts make. `padding` counts bytes of data not spelled out. */
export function packetSize(transport: Packet['transport'], payload: string, padding = 0): number {
  const data = byteLength(payload) + padding;
  if (transport.kind === 'ipip') return IP_HEADER + data;
  if (transport.kind === 'udp') return IP_HEADER + 8 + data;
  if (transport.kind === 'icmp') {
    const quoted = transport.quoted ? Math.min(transport.quoted.size, 548) : 0;
    return IP_HEADER + 8 + quoted + data;
  }
  const { flags } = transport;
  if (flags.includes('SYN')) return IP_HEADER + TCP_SYN_HEADER;
  if (flags.includes('RST')) return IP_HEADER + TCP_RST_HEADER;
  return IP_HEADER + TCP_HEADER + data;
}

/** Whether an ICMP message is about another packet. */
export function isIcmpError(transport: Packet['transport']): transport is Icmp {
  return transport.kind === 'icmp' && [3, 4, 5, 11, 12].includes(transport.type);
}

/** Source or destination as tools write it: with its port where there is one. */
export function endpointText(packet: Packet, side: 'source' | 'destination'): string {
  const { transport } = packet;
  const address = packet.ip[side];
  if (transport.kind === 'icmp' || transport.kind === 'ipip') return address;
  return `${address}:${side === 'source' ? transport.sourcePort : transport.destinationPort}`;
}

/** A few words about a packet: `TCP SYN`, `UDP`, `ICMP echo request`. */
export function packetText(packet: Packet): string {
  const { transport } = packet;
  if (transport.kind === 'tcp') return `TCP ${transport.flags.join('+') || 'segment'}`;
  if (transport.kind === 'udp') return 'UDP';
  if (transport.kind === 'ipip') return 'IP in IP';
  return `ICMP ${icmpText(transport)}`;
}

/** Name of an ICMP message's type and code, as ping and tcpdump speak of it. */
export function icmpText(icmp: Icmp): string {
  if (icmp.type === 8) return 'echo request';
  if (icmp.type === 0) return 'echo reply';
  if (icmp.type === 11) return 'time exceeded';
  if (icmp.type !== 3) return `type ${icmp.type}`;
  const codes: Readonly<Record<number, string>> = {
    0: 'net unreachable',
    1: 'host unreachable',
    2: 'protocol unreachable',
    3: 'port unreachable',
    4: 'fragmentation needed',
    9: 'net prohibited',
    10: 'host prohibited',
    13: 'admin prohibited',
  };
  return codes[icmp.code] ?? `unreachable, code ${icmp.code}`;
}
