import { SECOND } from '../../../world/time.ts';
import type { Engine } from '../../engine.ts';
import { volatileKey } from '../../keys.ts';
import type { Packet, TcpFlag } from '../../packet.ts';
import { addressType, route } from '../../route.ts';
import type { Skb } from '../../skb.ts';
import { tupleKey } from '../../conntrack/tuple.ts';
import { askQueue } from '../queue/listener.ts';
import type { LimitStatement } from './ast.ts';
import { elementPrefix, type DynamicElement } from './live.ts';
import { symbols } from './symbols.ts';
import type { NftConnection, NftContext, NftPacket, NftRef } from './walk.ts';

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, ipip: 4 };
const FLAGS = new Map(symbols('tcp_flag'));
const STATES = new Map(symbols('ct_state'));

/** A packet as rules of nftables see it, with the device it leaves by where that is known. */
export function nftPacket(skb: Skb, output: string | undefined): NftPacket {
  const { packet } = skb;
  const { ip, transport } = packet;
  const family = ip.source.includes(':') ? 'ip6' : 'ip';
  return {
    family,
    source: ip.source,
    destination: ip.destination,
    protocol: NUMBERS[transport.kind] ?? (family === 'ip' ? 1 : 58),
    ...transportOf(transport),
    ...(skb.input === undefined ? {} : { inDevice: skb.input }),
    ...(output === undefined ? {} : { outDevice: output }),
    mark: skb.mark,
    ttl: ip.ttl,
    size: packet.size,
    identification: ip.identification,
    dontFragment: ip.dontFragment,
    connection: connectionOf(skb),
  };
}

function transportOf(transport: Packet['transport']): Partial<NftPacket> {
  if (transport.kind === 'ipip') return {};
  if (transport.kind === 'tcp' || transport.kind === 'udp') {
    const { sourcePort, destinationPort } = transport;
    const flags = transport.kind === 'tcp' ? { tcpFlags: flagBits(transport.flags) } : {};
    return { sourcePort, destinationPort, ...flags };
  }
  return {
    icmpType: transport.type,
    icmpCode: transport.code,
    ...(transport.identifier === undefined ? {} : { icmpId: transport.identifier }),
    ...(transport.sequence === undefined ? {} : { icmpSequence: transport.sequence }),
  };
}

const flagBits = (flags: readonly TcpFlag[]) =>
  flags.reduce((bits, flag) => bits | (FLAGS.get(flag.toLowerCase()) ?? 0), 0);

function connectionOf({ connection }: Skb): NftConnection {
  const entry = connection?.entry;
  const status =
    (entry?.replied ? 2 : 0) |
    (entry?.assured ? 4 : 0) |
    (connection?.confirmed && entry ? 8 : 0) |
    (entry?.snat ? 16 : 0) |
    (entry?.dnat ? 32 : 0);
  const state = (connection?.state ?? 'UNTRACKED').toLowerCase();
  return {
    state: STATES.get(state) ?? 64,
    status,
    mark: entry?.mark ?? 0,
    ...(entry?.labels ? { labels: entry.labels } : {}),
    reply: connection?.reply ?? false,
    ...(entry ? { original: entry.original, answer: entry.reply } : {}),
  };
}

interface Bucket {
  readonly credit: number;
  readonly at: number;
}

const UNITS: Readonly<Record<LimitStatement['unit'], number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

/** What rules may ask of the namespace that a packet is in. */
export function nftContext(engine: Engine, skb: Skb): NftContext {
  const { view } = skb;
  const volatile = volatileKey(skb.ref);
  const { records } = engine;
  return {
    now: engine.now,
    chance: (rule) => engine.chance.number(`rule/${chanceKey(engine, skb, rule)}`),
    increment(rule) {
      const key = `${volatile}nft/inc/${rule.family}|${rule.table}/${rule.handle}`;
      const count = records.get<number>(key) ?? 0;
      records.put(key, count + 1);
      return count;
    },
    addressType: (address, device) =>
      addressType(view, address, device).toLowerCase() as 'local' | 'unicast',
    routeDevice(address) {
      const decision = route(view, address);
      return decision.type === 'unreachable' ? undefined : decision.device;
    },
    dynamic(table, set, key) {
      const prefix = elementPrefix(volatile, table.family, table.name, set);
      const found = records.get<DynamicElement>(prefix + key);
      if (!found || (found.expires !== undefined && found.expires <= engine.now)) return undefined;
      return found.data ? { data: found.data.map(({ value }) => value) } : {};
    },
    change(table, { op, set, key, parts, timeoutMillis, data }) {
      const prefix = elementPrefix(volatile, table.family, table.name, set);
      const known = records.get<DynamicElement>(prefix + key);
      const alive = known && (known.expires === undefined || known.expires > engine.now);
      if (op === 'delete') records.put(prefix + key, undefined);
      else if (op === 'update' || !alive) {
        if (!known) sweep(engine, prefix);
        records.put(prefix + key, {
          parts,
          ...(data ? { data } : {}),
          ...(timeoutMillis === undefined
            ? {}
            : { timeoutMillis, expires: engine.now + timeoutMillis * 1000 }),
        });
      }
    },
    limit: (name, limit, bytes) =>
      withinLimit(engine, `${volatile}nft/limit/${name}`, limit, bytes),
    quota(name, bytes) {
      const key = `${volatile}nft/quota/${name}`;
      const used = (records.get<number>(key) ?? 0) + bytes;
      records.put(key, used);
      return used;
    },
    queue(number) {
      const found = askQueue(engine, skb, number);
      if (!found) return undefined;
      const { answer, ...label } = found;
      return { ...answer, ...label };
    },
    connections: () =>
      records.list(`/host/${skb.ref.host}/netns/${skb.ref.netns}/conntrack/`).length,
  };
}

/** Takes away elements whose time is over, when a new one comes. */
function sweep({ records, now }: Engine, prefix: string): void {
  for (const [key, { expires }] of records.list<DynamicElement>(prefix)) {
    if (expires !== undefined && expires <= now) records.put(key, undefined);
  }
}

/** A bucket of tokens (`nft_limit_eval`). */
function withinLimit(engine: Engine, key: string, limit: LimitStatement, bytes: number): boolean {
  const perSecond = limit.rate / UNITS[limit.unit];
  const most = limit.bytes ? limit.rate + limit.burst : Math.max(1, limit.burst);
  const bucket = engine.records.get<Bucket>(key) ?? { credit: most, at: engine.now };
  const earned = ((engine.now - bucket.at) / SECOND) * perSecond;
  const credit = Math.min(most, bucket.credit + earned);
  const cost = limit.bytes ? bytes : 1;
  const passes = credit >= cost;
  engine.records.put(key, { credit: passes ? credit - cost : credit, at: engine.now });
  return passes;
}

/** Names a draw: by connection, rule and the moment the connection began. */
function chanceKey(engine: Engine, skb: Skb, rule: NftRef): string {
  const entry = skb.connection?.entry;
  const { packet, ref } = skb;
  const flow = entry
    ? `${tupleKey(entry.original)}/${entry.created}`
    : `${packet.ip.source}-${packet.ip.destination}-${packet.id}`;
  const place = `${rule.family}/${rule.table}/${rule.chain}/${rule.handle}`;
  return `${engine.purpose}${ref.host}/${flow}/${place}`;
}
