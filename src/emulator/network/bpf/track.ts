import { SECOND } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import type { Packet } from '../packet.ts';
import { bpfStateKey } from './maps.ts';

/** Addresses and ports of a packet; an echo request's identifier stands for both ports. */
export interface Tuple {
  readonly protocol: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

const NUMBERS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, ipip: 4 } as const;

/** The tuple of a packet; an ICMP error has that of what it is about, the other way round. */
export function tupleOf({ ip, transport }: Packet): Tuple {
  const protocol = NUMBERS[transport.kind];
  const base = { protocol, source: ip.source, destination: ip.destination };
  if (transport.kind === 'tcp' || transport.kind === 'udp') {
    const { sourcePort, destinationPort } = transport;
    return { ...base, sourcePort, destinationPort };
  }
  if ('quoted' in transport && transport.quoted) return reverse(tupleOf(transport.quoted));
  const id = 'identifier' in transport ? (transport.identifier ?? 0) : 0;
  return { ...base, sourcePort: id, destinationPort: id };
}

export const reverse = (tuple: Tuple): Tuple => ({
  protocol: tuple.protocol,
  source: tuple.destination,
  sourcePort: tuple.destinationPort,
  destination: tuple.source,
  destinationPort: tuple.sourcePort,
});

interface Entry {
  readonly expires: Micros;
  /** It came out of the tunnel, and its answers go back into it (`from_tunnel`). */
  readonly overlay?: boolean;
}

/** Seconds for which a connection is remembered after its last packet. */
const LIFETIME = { tcp: 8000, syn: 60, fin: 10, other: 60 } as const;

const keyOf = (ref: NetnsRef, endpoint: number, tuple: Tuple) =>
  bpfStateKey(
    ref,
    `ct/${endpoint}/${tuple.protocol}/${tuple.source}:${tuple.sourcePort}/` +
      `${tuple.destination}:${tuple.destinationPort}`,
  );

/** What a packet is to an endpoint's connections. */
export function lookUpConnection(
  engine: Engine,
  ref: NetnsRef,
  endpoint: number,
  tuple: Tuple,
): 'new' | 'established' | 'reply' {
  const alive = (each: Tuple) => {
    const entry = engine.records.get<Entry>(keyOf(ref, endpoint, each));
    return entry !== undefined && entry.expires > engine.now;
  };
  if (alive(tuple)) return 'established';
  return alive(reverse(tuple)) ? 'reply' : 'new';
}

/** Whether what a packet answers came out of the tunnel. */
export function cameByTunnel(
  engine: Engine,
  ref: NetnsRef,
  endpoint: number,
  tuple: Tuple,
): boolean {
  return engine.records.get<Entry>(keyOf(ref, endpoint, reverse(tuple)))?.overlay === true;
}

/** Remembers the connection of a packet that passed. */
export function remember(
  engine: Engine,
  ref: NetnsRef,
  endpoint: number,
  packet: Packet,
  state: 'new' | 'established' | 'reply',
  overlay = false,
): void {
  const tuple = tupleOf(packet);
  const { transport } = packet;
  const flags = transport.kind === 'tcp' ? transport.flags : [];
  const closing = flags.includes('FIN') || flags.includes('RST');
  const kind =
    transport.kind !== 'tcp' ? 'other' : closing ? 'fin' : state === 'new' ? 'syn' : 'tcp';
  const key = keyOf(ref, endpoint, state === 'reply' ? reverse(tuple) : tuple);
  const before = engine.records.get<Entry>(key);
  engine.records.put(key, {
    expires: engine.now + LIFETIME[kind] * SECOND,
    ...(overlay || (state !== 'new' && before?.overlay) ? { overlay: true } : {}),
  });
}
