import type { Engine } from '../engine.ts';
import { netnsKey, volatileKey } from '../keys.ts';
import { SECOND } from '../../world/time.ts';
import { isIcmp, isIcmpError, type Packet } from '../packet.ts';
import { addressType, route } from '../route.ts';
import type { Skb } from '../skb.ts';
import type { MatchContext, MatchPacket, RuleRef } from './iptables/rules.ts';
import { maskOf, toNumber } from './iptables/address.ts';
import { inSet } from './ipset/match.ts';
import type { Tracked } from '../conntrack/entry.ts';
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
    ...(packet.payload === '' ? {} : { payload: packet.payload }),
    ...(skb.sourceMac === undefined ? {} : { sourceMac: skb.sourceMac }),
    // Programs here are root's; what the kernel says by itself has no socket.
    ...(skb.input === undefined && hasSocket(transport) ? { owner: 0 } : {}),
    mark: skb.mark,
    ttl: ip.ttl,
    size: packet.size,
    connection: {
      state: connection?.state ?? 'UNTRACKED',
      direction: connection?.reply ? 'REPLY' : 'ORIGINAL',
      dnat: entry?.dnat ?? false,
      snat: entry?.snat ?? false,
      mark: entry?.mark ?? 0,
      ...(connection && entry
        ? {
            confirmed: connection.confirmed,
            assured: entry.assured,
            expires: 0,
            original: entry.original,
            reply: entry.reply,
          }
        : {}),
    },
  };
}

/** Whether a program sent it: not errors, nor resets of ports that nobody has. */
function hasSocket(transport: Packet['transport']): boolean {
  if (transport.kind === 'ipip' || isIcmpError(transport)) return false;
  return !(transport.kind === 'tcp' && transport.flags.includes('RST'));
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
    now: engine.now,
    tally(name, next) {
      const key = `${volatileKey(ref)}tally/${name}`;
      const old = engine.records.get<number>(key) ?? 0;
      engine.records.put(key, next(old));
      return old;
    },
    connections: (side, address, prefix) => countOf(engine, skb, side, address, prefix),
    carried: (rule, size, direction) => carriedBy(engine, skb, rule, size, direction),
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

/** Connections that come from (or go to) a network, with the one that this packet begins. */
function countOf(
  engine: Engine,
  { ref, connection }: Skb,
  side: 'source' | 'destination',
  address: string,
  prefix: number,
): number {
  const mask = maskOf(prefix);
  const wanted = toNumber(address);
  const near = (other: string) => {
    const number = toNumber(other);
    if (number === undefined || wanted === undefined) return other === address;
    return ((number ^ wanted) & mask) === 0;
  };
  const all = engine.records.list<Tracked>(`${netnsKey(ref)}conntrack/`);
  const live = all.filter(([, each]) => each.expires > engine.now && near(each.original[side]));
  // A connection that is over does not count, although its entry is still there.
  const open = live.filter(([, { state }]) => state !== 'TIME_WAIT' && state !== 'CLOSE');
  return open.length + (connection?.entry && !connection.confirmed ? 1 : 0);
}

/** Counts a connection's packets and bytes for a rule; the way of an answer is told apart. */
function carriedBy(
  engine: Engine,
  { ref, connection }: Skb,
  rule: RuleRef,
  size: number,
  direction: string,
) {
  const { entry, reply } = connection ?? {};
  if (!entry) return undefined;
  const key = `${volatileKey(ref)}tally/carried/${rule.table}/${rule.chain}/${rule.index}/`;
  const own = `${key}${tupleKey(entry.original)}/${entry.created}`;
  const before = engine.records.get<readonly number[]>(own) ?? [0, 0, 0, 0];
  const at = reply ? 2 : 0;
  const counts = before.map((each, index) =>
    index === at ? each + 1 : index === at + 1 ? each + size : each,
  );
  engine.records.put(own, counts);
  const [packets = 0, bytes = 0, backPackets = 0, backBytes = 0] = counts;
  if (direction === 'original') return { packets, bytes };
  if (direction === 'reply') return { packets: backPackets, bytes: backBytes };
  return { packets: packets + backPackets, bytes: bytes + backBytes };
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
