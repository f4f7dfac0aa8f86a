import { isLoopback } from '../address.ts';
import { arpReceive } from '../neighbour/arp.ts';
import type { Engine, NetMessage } from '../engine.ts';
import { entryByKey } from '../conntrack/entry.ts';
import { follow } from '../conntrack/track.ts';
import { bridgeReceive } from '../link/bridge.ts';
import { drop } from '../link/transmit.ts';
import * as hooks from '../netfilter/hooks.ts';
import type { NetnsView } from '../netns.ts';
import { broadcastMac, endpointText } from '../packet.ts';
import { route, routeText, type RouteDecision } from '../route.ts';
import { createSkb, type Skb } from '../skb.ts';
import { deliver } from './deliver.ts';
import { ipForward } from './forward.ts';
import { sendError } from './icmp-error.ts';
import { transmitOn } from './output.ts';
import { reject } from './reject.ts';

/** A frame that arrives at a device of a namespace (`__netif_receive_skb`). */
export function receiveFrame(
  engine: Engine,
  view: NetnsView,
  message: Extract<NetMessage, { type: 'frame' }>,
): void {
  const { device, frame } = message;
  const link = view.links.get(device);
  if (!link) return;
  if (!link.up) {
    drop(engine, view.ref, frame.body.trace, device, `${device} is down`, frame);
    return;
  }
  engine.show(view.ref, device, 'In', frame);
  if (link.master !== undefined) {
    bridgeReceive(engine, view, link, frame);
    return;
  }
  if (frame.destination !== broadcastMac && frame.destination !== link.mac) {
    // The answer to somebody else's question, flooded by a bridge that did not know better.
    return;
  }
  if (frame.body.kind === 'arp') {
    arpReceive(engine, view, device, frame.body);
    return;
  }
  const skb = createSkb(view, frame.body, device);
  const kept = message.tracked;
  const entry = kept && entryByKey(engine, view.ref, kept.key);
  // Over lo a packet keeps its connection: it was tracked when it was sent.
  if (kept && entry)
    skb.connection = { ...follow(engine, skb, entry, kept.reply), confirmed: true };
  ipReceive(engine, skb);
}

/** An IP packet that came in: PREROUTING, then the routing decision (`ip_rcv`). */
export function ipReceive(engine: Engine, skb: Skb): void {
  if (!skb.prerouted) {
    const verdict = hooks.prerouting(engine, skb);
    if (verdict.type !== 'accept' && verdict.type !== 'transmit') {
      reject(engine, skb, verdict);
      return;
    }
  }
  const { packet, view } = skb;
  const device = skb.input as string;
  const decision = route(view, packet.ip.destination);
  const martian = martianReason(view, skb, decision);
  if (martian !== undefined) {
    stepRoute(engine, skb, `dropped: ${martian}`, decision);
    engine.end(packet.trace, 'dropped');
    return;
  }
  if (decision.type === 'local' || decision.type === 'broadcast') {
    const verdict = hooks.input(engine, skb);
    if (verdict.type === 'transmit') transmitOn(engine, skb);
    else if (verdict.type !== 'accept') reject(engine, skb, verdict);
    else deliver(engine, skb);
    return;
  }
  if (view.sysctl(`net.ipv4.conf.${device}.forwarding`) === '0') {
    stepRoute(engine, skb, 'dropped: ip_forward is 0', decision);
    engine.end(packet.trace, 'dropped');
    return;
  }
  if (decision.type === 'unreachable') {
    stepRoute(engine, skb, 'no route', decision);
    if (decision.code === 'blackhole') engine.end(packet.trace, 'dropped');
    else sendError(engine, view, packet, { type: 3, code: unreachableCode(decision.code) });
    return;
  }
  stepRoute(engine, skb, `forwarded by route ${routeText(decision.route)}`, decision);
  ipForward(engine, skb, decision);
}

/** ICMP code of a destination that routes do not lead to. */
export function unreachableCode(code: 'net' | 'host' | 'prohibited'): number {
  return { net: 0, host: 1, prohibited: 13 }[code];
}

/** Why a source address cannot be right (`fib_validate_source`); undefined where it may be. */
function martianReason(view: NetnsView, skb: Skb, decision: RouteDecision): string | undefined {
  const device = skb.input as string;
  const { source, destination } = skb.packet.ip;
  if (view.links.get(device)?.kind === 'loopback') return undefined;
  const localnet = view.deviceSetting(device, 'route_localnet') === 1;
  if (isLoopback(source) && !localnet) return 'martian source';
  if (isLoopback(destination) && !localnet) return 'martian destination';
  const acceptsLocal = view.deviceSetting(device, 'accept_local') === 1;
  if (view.local.has(source) && !isLoopback(source) && !acceptsLocal) return 'martian source';
  const mode = view.deviceSetting(device, 'rp_filter');
  if (mode === 0 || decision.type === 'broadcast') return undefined;
  const back = route(view, source);
  if (back.type === 'unreachable') return 'rp_filter';
  return mode === 1 && back.device !== device ? 'rp_filter' : undefined;
}

function stepRoute(engine: Engine, skb: Skb, what: string, decision: RouteDecision): void {
  const { packet } = skb;
  if (packet.trace === undefined) return;
  engine.step(packet.trace, skb.ref, {
    layer: 'l3',
    ...(skb.input === undefined ? {} : { device: skb.input }),
    what,
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
    ...(decision.type === 'unreachable'
      ? {}
      : { rule: { table: 'main', chain: 'route', text: routeText(decision.route) } }),
  });
}
