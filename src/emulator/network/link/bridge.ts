import type { Json } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { Engine } from '../engine.ts';
import { reject } from '../ip/reject.ts';
import { ipReceive } from '../ip/receive.ts';
import { arpReceive } from '../neighbour/arp.ts';
import { macOf, waitFor, type Waiting } from '../neighbour/resolve.ts';
import * as hooks from '../netfilter/hooks.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { isInet6 } from '../address6.ts';
import { broadcastMac, endpointText, isGroupMac, type Frame, type Packet } from '../packet.ts';
import { route } from '../route.ts';
import { createSkb, type Skb } from '../skb.ts';
import { AGEING, learnedFdbKey, staticFdbKey, type LearnedFdb, type StaticFdb } from './fdb.ts';
import { countOnly, passesUnnoticed } from './flood.ts';
import { drop, transmit } from './transmit.ts';
import { takenAbove } from './upper.ts';
import { filtersVlans, leaving, vlanOf } from './vlan-filter.ts';

/**
 * A frame that came in at a port of a bridge (`br_handle_frame`): learn, let iptables see it where
 * bridge-nf-call-iptables is set, then up the stack, to one port, or to all.
 */
export function bridgeReceive(
  engine: Engine,
  view: NetnsView,
  port: LinkRecord,
  frame: Frame,
): void {
  const bridge = view.links.get(port.master ?? '');
  if (!bridge?.up) {
    drop(engine, view.ref, frame.body.trace, port.name, `${port.master ?? ''} is down`, frame);
    return;
  }
  if (isBlocked(port)) {
    drop(engine, view.ref, frame.body.trace, port.name, `${port.name} does not forward`, frame);
    return;
  }
  if (filtersVlans(bridge) && vlanOf(bridge, port, frame) === undefined) {
    drop(engine, view.ref, frame.body.trace, port.name, `not a VLAN of ${port.name}`, frame);
    return;
  }
  if (portSetting(port, 'learning') !== false) {
    learn(engine, view, bridge.name, port.name, frame.source);
  }
  const plain = frame.body.kind === 'arp' || frame.vlan !== undefined;
  if (plain || isSwitch(bridge) || !callsIptables(view, frame.body as Packet)) {
    spread(engine, view, bridge, port.name, frame, undefined);
    return;
  }
  const skb = createSkb(view, frame.body, bridge.name);
  skb.sourceMac = frame.source;
  skb.physicalInput = port.name;
  const verdict = hooks.prerouting(engine, skb);
  if (verdict.type !== 'accept' && verdict.type !== 'transmit') {
    reject(engine, skb, verdict);
    return;
  }
  skb.prerouted = true;
  const moved = skb.packet.ip.destination !== frame.body.ip.destination;
  const next = { ...frame, body: skb.packet };
  if (!moved) spread(engine, view, bridge, port.name, next, skb);
  else bridgedNat(engine, view, bridge, port, next, skb);
}

/** Whether a port is kept from forwarding (`bridge link set … state`). */
const isBlocked = (port: LinkRecord) => Number(portSetting(port, 'state') ?? 3) !== 3;

/** A setting of a port that was told otherwise than it is at first. */
const portSetting = ({ options }: LinkRecord, name: string) =>
  (options?.['brport'] as { readonly [name: string]: Json } | undefined)?.[name];

/** A datapath of Open vSwitch: iptables sees nothing of it, and it has no stack above. */
const isSwitch = ({ options }: LinkRecord) => options?.['ovs'] === true;

function callsIptables(view: NetnsView, { ip }: Packet): boolean {
  if (isInet6(ip.source)) return false;
  return view.tracks && view.sysctl('net.bridge.bridge-nf-call-iptables') !== '0';
}

/**
 * The destination was changed while the frame was on the bridge (`br_nf_pre_routing_finish`): where
 * the new one lies behind the same bridge the frame stays on it, with the new neighbour's MAC
 * address. That is why a pod that reaches itself through a Service needs hairpin mode.
 */
