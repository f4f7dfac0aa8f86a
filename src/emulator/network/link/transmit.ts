import { isLoopback } from '../address.ts';
import type { NetnsRef } from '../api.ts';
import { toHostDevice } from '../bpf/datapath.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { isGroupMac, type Frame } from '../packet.ts';
import { bridgeSend } from './bridge.ts';
import { passQdisc } from './qdisc.ts';
import { gretapSend } from './tunnel.ts';
import { isRouted, sendBelow } from './upper.ts';
import { vxlanSend } from './vxlan.ts';

const withNeighbours: ReadonlySet<string> = new Set([
  'veth',
  'physical',
  'bridge',
  'vxlan',
  'macvlan',
  'ipvlan',
  'vlan',
  'gretap',
]);

/** Whether packets need the MAC address of their next hop on this kind of link. */
export function hasNeighbours(link: Pick<LinkRecord, 'kind' | 'options'>): boolean {
  return withNeighbours.has(link.kind) && !isRouted(link);
}

/** How long a frame takes over each kind of link, in microseconds. */
export const latency = { loopback: 10, veth: 20, physical: 300 } as const;

/** Name of the segment that a card is plugged into unless its options say another. */
export const defaultSegment = 'lan';

/** The connection that a packet keeps on its way over the loopback device. */
export interface Kept {
  readonly key: string;
  readonly reply: boolean;
}

/**
 * Puts a frame onto a link (`dev_queue_xmit`). What is down, or has no other end, swallows it as
 * the real thing does.
 */
export function transmit(
  engine: Engine,
  view: NetnsView,
  device: string,
  frame: Frame,
  kept?: Kept,
): void {
  const link = view.links.get(device);
  if (!link) return;
  const { trace } = frame.body;
  if (!link.up) {
    drop(engine, view.ref, trace, device, `${device} is down`, frame);
    return;
  }
  const qdisc = view.qdiscs.get(device);
  if (!qdisc) {
    transmitNow(engine, view, device, frame, kept);
    return;
  }
  const { delays, why } = passQdisc(engine, view.ref, device, qdisc, frame);
  if (why !== undefined) drop(engine, view.ref, trace, device, why, frame);
  const tracked = kept ? { tracked: kept } : {};
  for (const delay of delays) {
    if (delay === 0) transmitNow(engine, view, device, frame, kept);
    else engine.send(view.ref, { type: 'transmit', device, frame, ...tracked }, delay);
  }
}

/** Puts a frame onto the link itself, behind its queueing discipline (`dev_hard_start_xmit`). */
export function transmitNow(
  engine: Engine,
  view: NetnsView,
  device: string,
  frame: Frame,
  kept?: Kept,
): void {
  const link = view.links.get(device);
  if (!link?.up) return;
  const { trace } = frame.body;
  engine.show(view.ref, device, 'Out', frame);
  if (link.options?.['bpf'] === 'host' && toHostDevice(engine, view, frame)) return;
  switch (link.kind) {
    case 'loopback':
      deliver(engine, view.ref, device, frame, latency.loopback, kept);
      return;
    case 'bridge':
      bridgeSend(engine, view, device, frame);
      return;
    case 'veth':
      if (link.peer) wire(engine, view.ref, link, link.peer, link.peer.name, frame, latency.veth);
      return;
    case 'physical':
      segment(engine, view, link, frame);
      return;
    case 'vlan':
    case 'macvlan':
    case 'ipvlan':
      sendBelow(engine, view, link, frame);
      return;
    case 'gretap':
      gretapSend(engine, view, link, frame);
      return;
    case 'vxlan':
      vxlanSend(engine, view, link, frame);
      return;
    default:
      drop(engine, view.ref, trace, device, `${device} (${link.kind}) swallows it`, frame);
  }
}

/** A card on a shared segment: the switch knows each card by its MAC address. */
function segment(engine: Engine, view: NetnsView, link: LinkRecord, frame: Frame): void {
  const name = String(link.options?.['segment'] ?? defaultSegment);
  const everybody = isGroupMac(frame.destination);
  const cards = engine.cards(name, everybody ? undefined : frame.destination);
  for (const card of cards) {
    if (card.host === view.ref.host && card.netns === view.ref.netns && card.device === link.name) {
      continue;
    }
    wire(engine, view.ref, link, card, card.device, frame, latency.physical);
  }
}

/** One piece of cable: faults of both ends apply, order is kept, times differ a little. */
function wire(
  engine: Engine,
  from: NetnsRef,
  link: LinkRecord,
  to: NetnsRef,
  device: string,
  frame: Frame,
  time: number,
): void {
  let delay = time + jitter(engine, from, link.name, frame, time);
  let copies = 1;
  for (const [ref, name] of [
    [from, link.name],
    [to, device],
  ] as const) {
    const fault = engine.fault(ref, name);
    if (!fault) continue;
    const id = `${engine.purpose}fault/${ref.host}/${ref.netns}/${name}/${frameId(engine, frame)}`;
    if (fault.cut || (fault.drop ?? 0) > engine.chance.number(id)) {
      drop(engine, ref, frame.body.trace, name, `lost on ${name}`, frame);
      return;
    }
    if (frame.body.kind === 'ip' && frame.body.size > (fault.mtu ?? Infinity)) {
      const why = `lost on ${name}: ${frame.body.size} bytes are more than ${fault.mtu}`;
      drop(engine, ref, frame.body.trace, name, why, frame);
      return;
    }
    if ((fault.duplicate ?? 0) > engine.chance.number(`${id}/duplicate`)) copies += 1;
    delay += fault.delay ?? 0;
  }
  const key = `${volatileKey(to)}arrival/${device}/${from.host}-${from.netns}-${link.name}`;
  const last = engine.records.get<number>(key) ?? 0;
  const at = Math.max(engine.now + delay, last + 1);
  engine.records.put(key, at + copies - 1);
  for (let copy = 0; copy < copies; copy++) {
    deliver(engine, to, device, frame, at + copy - engine.now);
  }
}

/** Up to a fifth more, so that times look as measured ones do. */
function jitter(
  engine: Engine,
  from: NetnsRef,
  device: string,
  frame: Frame,
  time: number,
): number {
  const purpose = `jitter/${from.host}/${from.netns}/${device}/${frameId(engine, frame)}`;
  return engine.chance.integer(purpose, Math.floor(time / 5) + 1);
}

function frameId(engine: Engine, frame: Frame): string {
  return frame.body.kind === 'ip' ? String(frame.body.id) : `arp-${engine.now}`;
}

function deliver(
  engine: Engine,
  to: NetnsRef,
  device: string,
  frame: Frame,
  delay: number,
  kept?: Kept,
): void {
  const tracked = kept ? { tracked: kept } : {};
  engine.send(to, { type: 'frame', device, frame, ...tracked }, delay);
}

/** Notes that a frame ended here. */
export function drop(
  engine: Engine,
  ref: NetnsRef,
  trace: number | undefined,
  device: string,
  what: string,
  frame: Frame,
): void {
  if (trace === undefined) return;
  const { body } = frame;
  const [from, to] =
    body.kind === 'ip'
      ? [body.ip.source, body.ip.destination]
      : [body.senderAddress, body.targetAddress];
  engine.step(trace, ref, { layer: 'l2', device, what, from, to });
  if (body.kind === 'ip' && !isLoopback(to)) engine.end(trace, 'dropped');
}
