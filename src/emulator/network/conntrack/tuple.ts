import { isEchoReply, isEchoRequest, isIcmp, type Packet } from '../packet.ts';

/** One direction of a connection, as conntrack knows it. Ports are type and id for ICMP. */
export interface Tuple {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'ipip' | 'gre';
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmp?: { readonly type: number; readonly code: number };
}

/** The text under which a tuple is found. */
export function tupleKey(tuple: Tuple): string {
  const { protocol, source, sourcePort, destination, destinationPort } = tuple;
  const type = tuple.icmp ? `-${tuple.icmp.type}` : '';
  return `${protocol}-${source}-${sourcePort}-${destination}-${destinationPort}${type}`;
}

/** The tuple of a packet; undefined for what conntrack does not follow by itself (ICMP errors). */
export function tupleOf(packet: Packet): Tuple | undefined {
  const { transport, ip } = packet;
  const ends = { source: ip.source, destination: ip.destination };
  if (isIcmp(transport)) {
    if (!isEchoRequest(transport) && !isEchoReply(transport)) return undefined;
    const id = transport.identifier ?? 0;
    return {
      protocol: transport.kind,
      ...ends,
      sourcePort: id,
      destinationPort: id,
      icmp: { type: transport.type, code: transport.code },
    };
  }
  if (transport.kind === 'ipip') {
    const protocol = transport.gre ? 'gre' : 'ipip';
    return { protocol, ...ends, sourcePort: 0, destinationPort: 0 };
  }
  return {
    protocol: transport.kind,
    ...ends,
    sourcePort: transport.sourcePort,
    destinationPort: transport.destinationPort,
  };
}

/** The tuple of the answer to a packet. */
export function invert(tuple: Tuple): Tuple {
  const turned = {
    protocol: tuple.protocol,
    source: tuple.destination,
    destination: tuple.source,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  };
  if (!tuple.icmp) return turned;
  const other: Readonly<Record<number, number>> = { 8: 0, 0: 8, 128: 129, 129: 128 };
  return { ...turned, icmp: { type: other[tuple.icmp.type] ?? tuple.icmp.type, code: 0 } };
}