function bridgedNat(
  engine: Engine,
  view: NetnsView,
  bridge: LinkRecord,
  port: LinkRecord,
  frame: Frame,
  skb: Skb,
): void {
  const packet = frame.body as Packet;
  const decision = route(view, packet.ip.destination);
  if (decision.type !== 'unicast' || decision.device !== bridge.name) {
    ipReceive(engine, skb);
    return;
  }
  const mac = macOf(engine, view, bridge.name, decision.nextHop);
  if (mac === undefined) {
    if (view.sysctl('net.ipv4.ip_forward') !== '0') {
      const { connection, mark } = skb;
      const kept = { port: port.name, source: frame.source, mark };
      const bridged = connection ? { ...kept, connection } : kept;
      waitFor(engine, view, bridge.name, decision.nextHop, { packet, bridged });
    }
    return;
  }
  spread(engine, view, bridge, port.name, { ...frame, destination: mac }, skb);
}

/** The new neighbour's MAC address became known: the frame goes on where it stood. */
export function resumeBridged(
  engine: Engine,
  view: NetnsView,
  name: string,
  mac: string,
  { packet, bridged }: Waiting,
): void {
  const bridge = view.links.get(name);
  if (!bridge || !bridged) return;
  const skb = createSkb(view, packet, name);
  skb.physicalInput = bridged.port;
  skb.sourceMac = bridged.source;
  skb.mark = bridged.mark;
  skb.connection = bridged.connection;
  skb.prerouted = true;
  const frame = { source: bridged.source, destination: mac, body: packet };
  spread(engine, view, bridge, bridged.port, frame, skb);
}

/** A frame that the namespace itself sends into its bridge. */
export function bridgeSend(engine: Engine, view: NetnsView, name: string, frame: Frame): void {
  const bridge = view.links.get(name) as LinkRecord;
  const vid = filtersVlans(bridge) ? vlanOf(bridge, bridge, frame) : undefined;
  if (filtersVlans(bridge) && vid === undefined) return;
  for (const port of targets(engine, view, bridge, frame)) {
    const out = outBy(view, bridge, port, frame, vid);
    if (out) send(engine, view, port, out);
  }
}

/** A frame as it leaves by a port; undefined where it may not. */
function outBy(
  view: NetnsView,
  bridge: LinkRecord,
  name: string,
  frame: Frame,
  vid: number | undefined,
): Frame | undefined {
  const port = view.links.get(name);
  if (!port || isBlocked(port)) return undefined;
  return vid === undefined ? frame : leaving(bridge, port, frame, vid);
}

/** Out by a port; what means nothing to who is behind it is counted only. */
function send(engine: Engine, view: NetnsView, port: string, frame: Frame): void {
  const everybody = isGroupMac(frame.destination);
  if (everybody && passesUnnoticed(engine, view, port, frame)) {
    countOnly(engine, view, port, frame);
  } else transmit(engine, view, port, frame);
}

function spread(
  engine: Engine,
  view: NetnsView,
  bridge: LinkRecord,
  from: string,
  frame: Frame,
  skb: Skb | undefined,
): void {
  const everybody = isGroupMac(frame.destination);
  const port = view.links.get(from);
  const vid = filtersVlans(bridge) && port ? vlanOf(bridge, port, frame) : undefined;
  if (!isSwitch(bridge) && (everybody || isOwn(view, bridge, frame.destination))) {
    const own = vid === undefined ? frame : leaving(bridge, bridge, frame, vid);
    if (own) up(engine, view, bridge, own, skb);
  }
  if (!everybody && isOwn(view, bridge, frame.destination)) return;
  // A capture makes the bridge device see what only passes by.
  if (!everybody) engine.show(view.ref, bridge.name, 'In', frame);
  let sent = false;
  for (const to of targets(engine, view, bridge, frame)) {
    if (to === from && !port?.hairpin) continue;
    if (isIsolated(port) && isIsolated(view.links.get(to))) continue;
    const out = outBy(view, bridge, to, frame, vid);
    sent = true;
    if (out) forwardFrame(engine, view, bridge, from, to, out, skb);
  }
  if (!sent && !everybody) {
    drop(engine, view.ref, frame.body.trace, from, `hairpin is off on ${from}`, frame);
  }
}

