import { MILLISECOND, SECOND } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import type { NeighbourInfo } from '../api.ts';
import type { Engine } from '../engine.ts';
import { hostUnreachable } from '../ip/icmp-error.ts';
import { netnsKey, volatileKey } from '../keys.ts';
import { resumeBridged } from '../link/bridge.ts';
import { transmit } from '../link/transmit.ts';
import type { NetnsView } from '../netns.ts';
import { broadcastMac, type Packet } from '../packet.ts';
import { isInet6 } from '../address6.ts';
import { sourceFor, route } from '../route.ts';
import { sendSolicitation } from './ndp.ts';
import type { Connection } from '../skb.ts';

/** A neighbour entry's record. REACHABLE turns STALE by its age, without a timer. */
export interface NeighbourRecord {
  readonly mac?: string;
  /** `router`, `extern_learn`, as somebody told them. */
  readonly flags?: readonly string[];
  readonly state: NeighbourInfo['state'];
  /** When the other side last answered. */
  readonly confirmed: Micros;
  readonly probes: number;
  /** When the pending timer counts; an older timer message means nothing. */
  readonly timerAt?: Micros;
}

/** A packet that waits for an address; one from a bridge goes on there (`bridged`). */
export interface Waiting {
  readonly packet: Packet;
  readonly bridged?: {
    readonly port: string;
    readonly source: string;
    readonly mark: number;
    readonly connection?: Connection;
  };
}

/** Questions before an entry fails (mcast_solicit, ucast_solicit) and the time between them. */
const SOLICITATIONS = 3;
const RETRANS_TIME = SECOND;
const DELAY_FIRST_PROBE = 5 * SECOND;
/** Packets that wait for one address at most. */
const QUEUE_LENGTH = 101;

export const neighbourKey = (view: NetnsView, device: string, address: string) =>
  `${netnsKey(view.ref)}neighbour/${device}/${address}`;
const pendingKey = (view: NetnsView, device: string, address: string) =>
  `${volatileKey(view.ref)}pending/${device}/${address}`;

/** The state that an entry has at this moment: REACHABLE ages by itself. */
export function stateNow(
  record: NeighbourRecord,
  now: Micros,
  reachableTime: Micros,
): NeighbourRecord['state'] {
  if (record.state !== 'REACHABLE' || now - record.confirmed < reachableTime) return record.state;
  return 'STALE';
}

/** base_reachable_time, spread between half and one and a half of it as the kernel does. */
export function reachableTime(
  engine: Pick<Engine, 'chance'>,
  view: NetnsView,
  device: string,
): Micros {
  const base = Number(view.sysctl('net.ipv4.neigh.default.base_reachable_time_ms')) * MILLISECOND;
  const share = engine.chance.number(`reachable/${view.ref.host}/${view.ref.netns}/${device}`);
  return Math.round(base * (0.5 + share));
}

function read(engine: Engine, view: NetnsView, device: string, address: string) {
  return engine.records.get<NeighbourRecord>(neighbourKey(view, device, address));
}

function write(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
  record: NeighbourRecord,
): void {
  engine.records.put(neighbourKey(view, device, address), record as never);
}

function timer(engine: Engine, view: NetnsView, device: string, address: string, delay: Micros) {
  engine.send(view.ref, { type: 'timer', timer: 'neighbour', device, address }, delay);
  return engine.now + delay;
}

/**
 * The MAC address to send to, if one is known. Using a stale entry starts its check
 * (`neigh_event_send`).
 */
export function macOf(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
): string | undefined {
  const record = read(engine, view, device, address);
  if (record?.mac === undefined || record.state === 'FAILED') return undefined;
  const state = stateNow(record, engine.now, reachableTime(engine, view, device));
  if (state !== 'STALE') return record.mac;
  const next = engine.moves.neighbour('STALE', 'USE').state as NeighbourRecord['state'];
  const timerAt = timer(engine, view, device, address, DELAY_FIRST_PROBE);
  write(engine, view, device, address, { ...record, state: next, probes: 0, timerAt });
  return record.mac;
}

/** Lets a packet wait until an address is resolved; the first one starts the questions. */
export function waitFor(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
  item: Waiting,
): void {
  const { packet } = item;
  const key = pendingKey(view, device, address);
  const waiting = engine.records.get<readonly Waiting[]>(key) ?? [];
  engine.records.put(key, [...waiting, item].slice(-QUEUE_LENGTH) as never);
  const record = read(engine, view, device, address);
  if (record?.state === 'INCOMPLETE') return;
  const state = engine.moves.neighbour(record?.state ?? 'NONE', 'USE').state;
  engine.step(packet.trace, view.ref, {
    layer: 'l2',
    device,
    what: `who has ${address}?`,
    from: packet.ip.source,
    to: address,
  });
  solicit(engine, view, device, address, undefined, packet.trace);
  const timerAt = timer(engine, view, device, address, RETRANS_TIME);
  write(engine, view, device, address, {
    state: state as NeighbourRecord['state'],
    confirmed: record?.confirmed ?? 0,
    probes: 1,
    timerAt,
  });
}

