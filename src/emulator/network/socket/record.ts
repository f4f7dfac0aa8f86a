import type { Address, Micros } from '../../world/json.ts';
import type { Endpoint, NetnsRef, SocketId } from '../api.ts';
import { isInet6 } from '../address6.ts';
import type { Engine } from '../engine.ts';
import { netnsKey, volatileKey } from '../keys.ts';
import type { TcpFlag } from '../packet.ts';

/** A socket's record. What changes with every segment is not here but in the Transmission. */
export interface SocketRecord {
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  readonly state: string;
  readonly local: Endpoint;
  readonly peer?: Endpoint;
  readonly owner: Address;
  /** The listener that a connection came in by, until it is established. */
  readonly listener?: SocketId;
  /** The owner has closed its descriptor: events have nowhere to go. */
  readonly orphan?: boolean;
  readonly backlog?: number;
  /** Of a probe: how many hops its only SYN goes; ICMP errors about it are told, not obeyed. */
  readonly ttl?: number;
}

/** A segment that waits for its acknowledgement. */
export interface Unacknowledged {
  readonly sequence: number;
  readonly length: number;
  readonly flags: readonly TcpFlag[];
  readonly payload: string;
}

/** TCP's numbers: volatile, because every segment changes them. */
export interface Transmission {
  /** First sequence number that the peer has not acknowledged, and the next one to send. */
  readonly unacknowledged: number;
  readonly next: number;
  /** Next number expected from the peer. */
  readonly expected: number;
  readonly mss: number;
  readonly queue: readonly Unacknowledged[];
  /** When the oldest segment is sent again, and how often that happened. */
  readonly retransmitAt?: Micros;
  readonly retries: number;
  /** When a delayed acknowledgement must be sent at the latest. */
  readonly acknowledgeAt?: Micros;
  /** When an orphan, or TIME-WAIT, is over. */
  readonly endAt?: Micros;
  /** When the pending timer message will come. */
  readonly timerAt?: Micros;
  readonly startedAt: Micros;
  /** An ICMP error that counts when the next SYN would be sent (the socket was busy). */
  readonly softError?: 'EHOSTUNREACH';
  readonly softErrorFrom?: string;
  /** The trace of the first packet. */
  readonly trace?: number;
}

/** What is bound to a port. */
interface Bound {
  readonly socket: SocketId;
  readonly address: string;
}

type Protocol = SocketRecord['protocol'];

const transmissionKey = (socket: SocketId) => {
  const [, , host, , netns, , number] = socket.split('/');
  return `/volatile/net/${host}/${netns}/tcp/${number}`;
};
/** Where a UDP socket keeps the peer whose first datagram was traced. */
export const tracedKey = (socket: SocketId) => transmissionKey(socket).replace('/tcp/', '/traced/');

const boundKey = (ref: NetnsRef, protocol: Protocol, port: number) =>
  `${volatileKey(ref)}bound/${protocol}/${port}`;
const flowKey = (ref: NetnsRef, local: Endpoint, peer: Endpoint) =>
  `${volatileKey(ref)}flow/${local.address}-${local.port}-${peer.address}-${peer.port}`;

export function readSocket(engine: Engine, socket: SocketId): SocketRecord | undefined {
  return engine.records.get<SocketRecord>(socket);
}

export function readTransmission(engine: Engine, socket: SocketId): Transmission | undefined {
  return engine.records.get<Transmission>(transmissionKey(socket));
}

export function writeTransmission(engine: Engine, socket: SocketId, value: Transmission): void {
  engine.records.put(transmissionKey(socket), value as never);
}

/** Makes a socket with the next number of its namespace, and enters it where it can be found. */
export function addSocket(engine: Engine, ref: NetnsRef, record: SocketRecord): SocketId {
  const counter = `${volatileKey(ref)}sockets`;
  const number = (engine.records.get<number>(counter) ?? 0) + 1;
  engine.records.put(counter, number);
  const socket = `${netnsKey(ref)}socket/${number}`;
  writeSocket(engine, socket, record);
  if (record.peer) engine.records.put(flowKey(ref, record.local, record.peer), socket);
  else {
    const key = boundKey(ref, record.protocol, record.local.port);
    const others = engine.records.get<readonly Bound[]>(key) ?? [];
    engine.records.put(key, [...others, { socket, address: record.local.address }] as never);
  }
  return socket;
}

export function writeSocket(engine: Engine, socket: SocketId, record: SocketRecord): void {
  engine.records.put(socket, record as never);
}

/** Takes a socket away, its numbers and its entries with it. */
export function removeSocket(engine: Engine, ref: NetnsRef, socket: SocketId): void {
  const record = readSocket(engine, socket);
  if (!record) return;
  engine.records.put(socket, undefined);
  engine.records.put(transmissionKey(socket), undefined);
  engine.records.put(tracedKey(socket), undefined);
  if (record.peer) engine.records.put(flowKey(ref, record.local, record.peer), undefined);
  else {
    const key = boundKey(ref, record.protocol, record.local.port);
    const rest = (engine.records.get<readonly Bound[]>(key) ?? []).filter(
      (bound) => bound.socket !== socket,
    );
    engine.records.put(key, rest.length > 0 ? (rest as never) : undefined);
  }
}

/** The connection between two endpoints, if there is one. */
export function findFlow(
  engine: Engine,
  ref: NetnsRef,
  local: Endpoint,
  peer: Endpoint,
): SocketId | undefined {
  return engine.records.get<SocketId>(flowKey(ref, local, peer));
}

/** The listener or unconnected socket for an address and port: an exact address wins. */
export function findBound(
  engine: Engine,
  ref: NetnsRef,
  protocol: Protocol,
  local: Endpoint,
): SocketId | undefined {
  const bound = engine.records.get<readonly Bound[]>(boundKey(ref, protocol, local.port)) ?? [];
  const exact = bound.find((each) => each.address === local.address);
  const any = isInet6(local.address) ? '::' : '0.0.0.0';
  const wide = (address: string) => bound.find((each) => each.address === address);
  return (exact ?? wide(any) ?? wide(EVERY))?.socket;
}

/** The wildcard of a socket for both families (IPV6_V6ONLY is off); `::` is for IPv6 alone. */
export const EVERY = '*';

/** Whether an address and port could not be bound beside what is bound already. */
export function isTaken(engine: Engine, ref: NetnsRef, protocol: Protocol, at: Endpoint): boolean {
  const bound = engine.records.get<readonly Bound[]>(boundKey(ref, protocol, at.port)) ?? [];
  return bound.some(
    (each) => overlaps(each.address, at.address) || overlaps(at.address, each.address),
  );
}

/** Whether a wildcard, or the same address, takes a port from another address. */
function overlaps(held: string, wanted: string): boolean {
  if (held === wanted || held === EVERY) return true;
  return held === (isInet6(wanted) ? '::' : '0.0.0.0');
}

/**
 * A free port of the ephemeral range. Linux gives even ones to `connect` and leaves the odd ones
 * to `bind`; where the first choice is taken the next of its kind is tried.
 */
export function ephemeralPort(
  engine: Engine,
  purpose: string,
  kind: 'connect' | 'bind',
  taken: (port: number) => boolean,
): number | undefined {
  const [low, count] = [32768, 28232];
  const offset =
    engine.chance.integer(`port/${purpose}`, count / 2) * 2 + (kind === 'bind' ? 1 : 0);
  for (let i = 0; i < count; i += 2) {
    const port = low + ((offset + i) % count);
    if (!taken(port)) return port;
  }
  return undefined;
}