const isIsolated = (port: LinkRecord | undefined) =>
  port !== undefined && portSetting(port, 'isolated') === true;

function isOwn(view: NetnsView, bridge: LinkRecord, mac: string): boolean {
  if (mac === bridge.mac) return true;
  return (view.ports.get(bridge.name) ?? []).some((port) => view.links.get(port)?.mac === mac);
}

/** To the namespace's own stack, as if it had come in by the bridge device. */
function up(
  engine: Engine,
  view: NetnsView,
  bridge: LinkRecord,
  frame: Frame,
  skb: Skb | undefined,
): void {
  engine.show(view.ref, bridge.name, 'In', frame);
  if (bridge.carries && takenAbove(engine, view, bridge, frame)) return;
  if (frame.vlan !== undefined) return;
  if (frame.body.kind === 'arp') arpReceive(engine, view, bridge.name, frame.body);
  else ipReceive(engine, skb ?? createSkb(view, frame.body, bridge.name));
}

/** FORWARD and POSTROUTING for a bridged frame, then out by a port. */
function forwardFrame(
  engine: Engine,
  view: NetnsView,
  bridge: LinkRecord,
  from: string,
  to: string,
  frame: Frame,
  skb: Skb | undefined,
): void {
  if (frame.body.kind === 'arp' || !skb) {
    stepForward(engine, view, bridge, to, frame);
    send(engine, view, to, frame);
    return;
  }
  skb.physicalOutput = to;
  const forwarded = hooks.forward(engine, skb, bridge.name);
  if (forwarded.type !== 'accept' && forwarded.type !== 'transmit') {
    reject(engine, skb, forwarded);
    return;
  }
  const left = hooks.postrouting(engine, skb, bridge.name);
  if (left.type !== 'accept' && left.type !== 'transmit') {
    reject(engine, skb, left);
    return;
  }
  const next = { ...frame, source: frame.source, body: skb.packet };
  stepForward(engine, view, bridge, to, next);
  transmit(engine, view, to, next);
}

function stepForward(
  engine: Engine,
  view: NetnsView,
  bridge: LinkRecord,
  to: string,
  frame: Frame,
): void {
  const { body } = frame;
  if (body.trace === undefined || body.kind === 'arp') return;
  engine.step(body.trace, view.ref, {
    layer: 'l2',
    device: bridge.name,
    what: `bridged to port ${to}`,
    from: endpointText(body, 'source'),
    to: endpointText(body, 'destination'),
  });
}

/** The port behind which a MAC address was heard; all ports for others. */
function targets(
  engine: Engine,
  view: NetnsView,
  bridge: LinkRecord,
  frame: Frame,
): readonly string[] {
  const ports = view.ports.get(bridge.name) ?? [];
  const flooded = (setting: string) =>
    ports.filter((name) => {
      const port = view.links.get(name);
      return !port || portSetting(port, setting) !== false;
    });
  if (frame.destination === broadcastMac) return flooded('bcast_flood');
  if (isGroupMac(frame.destination)) return flooded('mcast_flood');
  const made = engine.records.get<StaticFdb>(
    staticFdbKey(view.ref, bridge.name, frame.destination),
  );
  if (made?.port !== undefined && ports.includes(made.port)) return [made.port];
  const known = engine.records.get<LearnedFdb>(
    learnedFdbKey(view.ref, bridge.name, frame.destination),
  );
  const fresh = known && engine.now - known.at < AGEING && ports.includes(known.port);
  return fresh ? [known.port] : flooded('flood');
}

function learn(engine: Engine, view: NetnsView, bridge: string, port: string, mac: string): void {
  const key = learnedFdbKey(view.ref, bridge, mac);
  const known = engine.records.get<LearnedFdb>(key);
  if (known?.port === port && engine.now - known.at < SECOND) return;
  if (engine.records.get(staticFdbKey(view.ref, bridge, mac))) return;
  engine.records.put(key, { port, at: engine.now });
}
