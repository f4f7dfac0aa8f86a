import type { LinkInfo, NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { receiveFrame } from '../ip/receive.ts';
import { isLocal, type LinkRecord, type NetnsView } from '../netns.ts';
import { macOf, waitFor } from '../neighbour/resolve.ts';
import { isGroupMac, type Frame, type Packet } from '../packet.ts';
import { route } from '../route.ts';
import { drop, transmit } from './transmit.ts';

/** A link that stands on another one: a vlan, macvlan or ipvlan. */
export interface Upper extends NetnsRef {
  readonly device: string;
  readonly kind: LinkInfo['kind'];
  readonly mac: string;
  /** Of a vlan: its number. */
  readonly id?: number;
  /** Of an ipvlan: it hears packets only, no ARP (mode l3). */
  readonly routed?: boolean;
}

/** Prefix of the entries of what stands on a link; volatile, made from the links' records. */
export function upperPrefix(lower: NetnsRef, name: string): string {
  return `/volatile/upper/${lower.host}/${lower.netns}/${name}/`;
}

function uppersOf(engine: Engine, lower: NetnsRef, name: string): readonly Upper[] {
  return engine.records.list<Upper>(upperPrefix(lower, name)).map(([, upper]) => upper);
}

function lift(engine: Engine, upper: Upper, frame: Frame): void {
  const view = engine.view(upper);
  if (view) receiveFrame(engine, view, { type: 'frame', device: upper.device, frame });
}

/** Whether an ipvlan's namespace holds the address that a frame is for. */
function holdsTarget(engine: Engine, upper: Upper, { body }: Frame): boolean {
  const view = engine.view(upper);
  const address = body.kind === 'arp' ? body.targetAddress : body.ip.destination;
  return view !== undefined && isLocal(view, address);
}

/**
 * Gives a frame that came in at a link to what stands on it. Says whether that was all: a frame
 * for a group goes to the link's own stack as well.
 */
export function takenAbove(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  frame: Frame,
): boolean {
  const uppers = uppersOf(engine, view.ref, link.name);
  if (frame.vlan !== undefined) {
    const { vlan, ...untagged } = frame;
    const upper = uppers.find(({ kind, id }) => kind === 'vlan' && id === vlan);
    if (upper) lift(engine, upper, untagged);
    return upper !== undefined;
  }
  const everybody = isGroupMac(frame.destination);
  for (const upper of uppers) {
    if (upper.kind === 'macvlan' && (everybody || upper.mac === frame.destination)) {
      lift(engine, upper, frame);
      if (!everybody) return true;
    }
    if (upper.kind !== 'ipvlan' || (upper.routed && frame.body.kind === 'arp')) continue;
    if (!everybody && frame.destination !== link.mac) continue;
    if (frame.body.kind === 'arp' ? true : holdsTarget(engine, upper, frame)) {
      lift(engine, upper, frame);
      if (!everybody && holdsTarget(engine, upper, frame)) return true;
    }
  }
  return false;
}

/** A frame that leaves by a link that stands on another one. */
export function sendBelow(engine: Engine, view: NetnsView, link: LinkRecord, frame: Frame): void {
  const { lower } = link;
  const below = lower && engine.view(lower);
  const carrier = lower && below?.links.get(lower.name);
  if (!lower || !below || !carrier?.up) {
    const why = `${lower?.name ?? 'the link below'} is down`;
    drop(engine, view.ref, frame.body.trace, link.name, why, frame);
    return;
  }
  if (link.kind === 'vlan') {
    transmit(engine, below, lower.name, { ...frame, vlan: Number(link.options?.['id'] ?? 1) });
    return;
  }
  const everybody = isGroupMac(frame.destination);
  // Those on the same link reach one another; the link's own namespace is left out.
  if (String(link.options?.['mode'] ?? 'bridge') !== 'private') {
    for (const upper of uppersOf(engine, lower, lower.name)) {
      const self = upper.host === view.ref.host && upper.netns === view.ref.netns;
      if (upper.kind !== link.kind || (self && upper.device === link.name)) continue;
      const meant =
        link.kind === 'macvlan'
          ? upper.mac === frame.destination
          : holdsTarget(engine, upper, frame);
      if (!everybody && !meant) continue;
      lift(engine, upper, frame);
      if (!everybody) return;
    }
  }
  if (isRouted(link) && frame.body.kind === 'ip') routedBelow(engine, below, frame.body);
  else transmit(engine, below, lower.name, frame);
}

/** Whether a device is an ipvlan that knows no neighbours (mode l3). */
export const isRouted = ({ kind, options }: Pick<LinkRecord, 'kind' | 'options'>) =>
  kind === 'ipvlan' && options?.['mode'] === 'l3';

/** Out by the routes of the namespace below (`ipvlan_process_outbound`). */
function routedBelow(engine: Engine, below: NetnsView, packet: Packet): void {
  const decision = route(below, packet.ip.destination);
  if (decision.type !== 'unicast') {
    engine.end(packet.trace, 'dropped');
    return;
  }
  const { device, nextHop } = decision;
  const mac = macOf(engine, below, device, nextHop);
  const source = below.links.get(device)?.mac ?? '';
  if (mac === undefined) waitFor(engine, below, device, nextHop, { packet });
  else transmit(engine, below, device, { source, destination: mac, body: packet });
}
