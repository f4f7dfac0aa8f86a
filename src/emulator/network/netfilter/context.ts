import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import { SECOND } from '../../world/time.ts';
import { isIcmp, isIcmpError, type Packet } from '../packet.ts';
import { addressType, route } from '../route.ts';
import type { Skb } from '../skb.ts';
import type { MatchContext, MatchPacket, RuleRef } from './iptables/rules.ts';
import { inSet } from './ipset/match.ts';
import { tupleKey } from '../conntrack/tuple.ts';

/** A packet as rules see it, with the device it leaves by where that is known. */
export function matchPacket(skb: Skb, output: string | undefined): MatchPacket {
  const { packet, connection } = skb;
  const { transport, ip } = packet;
  const entry = connection?.entry;
  return {
    source: ip.source,
    destination: ip.destination,
    protocol: protocols[transport.kind],
    ...portsOf(transport),
    ...(transport.kind === 'tcp' ? { tcpFlags: transport.flags } : {}),
    ...(skb.input === undefined ? {} : { inInterface: skb.input }),
    ...(output === undefined ? {} : { outInterface: output }),
    ...(skb.physicalInput === undefined ? {} : { physIn: skb.physicalInput }),
    ...(skb.physicalOutput === undefined ? {} : { physOut: skb.physicalOutput }),
    mark: skb.mark,
    ttl: ip.ttl,
    size: packet.size,
    connection: {
      state: connection?.state ?? 'UNTRACKED',
      direction: connection?.reply ? 'REPLY' : 'ORIGINAL',
      dnat: entry?.dnat ?? false,
      snat: entry?.snat ?? false,
      mark: entry?.mark ?? 0,
    },
  };
}

/** Protocols whose name in /etc/protocols is another. */
const protocols = {
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  icmpv6: 'ipv6-icmp',
  ipip: 'ipencap',
} as const;

function portsOf(transport: Packet['transport']): Partial<MatchPacket> {
  if (transport.kind === 'ipip') return {};
  if (isIcmp(transport)) return { icmpType: transport.type, icmpCode: transport.code };
  return { sourcePort: transport.sourcePort, destinationPort: transport.destinationPort };
}

interface Bucket {
  readonly credit: number;
  readonly at: number;
}

/** What rules may ask of the namespace that a packet is in. */
export function matchContext(engine: Engine, skb: Skb): MatchContext {
  const { ref, view } = skb;
  return {
    chance: (rule) => engine.chance.number(`rule/${chanceKey(engine, skb, rule)}`),
    addressType: (address, device) => addressType(view, address, device),
    inSet: (name, directions, packet) => inSet(view.sets, name, directions, packet, engine.now),
    comesBack(address, device) {
      const back = route(view, address);
      return back.type === 'unicast' && (device === undefined || back.device === device);
    },
    recent(list, address) {
      const at = engine.records.get<number>(recentKey(skb, list, address));
      return at === undefined ? undefined : (engine.now - at) / SECOND;
    },
    limit(rule, rate, burst) {
      const key = `${volatileKey(ref)}limit/${rule.table}/${rule.chain}/${rule.index}`;
      const bucket = engine.records.get<Bucket>(key) ?? { credit: burst, at: engine.now };
      const earned = ((engine.now - bucket.at) / SECOND) * perSecond(rate);
      const credit = Math.min(burst, bucket.credit + earned);
      const passes = credit >= 1;
      engine.records.put(key, { credit: passes ? credit - 1 : credit, at: engine.now });
      return passes;
    },
  };
}

/** Where a `recent` list keeps an address. */
export function recentKey(skb: Skb, list: string, address: string): string {
  return `${volatileKey(skb.ref)}recent/${list}/${address}`;
}

/** `5/min` as hits in a second. */
function perSecond(rate: string): number {
  const [count = '1', unit = 'second'] = rate.split('/');
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit[0] ?? 's'] ?? 1;
  return Number(count) / seconds;
}

/** Names a draw: by connection, rule and the moment the connection began. */
function chanceKey(engine: Engine, skb: Skb, rule: RuleRef): string {
  const entry = skb.connection?.entry;
  const flow = entry ? `${tupleKey(entry.original)}/${entry.created}` : flowOf(skb.packet);
  return `${engine.purpose}${skb.ref.host}/${flow}/${rule.table}/${rule.chain}/${rule.index}`;
}

function flowOf(packet: Packet): string {
  return `${packet.ip.source}-${packet.ip.destination}-${packet.id}`;
}

/** Whether a REJECT may answer a packet at all: never an ICMP error, never a reset. */
export function mayAnswer(packet: Packet): boolean {
  const { transport } = packet;
  if (isIcmpError(transport)) return false;
  return !(transport.kind === 'tcp' && transport.flags.includes('RST'));
}
