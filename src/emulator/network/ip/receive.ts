import { isLoopback, isMulticast } from '../address.ts';
import { isInet6, isMulticast6, solicitedNode } from '../address6.ts';
import { fromContainer, fromNetdev } from '../bpf/datapath.ts';
import { arpReceive } from '../neighbour/arp.ts';
import type { Engine, NetMessage } from '../engine.ts';
import { entryByKey } from '../conntrack/entry.ts';
import { follow } from '../conntrack/track.ts';
import { bridgeReceive } from '../link/bridge.ts';
import { drop } from '../link/transmit.ts';
import { takenAbove } from '../link/upper.ts';
import * as hooks from '../netfilter/hooks.ts';
import { isLocal, type NetnsView } from '../netns.ts';
import { endpointText, isGroupMac, isIcmp, type Packet } from '../packet.ts';
import type { Flow } from '../policy-rule.ts';
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
  if (link.options?.['bpf'] === 'lxc' && fromContainer(engine, view, link, frame)) return;
  if (link.kind === 'physical' && fromNetdev(engine, view, link, frame)) return;
  if (link.carries && takenAbove(engine, view, link, frame)) return;
  if (link.master !== undefined) {
    bridgeReceive(engine, view, link, frame);
    return;
  }
  if (frame.vlan !== undefined) return;
  if (!isGroupMac(frame.destination) && frame.destination !== link.mac) {
    // The answer to somebody else's question, flooded by a bridge that did not know better.
    return;
  }
  if (frame.body.kind === 'arp') {
    arpReceive(engine, view, device, frame.body);
    return;
  }
  const skb = createSkb(view, frame.body, device);
  skb.sourceMac = frame.source;
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
  if (isForGroup(packet)) {
    if (listens(view, device, packet.ip.destination)) deliverHere(engine, skb);
    return;
  }
  const decision = route(view, packet.ip.destination, flowOf(skb));
  const martian = martianReason(view, skb, decision);
  if (martian !== undefined) {
    stepRoute(engine, skb, `dropped: ${martian}`, decision);
    engine.end(packet.trace, 'dropped');
    return;
  }
  if (decision.type === 'local' || decision.type === 'broadcast') {
    deliverHere(engine, skb);
    return;
  }
  const six = isInet6(packet.ip.destination);
  const setting = six ? 'net.ipv6.conf.all.forwarding' : `net.ipv4.conf.${device}.forwarding`;
  if (view.sysctl(setting) === '0') {
    stepRoute(engine, skb, `dropped: ${six ? 'forwarding' : 'ip_forward'} is 0`, decision);
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

function deliverHere(engine: Engine, skb: Skb): void {
  const verdict = hooks.input(engine, skb);
  if (verdict.type === 'transmit') transmitOn(engine, skb);
  else if (verdict.type !== 'accept') reject(engine, skb, verdict);
  else deliver(engine, skb);
}

/** What routing may ask of a packet. */
export function flowOf({ packet, mark, input }: Skb): Flow {
  const { transport, ip } = packet;
  const base = { source: ip.source, mark, protocol: transport.kind };
  const flow = input === undefined ? base : { ...base, input };
  if (isIcmp(transport) || transport.kind === 'ipip') return flow;
  const { sourcePort, destinationPort } = transport;
  return { ...flow, sourcePort, destinationPort };
}

const isForGroup = ({ ip }: Packet) =>
  isInet6(ip.destination) ? isMulticast6(ip.destination) : isMulticast(ip.destination);

/** Whether a device has joined a group: all nodes, and those of its own addresses. */
function listens(view: NetnsView, device: string, group: string): boolean {
  if (!isInet6(group)) return group === '224.0.0.1';
  const own = view.addresses6.get(device) ?? [];
  if (own.length === 0) return false;
  return group === 'ff02::1' || own.some(({ address }) => solicitedNode(address) === group);
}

/** ICMP code of a destination that routes do not lead to. */
export function unreachableCode(code: 'net' | 'host' | 'prohibited'): number {
  return { net: 0, host: 1, prohibited: 13 }[code];
}

/** Why a source address cannot be right (`fib_validate_source`); undefined where it may be. */
function martianReason(view: NetnsView, skb: Skb, decision: RouteDecision): string | undefined {
  const device = skb.input as string;
  const { source, destination } = skb.packet.ip;
  if (isInet6(source)) return martianReason6(view, device, source);
  if (view.links.get(device)?.kind === 'loopback') return undefined;
  const localnet = view.deviceSetting(device, 'route_localnet') === 1;
  if (isLoopback(source) && !localnet) return 'martian source';
  if (isLoopback(destination) && !localnet) return 'martian destination';
  const acceptsLocal = view.deviceSetting(device, 'accept_local') === 1;
  if (view.local.has(source) && !isLoopback(source) && !acceptsLocal) return 'martian source';
  const mode = view.deviceSetting(device, 'rp_filter');
  if (mode === 0 || decision.type === 'broadcast') return undefined;
  const back = route(view, source, { mark: skb.mark, input: device });
  if (back.type === 'unreachable') return 'rp_filter';
  return mode === 1 && back.device !== device ? 'rp_filter' : undefined;
}

function martianReason6(view: NetnsView, device: string, source: string): string | undefined {
  if (view.links.get(device)?.kind === 'loopback') return undefined;
  const own =
    source === '::1' || (isLocal(view, source) && view.local6.get(source)?.scope !== 'link');
  return own || isMulticast6(source) ? 'martian source' : undefined;
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
