import type { Engine, Step } from '../engine.ts';
import type { RuleVerdict } from '../netfilter/iptables/rules.ts';
import { endpointText, isIcmp, type Icmp, type Packet } from '../packet.ts';
import type { Skb } from '../skb.ts';
import { isTupleTaken, type Tracked } from './entry.ts';
import { invert, tupleKey, type Tuple } from './tuple.ts';

type Manip = 'source' | 'destination';

/**
 * Enters a NAT rule's mapping into a new connection: the reply tuple is what the answer to the
 * changed packet will look like (`nf_nat_setup_info`). `address` is the device's for MASQUERADE
 * and REDIRECT.
 */
export function setUp(engine: Engine, skb: Skb, verdict: RuleVerdict, address: string): void {
  const { connection } = skb;
  const entry = connection?.entry;
  if (!connection || !entry) return;
  switch (verdict.type) {
    case 'DNAT':
    case 'REDIRECT': {
      const to = verdict.type === 'DNAT' ? verdict.address : address;
      const port = portOf(engine, skb, verdict.ports, entry.reply.sourcePort, 'dnat');
      const reply = { ...entry.reply, source: to, sourcePort: port };
      skb.connection = { ...connection, dnatDone: true, entry: { ...entry, reply, dnat: true } };
      return;
    }
    case 'SNAT':
    case 'MASQUERADE': {
      const to = verdict.type === 'SNAT' ? verdict.address : address;
      const random = verdict.type === 'MASQUERADE' && verdict.randomFully;
      const reply = sourceMapping(engine, skb, entry, to, verdict.ports, random);
      skb.connection = { ...connection, snatDone: true, entry: { ...entry, reply, snat: true } };
      return;
    }
    default:
      return;
  }
}

function portOf(
  engine: Engine,
  skb: Skb,
  ports: readonly [number, number] | undefined,
  kept: number,
  purpose: string,
): number {
  if (!ports) return kept;
  const [from, to] = ports;
  if (from === to) return from;
  const entry = skb.connection?.entry as Tracked;
  const key = tupleKey(entry.original);
  return from + engine.chance.integer(`${purpose}/${key}/${engine.now}`, to - from + 1);
}

/** The reply tuple after source NAT: the same port where it is free, else another one. */
function sourceMapping(
  engine: Engine,
  skb: Skb,
  entry: Tracked,
  address: string,
  ports: readonly [number, number] | undefined,
  random: boolean,
): Tuple {
  const kept = entry.reply.destinationPort;
  const [low, high] = ports ?? (kept < 512 ? [1, 511] : kept < 1024 ? [600, 1023] : [1024, 65535]);
  const at = (port: number): Tuple => {
    const tuple = { ...entry.reply, destination: address, destinationPort: port };
    return entry.reply.icmp ? { ...tuple, sourcePort: port } : tuple;
  };
  const free = (port: number) => !isTupleTaken(engine, skb.ref, at(port));
  const inRange = kept >= low && kept <= high;
  if (!random && inRange && free(kept)) return at(kept);
  const purpose = `snat/${skb.ref.host}/${tupleKey(entry.original)}/${engine.now}`;
  const start = engine.chance.integer(purpose, high - low + 1);
  for (let i = 0; i < 128; i++) {
    const port = low + ((start + i) % (high - low + 1));
    if (free(port)) return at(port);
  }
  return at(low + start);
}

/**
 * Rewrites one side of a packet as its connection's mapping says: towards the inverse of the other
 * direction's tuple (`nf_nat_packet`). Notes the change in the trace, with the rule it came from.
 */
export function translate(
  engine: Engine,
  skb: Skb,
  manip: Manip,
  ruleOf?: () => Step['rule'],
): void {
  const { connection, packet } = skb;
  const entry = connection?.entry;
  if (!connection || !entry || (!entry.dnat && !entry.snat)) return;
  // Destinations of questions change by DNAT, of answers by undoing SNAT; sources the other way.
  const wanted = (manip === 'destination') !== connection.reply ? entry.dnat : entry.snat;
  if (!wanted) return;
  const target = invert(connection.reply ? entry.original : entry.reply);
  const changed =
    connection.state === 'RELATED'
      ? translateError(packet, manip, target)
      : rewrite(packet, manip, target);
  if (changed === packet) return;
  skb.packet = changed;
  if (packet.trace === undefined) return;
  const before = endpointText(packet, manip);
  const after = endpointText(changed, manip);
  if (before === after) return;
  const rule = ruleOf?.();
  const word = manip === 'destination' ? 'DNAT' : 'SNAT';
  engine.step(packet.trace, skb.ref, {
    layer: 'nat',
    what: connection.reply ? `reply: ${manip} back to ${after}` : `${word} to ${after}`,
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
    changed: { [manip]: [before, after] },
    ...(rule === undefined ? {} : { rule }),
  });
}

function rewrite(packet: Packet, manip: Manip, target: Tuple): Packet {
  const address = target[manip];
  const port = manip === 'source' ? target.sourcePort : target.destinationPort;
  const { transport } = packet;
  const same = packet.ip[manip] === address;
  if (isIcmp(transport)) {
    if (same && transport.identifier === port) return packet;
    const identifier = transport.identifier === undefined ? {} : { identifier: port };
    return {
      ...packet,
      ip: { ...packet.ip, [manip]: address },
      transport: { ...transport, ...identifier },
    };
  }
  if (transport.kind === 'ipip') {
    return same ? packet : { ...packet, ip: { ...packet.ip, [manip]: address } };
  }
  const field = manip === 'source' ? 'sourcePort' : 'destinationPort';
  if (same && transport[field] === port) return packet;
  return {
    ...packet,
    ip: { ...packet.ip, [manip]: address },
    transport: { ...transport, [field]: port },
  };
}

/**
 * An ICMP error: the quoted packet went the other way, so its opposite side changes, and so does
 * the outer header (`nf_nat_icmp_reply_translation`).
 */
function translateError(packet: Packet, manip: Manip, target: Tuple): Packet {
  const icmp = packet.transport as Icmp;
  if (!icmp.quoted) return packet;
  const inner: Manip = manip === 'source' ? 'destination' : 'source';
  const turned = invert(target);
  const quoted = rewrite(icmp.quoted, inner, turned);
  return {
    ...packet,
    ip: { ...packet.ip, [manip]: target[manip] },
    transport: { ...icmp, quoted },
  };
}
