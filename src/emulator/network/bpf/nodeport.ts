import type { Json } from '../../world/json.ts';
import type { Engine } from '../engine.ts';
import { ipOutput } from '../ip/output.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { endpointText, type Packet } from '../packet.ts';
import {
  bpfKey,
  bpfStateKey,
  lookUp,
  type LbBackend,
  type LbEntry,
  type LxcEntry,
} from './maps.ts';
import { tupleOf, type Tuple } from './track.ts';

/** How an answer is turned back: from whom it seems to come, and to whom it goes. */
interface Back {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** A request on its way to a backend, in place of the one that came in. */
export interface Balanced {
  readonly packet: Packet;
  readonly backend: LbBackend;
}

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'TCP', 17: 'UDP' };

const keyOf = (view: NetnsView, what: string, tuple: Tuple) =>
  bpfStateKey(
    view.ref,
    `nodeport/${what}/${tuple.protocol}/${tuple.source}:${tuple.sourcePort}/` +
      `${tuple.destination}:${tuple.destinationPort}`,
  );

/**
 * A packet from outside at the node's card, for an address and port of a Service (`nodeport_lb4`):
 * with its backend's address, and with the node's own as its source where the backend is elsewhere.
 * Undefined: it is for nobody of these; `drop`: the Service has no backend.
 */
export function balance(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  packet: Packet,
): Balanced | 'drop' | undefined {
  const tuple = tupleOf(packet);
  const protocol = PROTOCOLS[tuple.protocol];
  if (protocol === undefined || packet.tunnel) return undefined;
  const { destination, destinationPort } = tuple;
  const key = `${destination}:${destinationPort}/${protocol}`;
  const entry = lookUp<LbEntry>(engine, view.ref, 'lb', key);
  if (!entry || entry.type === 'ClusterIP' || entry.podsOnly) return undefined;
  const kept = engine.records.get<LbBackend>(keyOf(view, 'to', tuple));
  const { backends } = entry;
  const flow = `${tuple.source}:${tuple.sourcePort}`;
  const at = engine.chance.integer(`bpf/nodeport/${key}/${flow}`, Math.max(1, backends.length));
  const backend = kept ?? backends[at];
  if (!backend) return 'drop';
  if (!kept) engine.records.put(keyOf(view, 'to', tuple), backend as unknown as Json);
  const here = lookUp<LxcEntry>(engine, view.ref, 'lxc', backend.address) !== undefined;
  const own = view.addresses.get(link.name)?.[0]?.address ?? destination;
  const source = here ? tuple.source : own;
  const to = { destination: backend.address, destinationPort: backend.port };
  const answer: Tuple = {
    protocol: tuple.protocol,
    source: backend.address,
    sourcePort: backend.port,
    destination: source,
    destinationPort: tuple.sourcePort,
  };
  const back: Back = {
    source: destination,
    sourcePort: destinationPort,
    destination: tuple.source,
    destinationPort: tuple.sourcePort,
  };
  engine.records.put(keyOf(view, 'back', answer), back as unknown as Json);
  const next = rewritten(packet, { source, sourcePort: tuple.sourcePort, ...to });
  engine.step(packet.trace, view.ref, {
    layer: 'nat',
    device: link.name,
    what: here
      ? `DNAT to ${backend.address}:${backend.port}`
      : `SNAT and DNAT to ${backend.address}`,
    rule: { table: 'bpf', chain: 'cilium_lb4_services_v2', text: `${key} ${entry.type}` },
    from: endpointText(next, 'source'),
    to: endpointText(next, 'destination'),
  });
  return { packet: next, backend };
}

/** An answer of a backend: sent on to the client as if it came from the Service. */
export function answerBack(engine: Engine, view: NetnsView, packet: Packet): boolean {
  const back = engine.records.get<Back>(keyOf(view, 'back', tupleOf(packet)));
  if (!back) return false;
  const next = rewritten(packet, back);
  engine.step(packet.trace, view.ref, {
    layer: 'nat',
    what: 'reverse NAT of a Service',
    from: endpointText(next, 'source'),
    to: endpointText(next, 'destination'),
  });
  const { kind: _kind, id: _id, ...draft } = next;
  ipOutput(engine, view, draft);
  return true;
}

function rewritten(packet: Packet, to: Back): Packet {
  const { transport } = packet;
  const ports = { sourcePort: to.sourcePort, destinationPort: to.destinationPort };
  return {
    ...packet,
    ip: { ...packet.ip, source: to.source, destination: to.destination, ttl: packet.ip.ttl - 1 },
    transport: (transport.kind === 'tcp' || transport.kind === 'udp'
      ? { ...transport, ...ports }
      : transport) as Packet['transport'],
  };
}

/** Whether Services of this node are answered by its programs: only then there is what to ask. */
export const balances = (engine: Engine, view: NetnsView): boolean =>
  engine.records.get<boolean>(bpfKey(view.ref, 'config', 'nodeport')) === true;
