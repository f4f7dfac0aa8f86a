import { SECOND } from '../../world/time.ts';
import type { Engine } from '../engine.ts';
import { isIcmp, isIcmpError, type Packet, type Tcp } from '../packet.ts';
import type { Connection, Skb } from '../skb.ts';
import type { NetnsView } from '../netns.ts';
import { countEntries, findTracked, removeEntry, writeEntry, type Tracked } from './entry.ts';
import { timeoutOf } from './timeout.ts';
import { invert, tupleOf, type Tuple } from './tuple.ts';

const untracked: Connection = {
  state: 'UNTRACKED',
  reply: false,
  confirmed: true,
  dnatDone: true,
  snatDone: true,
};
const invalid: Connection = { ...untracked, state: 'INVALID' };

/**
 * Finds or makes the connection of a packet (`nf_conntrack_in`). The state machine moves and the
 * time-out is renewed here; a new entry is only kept when `confirm` is reached. False where the
 * table is full: then the packet is lost.
 */
export function track(engine: Engine, skb: Skb): boolean {
  if (skb.connection) return true;
  const connection = connectionOf(engine, skb);
  if (connection.state === 'NEW' && !connection.confirmed && isFull(engine, skb)) {
    engine.log(skb.ref, 'nf_conntrack: nf_conntrack: table full, dropping packet');
    return false;
  }
  skb.connection = connection;
  return true;
}

/** Whether there are as many entries as nf_conntrack_max allows. */
function isFull(engine: Engine, { ref, view }: Skb): boolean {
  const most = Number(view.sysctl('net.netfilter.nf_conntrack_max') ?? 0);
  return most > 0 && countEntries(engine, ref) >= most;
}

/** Says that a packet is not to be tracked (target NOTRACK of the raw table). */
export function leaveUntracked(skb: Skb): void {
  skb.connection = untracked;
}

function connectionOf(engine: Engine, skb: Skb): Connection {
  const { packet, ref, view } = skb;
  if (isIcmpError(packet.transport)) return relatedTo(engine, skb);
  const ends = tupleOf(packet);
  if (!ends) return invalid;
  const tuple = skb.zone ? { ...ends, zone: skb.zone } : ends;
  const found = findTracked(engine, ref, tuple);
  if (found && !(reopens(found.entry, packet) && !found.reply)) {
    return follow(engine, skb, found.entry, found.reply);
  }
  if (found) removeEntry(engine, ref, found.entry);
  return begin(engine, view, packet, tuple);
}

/** A SYN on a connection that is over begins a new one, and NAT is chosen anew. */
function reopens(entry: Tracked, packet: Packet): boolean {
  const { transport } = packet;
  if (transport.kind !== 'tcp' || !transport.flags.includes('SYN')) return false;
  return entry.state === 'TIME_WAIT' || entry.state === 'CLOSE';
}

function begin(engine: Engine, view: NetnsView, packet: Packet, tuple: Tuple): Connection {
  if (tuple.icmp && tuple.icmp.type !== 8 && tuple.icmp.type !== 128) return invalid;
  const { transport } = packet;
  const state = transport.kind === 'tcp' ? firstState(engine, transport) : undefined;
  if (transport.kind === 'tcp' && state === undefined) return invalid;
  const entry = {
    original: tuple,
    reply: invert(tuple),
    ...(state === undefined ? {} : { state }),
    replied: false,
    assured: false,
    dnat: false,
    snat: false,
    mark: 0,
    created: engine.now,
  };
  const expires = engine.now + timeoutOf(view, entry);
  return {
    state: 'NEW',
    reply: false,
    entry: { ...entry, expires },
    confirmed: false,
    dnatDone: false,
    snatDone: false,
  };
}

function firstState(engine: Engine, tcp: Tcp): string | undefined {
  const move = engine.moves.conntrack('NONE', `O.${flagOf(tcp)}`);
  return move.state === 'NONE' ? undefined : move.state;
}

function flagOf(tcp: Tcp): string {
  const has = (flag: Tcp['flags'][number]) => tcp.flags.includes(flag);
  if (has('RST')) return 'RST';
  if (has('SYN')) return has('ACK') ? 'SYNACK' : 'SYN';
  return has('FIN') ? 'FIN' : 'ACK';
}

/** The connection of a packet whose entry is known, with what the packet does to the entry. */
export function follow(engine: Engine, skb: Skb, entry: Tracked, reply: boolean): Connection {
  const { transport } = skb.packet;
  const next = { ...entry, replied: entry.replied || reply };
  if (transport.kind === 'tcp') {
    const flag = flagOf(transport);
    const state = engine.moves.conntrack(
      entry.state ?? 'NONE',
      `${reply ? 'R' : 'O'}.${flag}`,
    ).state;
    Object.assign(next, { state, assured: entry.assured || state === 'ESTABLISHED' });
  } else if (transport.kind === 'udp' && entry.replied && !reply) {
    // A stream: both sides spoke, and for longer than two seconds.
    next.assured = entry.assured || engine.now > entry.created + 2 * SECOND;
  }
  const expires = engine.now + timeoutOf(skb.view, next);
  const renewed: Tracked = { ...next, expires };
  // A connection whose only answer is a reset is forgotten at once (nf_ct_kill_acct).
  if (next.state === 'CLOSE' && !entry.replied) {
    removeEntry(engine, skb.ref, { ...entry, ...(next.state ? { state: next.state } : {}) });
    return known(renewed, reply);
  }
  const same =
    renewed.state === entry.state &&
    renewed.replied === entry.replied &&
    renewed.assured === entry.assured;
  // Renewed at most once a second: what `conntrack -L` shows are whole seconds.
  if (!same || Math.abs(expires - entry.expires) >= SECOND) writeEntry(engine, skb.ref, renewed);
  return known(renewed, reply);
}

function known(entry: Tracked, reply: boolean): Connection {
  return {
    state: entry.replied || reply ? 'ESTABLISHED' : 'NEW',
    reply,
    entry,
    confirmed: true,
    dnatDone: true,
    snatDone: true,
  };
}

/** The connection that an ICMP error is about: that of the quoted packet, the other way round. */
function relatedTo(engine: Engine, skb: Skb): Connection {
  const { transport } = skb.packet;
  const quoted = isIcmp(transport) ? transport.quoted : undefined;
  const ends = quoted && tupleOf(quoted);
  const tuple = ends && skb.zone ? { ...ends, zone: skb.zone } : ends;
  const found = tuple && findTracked(engine, skb.ref, invert(tuple));
  if (!found) return invalid;
  return {
    state: 'RELATED',
    // The inverted quote matches the reply tuple where the quoted packet went the original way.
    reply: found.reply,
    entry: found.entry,
    confirmed: true,
    dnatDone: true,
    snatDone: true,
  };
}

/** Puts a new entry into the table: the packet is leaving the host, or reached a socket. */
export function confirm(engine: Engine, skb: Skb): void {
  const { connection } = skb;
  if (!connection?.entry || connection.confirmed) return;
  writeEntry(engine, skb.ref, connection.entry);
  skb.connection = { ...connection, confirmed: true };
}
