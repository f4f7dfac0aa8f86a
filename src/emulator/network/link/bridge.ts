import { SECOND } from '../../world/time.ts';
import type { Engine } from '../engine.ts';
import { reject } from '../ip/reject.ts';
import { ipReceive } from '../ip/receive.ts';
import { arpReceive } from '../neighbour/arp.ts';
import { macOf, waitFor, type Waiting } from '../neighbour/resolve.ts';
import * as hooks from '../netfilter/hooks.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { isInet6 } from '../address6.ts';
import { endpointText, isGroupMac, type Frame, type Packet } from '../packet.ts';
import { route } from '../route.ts';
import { createSkb, type Skb } from '../skb.ts';
import { AGEING, learnedFdbKey, type LearnedFdb } from './fdb.ts';
import { countOnly, passesUnnoticed } from './flood.ts';
import { drop, transmit } from './transmit.ts';

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
  learn(engine, view, bridge.name, port.name, frame.source);
  if (frame.body.kind === 'arp' || isSwitch(bridge) || !callsIptables(view, frame.body)) {
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
  for (const port of targets(engine, view, bridge, frame)) send(engine, view, port, frame);
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
  if (!isSwitch(bridge) && (everybody || isOwn(view, bridge, frame.destination)))
    up(engine, view, bridge, frame, skb);
  if (!everybody && isOwn(view, bridge, frame.destination)) return;
  // A capture makes the bridge device see what only passes by.
  if (!everybody) engine.show(view.ref, bridge.name, 'In', frame);
  let sent = false;
  for (const to of targets(engine, view, bridge, frame)) {
    const port = view.links.get(from);
    if (to === from && !port?.hairpin) continue;
    sent = true;
    forwardFrame(engine, view, bridge, from, to, frame, skb);
  }
  if (!sent && !everybody) {
    drop(engine, view.ref, frame.body.trace, from, `hairpin is off on ${from}`, frame);
  }
}

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
  if (isGroupMac(frame.destination)) return ports;
  const known = engine.records.get<LearnedFdb>(
    learnedFdbKey(view.ref, bridge.name, frame.destination),
  );
  const fresh = known && engine.now - known.at < AGEING && ports.includes(known.port);
  return fresh ? [known.port] : ports;
}

function learn(engine: Engine, view: NetnsView, bridge: string, port: string, mac: string): void {
  const key = learnedFdbKey(view.ref, bridge, mac);
  const known = engine.records.get<LearnedFdb>(key);
  if (known?.port === port && engine.now - known.at < SECOND) return;
  engine.records.put(key, { port, at: engine.now });
}
