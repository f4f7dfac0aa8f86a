import { octetsOf } from '../../world/octets.ts';
import { decodeDns } from '../../host/resolver/message.ts';
import type { Arp, Frame, Icmp, Icmpv6, Packet, Tcp } from '../../network/packet.ts';
import type { Micros } from '../../world/json.ts';
import { dnsOctets } from './dns-wire.ts';
import { checksum, ip4Octets, ip6Octets, macOctets, put16, put32 } from './octets.ts';

/** What of a connection's packets is not in the emulated ones: options that depend on the past. */
export interface Flows {
  /** Window of the SYN and the newest time stamp, by `source:port>destination:port`. */
  readonly seen: Map<string, { window: number; stamp: number }>;
}

export const newFlows = (): Flows => ({ seen: new Map() });

/** Shift of the windows that nodes announce. */
const WINDOW_SCALE = 10;
const MSS_ABOVE = 40;

const protocols = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, ipip: 4 } as const;

/** An Ethernet frame as bytes. */
export function frameOctets(frame: Frame, at: Micros, flows: Flows): number[] {
  const { body } = frame;
  const inet6 = body.kind === 'ip' && body.ip.source.includes(':');
  const type = body.kind === 'arp' ? 0x0806 : inet6 ? 0x86dd : 0x0800;
  const vlan = (frame as { readonly vlan?: number }).vlan;
  return [
    ...macOctets(frame.destination),
    ...macOctets(frame.source),
    ...(vlan === undefined ? [] : [...put16(0x8100), ...put16(vlan)]),
    ...put16(type),
    ...(body.kind === 'arp' ? arpOctets(body) : packetOctets(body, at, flows)),
  ];
}

function arpOctets({ operation, ...arp }: Arp): number[] {
  return [
    ...put16(1),
    ...put16(0x0800),
    6,
    4,
    ...put16(operation === 'request' ? 1 : 2),
    ...macOctets(arp.senderMac),
    ...ip4Octets(arp.senderAddress),
    ...macOctets(/^[0-9a-f]{2}(:|$)/.test(arp.targetMac) ? arp.targetMac : '00:00:00:00:00:00'),
    ...ip4Octets(arp.targetAddress),
  ];
}

/** The number of what comes behind the IP header. */
function protocolOf({ transport, inner }: Packet): number {
  if (transport.kind !== 'ipip') return protocols[transport.kind];
  if (transport.gre) return 47;
  return inner?.ip.source.includes(':') ? 41 : 4;
}

/** An IP packet as bytes. */
export function packetOctets(packet: Packet, at: Micros, flows: Flows): number[] {
  const { ip, size } = packet;
  const inet6 = ip.source.includes(':');
  const header = inet6 ? 40 : 20;
  const protocol = protocolOf(packet);
  const addresses = inet6
    ? [...ip6Octets(ip.source), ...ip6Octets(ip.destination)]
    : [...ip4Octets(ip.source), ...ip4Octets(ip.destination)];
  const length = Math.max(0, size - header);
  const { fragment } = packet;
  const piece = length - (fragment && inet6 ? 8 : 0);
  const whole = segment(packet, fragment?.total ?? length, addresses, at, flows);
  const start = fragment?.offset ?? 0;
  const body = fragment ? whole.slice(start, start + piece) : whole;
  if (inet6 && fragment) {
    const place = start | (fragment.more ? 1 : 0);
    const extra = [protocol, 0, ...put16(place), ...put32(fragment.id)];
    const before = [...put32(0x6000_0000), ...put16(length), 44, ip.ttl, ...addresses];
    return [...before, ...extra, ...body];
  }
  if (inet6) {
    return [...put32(0x6000_0000), ...put16(length), protocol, ip.ttl, ...addresses, ...body];
  }
  const { dontFragment } = ip;
  const identification = fragment?.id ?? ip.identification ?? 0;
  const place = Math.floor(start / 8) | (fragment?.more ? 0x2000 : 0);
  const before = [
    0x45,
    0,
    ...put16(size),
    ...put16(identification),
    ...put16((dontFragment ? 0x4000 : 0) | place),
    ip.ttl,
    protocol,
  ];
  const sum = checksum(before, addresses);
  return [...before, ...put16(sum), ...addresses, ...body];
}

function segment(
  packet: Packet,
  length: number,
  addresses: readonly number[],
  at: Micros,
  flows: Flows,
): number[] {
  const { transport } = packet;
  const pseudo = (protocol: number) => [...addresses, ...put32(length), ...put32(protocol)];
  switch (transport.kind) {
    case 'tcp': {
      const header = tcpHeader(packet, transport, at, flows);
      const data = filled([...octetsOf(packet.payload)], length - header.length);
      return summed([...header, ...data], 16, pseudo(6));
    }
    case 'udp': {
      const { sourcePort, destinationPort } = transport;
      const data = filled(udpData(packet, at, flows), length - 8);
      const header = [...put16(sourcePort), ...put16(destinationPort), ...put16(length), 0, 0];
      // A tunnel's outer packet goes without a checksum.
      if (packet.tunnel) return [...header, ...data];
      return summed([...header, ...data], 6, pseudo(17));
    }
    case 'icmp':
      return summed(icmpBody(transport, length, at, flows), 2, []);
    case 'icmpv6':
      return summed(icmp6Body(transport, length, at, flows), 2, pseudo(58));
    default:
      if (transport.gre) return filled(greOctets(packet, transport.gre, at, flows), length);
      return packet.inner
        ? filled(packetOctets(packet.inner, at, flows), length)
        : filled([...octetsOf(packet.payload)], length);
  }
}

