import { isInet6 } from './address6.ts';
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

interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  readonly identifier?: number;
  readonly sequence?: number;
  /** Next-hop MTU of "fragmentation needed". */
  readonly mtu?: number;
  /** The packet that an error is about. */
  readonly quoted?: Packet;
}

export interface Icmp extends IcmpMessage {
  readonly kind: 'icmp';
}

/** Types of RFC 4443 and RFC 4861. */
export interface Icmpv6 extends IcmpMessage {
  readonly kind: 'icmpv6';
  /** The address that a neighbour solicitation or advertisement is about. */
  readonly target?: string;
  /** The MAC address that it tells. */
  readonly linkAddress?: string;
  /** Of an advertisement: it answers a solicitation. */
  readonly solicited?: boolean;
}

/** IP in IP: what comes next is a whole packet, with GRE (RFC 2784) behind a header of its own. */
export interface Ipip {
  readonly kind: 'ipip';
  readonly gre?: { readonly key?: number };
}

export interface IpHeader {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly identification: number;
  readonly dontFragment: boolean;
}

/**
 * An IP packet as a value; its addresses tell the family. Sizes are computed, never guessed:
 * header 20 bytes (40 for IPv6), then the transport's own.
 *
 *     Frame [ destination | source | Packet [ ip | transport | payload ] ]
 */
export interface Packet {
  readonly kind: 'ip';
  readonly id: number;
  /** Trace that this packet's way is written to, if any. */
  readonly trace?: number;
  readonly ip: IpHeader;
  readonly transport: Tcp | Udp | Icmp | Icmpv6 | Ipip;
  readonly payload: string;
  /** The packet that an IP-in-IP packet carries. */
  readonly inner?: Packet;
  /** The frame that a vxlan or GRE packet carries. */
  readonly tunnel?: { readonly vni: number; readonly frame: Frame };
  /** What a WireGuard packet hides: a message of the handshake, or a packet under its keys. */
  readonly sealed?: Sealed;
  /** Bytes of the whole IP packet. */
  readonly size: number;
}

/** What is inside a WireGuard packet (whitepaper 5.4); only the peers can look into it. */
export interface Sealed {
  readonly type: 'initiation' | 'response' | 'data';
  /** Public keys of both ends. */
  readonly from: string;
  readonly to: string;
  /** Whether the sender's preshared key is the receiver's. */
  readonly presharedKey?: string;
  /** Name of the session's keys that it is under; of a response, of those that it agrees to. */
  readonly keys?: string;
  /** Of data: the packet; none is a keepalive. */
  readonly inner?: Packet;
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
  /** Number of the virtual LAN that it is marked for (802.1Q). */
  readonly vlan?: number;
  readonly body: Packet | Arp;
}

export const broadcastMac = 'ff:ff:ff:ff:ff:ff';

/** Whether a frame is for more than one card: the group bit of its MAC address. */
export function isGroupMac(mac: string): boolean {
  return mac === broadcastMac || (parseInt(mac.slice(1, 2), 16) & 1) === 1;
}

const IP_HEADER = 20;
/** What an IPv6 header has beyond that. */
const INET6_EXTRA = 20;
/** With time stamps and padding, as Linux sends them. */
const TCP_HEADER = 32;
/** SYN and SYN-ACK carry MSS, SACK, time stamps and window scale. */
const TCP_SYN_HEADER = 40;
const TCP_RST_HEADER = 20;

/**
 * Bytes of the IP packet that these parts make. `padding` counts bytes of data not spelled out,
 * `to` is the destination, which tells the family.
 */
export function packetSize(
  transport: Packet['transport'],
  payload: string,
  padding = 0,
  to = '',
): number {
  const data = byteLength(payload) + padding;
  const header = isInet6(to) ? IP_HEADER + INET6_EXTRA : IP_HEADER;
  if (transport.kind === 'ipip') return header + greHeader(transport) + data;
  if (transport.kind === 'udp') return header + 8 + data;
  if (isIcmp(transport)) {
    const longest = transport.kind === 'icmp' ? 548 : 1232;
    const quoted = transport.quoted ? Math.min(transport.quoted.size, longest) : 0;
    const target = transport.kind === 'icmpv6' && transport.target !== undefined ? 24 : 0;
    return header + 8 + quoted + target + data;
  }
  const { flags } = transport;
  if (flags.includes('SYN')) return header + TCP_SYN_HEADER;
  if (flags.includes('RST')) return header + TCP_RST_HEADER;
  return header + TCP_HEADER + data;
}

/** Four bytes, and four more for a key. */
const greHeader = ({ gre }: Ipip) => (gre === undefined ? 0 : gre.key === undefined ? 4 : 8);

/** Whether a transport is ICMP of either family. */
export function isIcmp(transport: Packet['transport']): transport is Icmp | Icmpv6 {
  return transport.kind === 'icmp' || transport.kind === 'icmpv6';
}

/** Whether an ICMP message is about another packet. */
export function isIcmpError(transport: Packet['transport']): transport is Icmp | Icmpv6 {
  if (transport.kind === 'icmpv6') return transport.type < 128;
  return transport.kind === 'icmp' && [3, 4, 5, 11, 12].includes(transport.type);
}

/** Whether an ICMP message asks for an echo. */
export function isEchoRequest(transport: Packet['transport']): boolean {
  return isIcmp(transport) && transport.type === (transport.kind === 'icmp' ? 8 : 128);
}

/** Whether an ICMP message is an echo. */
export function isEchoReply(transport: Packet['transport']): boolean {
  return isIcmp(transport) && transport.type === (transport.kind === 'icmp' ? 0 : 129);
}

/** Source or destination as tools write it: with its port where there is one. */
export function endpointText(packet: Packet, side: 'source' | 'destination'): string {
  const { transport } = packet;
  const address = packet.ip[side];
  if (isIcmp(transport) || transport.kind === 'ipip') return address;
  const host = isInet6(address) ? `[${address}]` : address;
  return `${host}:${side === 'source' ? transport.sourcePort : transport.destinationPort}`;
}

/** A few words about a packet: `TCP SYN`, `UDP`, `ICMP echo request`. */
export function packetText(packet: Packet): string {
  const { transport } = packet;
  if (transport.kind === 'tcp') return `TCP ${transport.flags.join('+') || 'segment'}`;
  if (transport.kind === 'udp') return 'UDP';
  if (transport.kind === 'ipip') return transport.gre ? 'GRE' : 'IP in IP';
  return transport.kind === 'icmp'
    ? `ICMP ${icmpText(transport)}`
    : `ICMPv6 ${icmpv6Text(transport)}`;
}

/** Name of an ICMPv6 message's type and code. */
export function icmpv6Text({ type, code }: Icmpv6): string {
  const types: Readonly<Record<number, string>> = {
    2: 'packet too big',
    3: 'time exceeded',
    128: 'echo request',
    129: 'echo reply',
    135: 'neighbor solicitation',
    136: 'neighbor advertisement',
  };
  if (type !== 1) return types[type] ?? `type ${type}`;
  const codes = ['no route', 'admin prohibited', 'beyond scope', 'address unreachable'];
  return code === 4 ? 'port unreachable' : (codes[code] ?? `unreachable, code ${code}`);
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
