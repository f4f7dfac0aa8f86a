import { invert, tupleOf } from '../conntrack/tuple.ts';
import { endpointText, type Packet, type Tcp } from '../packet.ts';
import type { Skb } from '../skb.ts';
import type { Engine } from '../engine.ts';
import type { IpvsConnection, IpvsProtocol } from './types.ts';

/** The parts of a packet that IPVS looks at; undefined for protocols that it does not balance. */
export interface Flow {
  readonly protocol: IpvsProtocol;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly segment?: Tcp;
}

export function flowOf({ ip, transport }: Packet): Flow | undefined {
  if (transport.kind !== 'tcp' && transport.kind !== 'udp') return undefined;
  return {
    protocol: transport.kind,
    source: ip.source,
    sourcePort: transport.sourcePort,
    destination: ip.destination,
    destinationPort: transport.destinationPort,
    ...(transport.kind === 'tcp' ? { segment: transport } : {}),
  };
}

type Side = 'source' | 'destination';

/** A packet with one of its ends replaced. */
export function rewritten(packet: Packet, side: Side, address: string, port: number): Packet {
  const { transport } = packet;
  const ip = { ...packet.ip, [side]: address };
  if (transport.kind !== 'tcp' && transport.kind !== 'udp') return { ...packet, ip };
  const field = side === 'source' ? 'sourcePort' : 'destinationPort';
  return { ...packet, ip, transport: { ...transport, [field]: port } };
}

/** Rewrites a packet on its way and tells the trace. */
export function translate(
  engine: Engine,
  skb: Skb,
  side: Side,
  address: string,
  port: number,
  connection: IpvsConnection,
): void {
  const before = skb.packet;
  skb.packet = rewritten(before, side, address, port);
  if (before.trace === undefined) return;
  const [from, to] = [endpointText(before, side), endpointText(skb.packet, side)];
  const { protocol, virtual, virtualPort } = connection;
  engine.step(before.trace, skb.ref, {
    layer: 'nat',
    what: side === 'destination' ? `IPVS: to real server ${to}` : `IPVS: source back to ${to}`,
    from: endpointText(before, 'source'),
    to: endpointText(before, 'destination'),
    changed: { [side]: [from, to] },
    rule: {
      table: 'ipvs',
      chain: `${protocol.toUpperCase()} ${virtual}:${virtualPort}`,
      text: `-> ${connection.address}:${connection.port}`,
    },
  });
}

/**
 * Tells conntrack where the answers of a new connection will come from (`ip_vs_update_conntrack`),
 * so that they belong to it, although no rule of NAT changed anything.
 */
export function alterConntrack(skb: Skb, { address, port }: IpvsConnection): void {
  const { connection } = skb;
  if (!connection?.entry || connection.confirmed || connection.reply) return;
  const reply = { ...connection.entry.reply, source: address, sourcePort: port };
  skb.connection = { ...connection, entry: { ...connection.entry, reply } };
}

/** The flow that an ICMP error's quoted packet belongs to, turned towards who sent the error. */
export function quotedFlow(packet: Packet): Flow | undefined {
  const { transport } = packet;
  if (transport.kind !== 'icmp' || !transport.quoted) return undefined;
  const tuple = tupleOf(transport.quoted);
  if (!tuple || (tuple.protocol !== 'tcp' && tuple.protocol !== 'udp')) return undefined;
  const { source, sourcePort, destination, destinationPort } = invert(tuple);
  return { protocol: tuple.protocol, source, sourcePort, destination, destinationPort };
}