/** GRE's header, and the packet or the frame that it carries. */
function greOctets(
  { inner, tunnel }: Packet,
  { key }: { readonly key?: number },
  at: Micros,
  flows: Flows,
): number[] {
  const type = tunnel ? 0x6558 : inner?.ip.source.includes(':') ? 0x86dd : 0x0800;
  const content = tunnel
    ? frameOctets(tunnel.frame, at, flows)
    : inner
      ? packetOctets(inner, at, flows)
      : [];
  const keyed = key === undefined ? [] : put32(key);
  return [...put16(key === undefined ? 0 : 0x2000), ...put16(type), ...keyed, ...content];
}

/** Bytes with their checksum put in at an offset. */
function summed(bytes: number[], offset: number, pseudo: readonly number[]): number[] {
  const [high, low] = put16(checksum(pseudo, bytes)) as [number, number];
  bytes[offset] = high;
  bytes[offset + 1] = low;
  return bytes;
}

/** Bytes cut or filled up to a length: what stands for data that is not spelled out. */
function filled(bytes: number[], length: number): number[] {
  const rest = Array.from(
    { length: Math.max(0, length - bytes.length) },
    (_, index) => index & 0xff,
  );
  return [...bytes, ...rest].slice(0, Math.max(0, length));
}

function udpData(packet: Packet, at: Micros, flows: Flows): number[] {
  const { tunnel, payload, sealed } = packet;
  if (tunnel) {
    const vni = [(tunnel.vni >> 16) & 0xff, (tunnel.vni >> 8) & 0xff, tunnel.vni & 0xff];
    return [0x08, 0, 0, 0, ...vni, 0, ...frameOctets(tunnel.frame, at, flows)];
  }
  if (sealed) return [{ initiation: 1, response: 2, data: 4 }[sealed.type], 0, 0, 0];
  const message = decodeDns(payload);
  return message ? dnsOctets(message) : [...octetsOf(payload)];
}

const bits = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 } as const;

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function tcpHeader({ ip }: Packet, tcp: Tcp, at: Micros, flows: Flows): number[] {
  const [from, to] = [`${ip.source}:${tcp.sourcePort}`, `${ip.destination}:${tcp.destinationPort}`];
  const syn = tcp.flags.includes('SYN');
  const before = flows.seen.get(`${from}>${to}`);
  // Each host counts milliseconds from a number of its own for each peer.
  const stamp = (hash(`${ip.source}>${ip.destination}`) + Math.floor(at / 1000)) >>> 0;
  const window = syn ? tcp.window : (before?.window ?? 64_240);
  flows.seen.set(`${from}>${to}`, { window, stamp });
  const echo = tcp.flags.includes('ACK') ? (flows.seen.get(`${to}>${from}`)?.stamp ?? 0) : 0;
  const times = [8, 10, ...put32(stamp), ...put32(echo)];
  const mss = 1500 - MSS_ABOVE;
  const options = tcp.flags.includes('RST')
    ? []
    : syn
      ? [2, 4, ...put16(mss), 4, 2, ...times, 1, 3, 3, WINDOW_SCALE]
      : [1, 1, ...times];
  const scaled = syn ? tcp.window : Math.ceil(window / 2 ** WINDOW_SCALE);
  const shown = tcp.flags.includes('RST') ? 0 : scaled;
  const flags = tcp.flags.reduce((sum, flag) => sum | bits[flag], 0);
  return [
    ...put16(tcp.sourcePort),
    ...put16(tcp.destinationPort),
    ...put32(tcp.sequence),
    ...put32(tcp.acknowledgement),
    ((20 + options.length) / 4) << 4,
    flags,
    ...put16(shown),
    0,
    0,
    0,
    0,
    ...options,
  ];
}

function icmpBody(icmp: Icmp, length: number, at: Micros, flows: Flows): number[] {
  const { type, code, identifier = 0, sequence = 0, mtu = 0, quoted } = icmp;
  const head = [type, code, 0, 0];
  if (quoted) {
    return filled([...head, 0, 0, ...put16(mtu), ...packetOctets(quoted, at, flows)], length);
  }
  return filled([...head, ...put16(identifier), ...put16(sequence)], length);
}

function icmp6Body(icmp: Icmpv6, length: number, at: Micros, flows: Flows): number[] {
  const { type, code, identifier = 0, sequence = 0, mtu = 0, quoted, target } = icmp;
  const head = [type, code, 0, 0];
  if (quoted) return filled([...head, ...put32(mtu), ...packetOctets(quoted, at, flows)], length);
  if (target === undefined) {
    return filled([...head, ...put16(identifier), ...put16(sequence)], length);
  }
  const flags = type === 136 ? 0x2000_0000 | (icmp.solicited ? 0x4000_0000 : 0) : 0;
  const link = icmp.linkAddress;
  const option = link === undefined ? [] : [type === 136 ? 2 : 1, 1, ...macOctets(link)];
  return filled([...head, ...put32(flags), ...ip6Octets(target), ...option], length);
}