/** Sends an ARP request: to all, or to the MAC address that is being checked. */
function solicit(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
  mac?: string,
  trace?: number,
): void {
  const link = view.links.get(device);
  if (!link) return;
  if (isInet6(address)) {
    sendSolicitation(engine, view, device, address, mac, trace);
    return;
  }
  const own = view.addresses.get(device)?.[0]?.address;
  const sender = own ?? sourceFor(view, route(view, address), address);
  transmit(engine, view, device, {
    source: link.mac,
    destination: mac ?? broadcastMac,
    body: {
      kind: 'arp',
      operation: 'request',
      senderMac: link.mac,
      senderAddress: sender,
      targetMac: '00:00:00:00:00:00',
      targetAddress: address,
      ...(trace === undefined ? {} : { trace }),
    },
  });
}

/** The timer of an entry: asks again, or gives up. */
export function neighbourTimer(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
): void {
  const record = read(engine, view, device, address);
  if (!record || record.timerAt !== engine.now) return;
  if (record.state === 'DELAY') {
    const state = engine.moves.neighbour('DELAY', 'TIMEOUT').state as NeighbourRecord['state'];
    solicit(engine, view, device, address, record.mac);
    const timerAt = timer(engine, view, device, address, RETRANS_TIME);
    write(engine, view, device, address, { ...record, state, probes: 1, timerAt });
    return;
  }
  if (record.state !== 'INCOMPLETE' && record.state !== 'PROBE') return;
  if (record.probes < SOLICITATIONS) {
    solicit(engine, view, device, address, record.state === 'PROBE' ? record.mac : undefined);
    const timerAt = timer(engine, view, device, address, RETRANS_TIME);
    write(engine, view, device, address, { ...record, probes: record.probes + 1, timerAt });
    return;
  }
  const state = engine.moves.neighbour(record.state, 'EXHAUSTED').state;
  write(engine, view, device, address, {
    state: state as NeighbourRecord['state'],
    confirmed: record.confirmed,
    probes: record.probes,
  });
  for (const { packet } of takePending(engine, view, device, address)) {
    engine.step(packet.trace, view.ref, {
      layer: 'l2',
      device,
      what: `nobody has ${address}`,
      from: packet.ip.source,
      to: packet.ip.destination,
    });
    hostUnreachable(engine, view, packet);
  }
}

function takePending(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
): readonly Waiting[] {
  const key = pendingKey(view, device, address);
  const waiting = engine.records.get<readonly Waiting[]>(key) ?? [];
  if (waiting.length > 0) engine.records.put(key, undefined);
  return waiting;
}

/** Somebody said where an address is: `REPLY` to a question, or `HEARD` in one of its own. */
export function learnNeighbour(
  engine: Engine,
  view: NetnsView,
  device: string,
  address: string,
  mac: string,
  event: 'REPLY' | 'HEARD',
  create: boolean,
): void {
  const record = read(engine, view, device, address);
  if (!record && !create) return;
  if (record?.state === 'PERMANENT') return;
  // Of two that claim an address the first is believed for a second (locktime).
  const contested = record?.mac !== undefined && record.mac !== mac;
  if (contested && event === 'REPLY' && engine.now - record.confirmed < SECOND) return;
  const before = record
    ? stateNow(record, engine.now, reachableTime(engine, view, device))
    : 'NONE';
  let state = engine.moves.neighbour(before, event).state as NeighbourRecord['state'];
  // Another MAC address than the known one: only to be believed after a check.
  if (event === 'HEARD' && contested) state = 'STALE';
  const confirmed = event === 'REPLY' ? engine.now : (record?.confirmed ?? 0);
  const unchanged = record?.mac === mac && record.state === state && event === 'HEARD';
  if (!unchanged) {
    write(engine, view, device, address, {
      mac,
      state,
      confirmed,
      probes: 0,
      ...(record?.timerAt !== undefined && state === record.state
        ? { timerAt: record.timerAt }
        : {}),
    });
  }
  const link = view.links.get(device);
  if (!link) return;
  for (const item of takePending(engine, view, device, address)) {
    if (item.bridged) resumeBridged(engine, view, device, mac, item);
    else transmit(engine, view, device, { source: link.mac, destination: mac, body: item.packet });
  }
}
