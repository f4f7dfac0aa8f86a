import { isLoopback } from '../address.ts';
import { groupMac, isInet6, isMulticast6 } from '../address6.ts';
import type { Errno } from '../api.ts';
import { tupleKey } from '../conntrack/tuple.ts';
import type { Engine } from '../engine.ts';
import { isTunnel, tunnelSend } from '../link/tunnel.ts';
import { hasNeighbours, transmit } from '../link/transmit.ts';
import { wireguardSend } from '../link/wireguard/send.ts';
import { pathMtu } from './path-mtu.ts';
import { macOf, waitFor } from '../neighbour/resolve.ts';
import * as hooks from '../netfilter/hooks.ts';
import type { NetnsView } from '../netns.ts';
import { broadcastMac, endpointText, type Packet } from '../packet.ts';
import type { Flow } from '../policy-rule.ts';
import { mtuOf, route, routeText, sourceFor, type RouteDecision } from '../route.ts';
import { createSkb, type Connection, type Skb } from '../skb.ts';
import { reject } from './reject.ts';

/** What a packet is made from; addresses of the sender may be left to the route. */
export interface Draft extends Omit<Packet, 'kind' | 'id'> {
  /** The only device that it may leave by (`SO_BINDTODEVICE`, or the scope of an address). */
  readonly output?: string;
  readonly mark?: number;
}

/** Where the namespace's own packets to an address go, and from which address. */
export function routeOut(
  view: NetnsView,
  destination: string,
  source?: string,
  flow: Flow = {},
): { readonly decision: RouteDecision; readonly source: string } | Errno {
  const any = source === undefined || source === '0.0.0.0' || source === '::';
  const from = any ? undefined : source;
  const decision = route(view, destination, from === undefined ? flow : { ...flow, source: from });
  if (decision.type === 'unreachable') {
    if (decision.code === 'blackhole') return 'EINVAL';
    if (decision.code === 'prohibited') return 'EACCES';
    return decision.code === 'host' ? 'EHOSTUNREACH' : 'ENETUNREACH';
  }
  if (decision.type === 'broadcast') return 'EACCES';
  // Packets to own addresses go by lo, also to those of a device that is down, as kube-ipvs0 is.
  const up = view.links.get(decision.device)?.up === true;
  if (decision.type !== 'local' && !up) return 'ENETUNREACH';
  return { decision, source: from ?? sourceFor(view, decision, destination) };
}

/**
 * Sends a packet of the namespace's own (`ip_local_out`): OUTPUT, routed again where OUTPUT changed
 * its destination or mark, then POSTROUTING. Gives the errno of what was refused at once.
 */
export function ipOutput(
  engine: Engine,
  view: NetnsView,
  draft: Draft,
  connection?: Connection,
): Errno | undefined {
  const { output, mark = 0, ...rest } = draft;
  const packet: Packet = { kind: 'ip', id: engine.nextId(), ...rest };
  const asked = output === undefined ? { mark } : { mark, output };
  const routed = routeOut(view, packet.ip.destination, packet.ip.source, asked);
  if (typeof routed === 'string') return routed;
  const skb = createSkb(view, packet);
  skb.mark = mark;
  if (connection) skb.connection = connection;
  const first = routed.decision as Exclude<RouteDecision, { type: 'unreachable' }>;
  stepOut(engine, skb, routeText(first.route), first.device);
  const verdict = hooks.output(engine, skb, first.device);
  if (verdict.type === 'transmit') {
    transmitOn(engine, skb);
    return undefined;
  }
  if (verdict.type !== 'accept') {
    reject(engine, skb, verdict);
    // A packet that OUTPUT drops is EPERM to its sender, except for TCP, which tries again.
    return verdict.type === 'drop' && packet.transport.kind !== 'tcp' ? 'EPERM' : undefined;
  }
  let decision: RouteDecision = first;
  if (skb.packet.ip.destination !== packet.ip.destination || skb.mark !== mark) {
    decision = route(view, skb.packet.ip.destination, { ...asked, mark: skb.mark });
    if (decision.type === 'unreachable') return 'EPERM';
    stepOut(engine, skb, routeText(decision.route), decision.device);
  }
  return leaveBy(engine, skb, decision);
}

/** Sends out a packet that IPVS changed: routed anew, OUTPUT, POSTROUTING (`ip_vs_nat_xmit`). */
export function transmitOn(engine: Engine, skb: Skb): void {
  const decision = route(skb.view, skb.packet.ip.destination);
  if (decision.type !== 'unicast') {
    engine.end(skb.packet.trace, 'dropped');
    return;
  }
  stepOut(engine, skb, routeText(decision.route), decision.device);
  const verdict = hooks.transmitted(engine, skb, decision.device);
  if (verdict.type === 'accept') leave(engine, skb, decision.device, decision.nextHop);
  else if (verdict.type !== 'transmit') reject(engine, skb, verdict);
}

function leaveBy(engine: Engine, skb: Skb, decision: RouteDecision): Errno | undefined {
  const { view } = skb;
  if (decision.type === 'unreachable') return 'ENETUNREACH';
  if (decision.type !== 'unicast') {
    leaveByLoopback(engine, skb);
    return undefined;
  }
  const localnet = view.deviceSetting(decision.device, 'route_localnet') === 1;
  if (isLoopback(skb.packet.ip.source) && !localnet) {
    engine.step(skb.packet.trace, skb.ref, {
      layer: 'l3',
      device: decision.device,
      what: 'dropped: 127.0.0.1 cannot leave the host (route_localnet is 0)',
      from: endpointText(skb.packet, 'source'),
      to: endpointText(skb.packet, 'destination'),
    });
    engine.end(skb.packet.trace, 'dropped');
    return 'EINVAL';
  }
  const mtu = mtuOf(view, decision);
  const { packet } = skb;
  // TCP cuts its segments anew when it is told; others must hear that they are too long.
  const asks = packet.ip.dontFragment && packet.transport.kind !== 'tcp';
  const known = asks ? pathMtu(engine, skb.ref, packet.ip.destination) : mtu;
  if (packet.ip.dontFragment && packet.size > Math.min(mtu, known)) return 'EMSGSIZE';
  leave(engine, skb, decision.device, decision.nextHop);
  return undefined;
}

function leaveByLoopback(engine: Engine, skb: Skb): void {
  const loopback = [...skb.view.links.values()].find((link) => link.kind === 'loopback');
  if (!loopback) return;
  const verdict = hooks.postrouting(engine, skb, loopback.name);
  if (verdict.type !== 'accept' && verdict.type !== 'transmit') {
    reject(engine, skb, verdict);
    return;
  }
  const { connection } = skb;
  const kept = connection?.entry
    ? { key: tupleKey(connection.entry.original), reply: connection.reply }
    : undefined;
  const mac = '00:00:00:00:00:00';
  const frame = { source: mac, destination: mac, body: skb.packet };
  transmit(engine, skb.view, loopback.name, frame, kept);
}

/** POSTROUTING, then the neighbour's MAC address, then out by the device. */
export function leave(engine: Engine, skb: Skb, device: string, nextHop: string): void {
  const verdict = hooks.postrouting(engine, skb, device);
  if (verdict.type !== 'accept' && verdict.type !== 'transmit') {
    reject(engine, skb, verdict);
    return;
  }
  const { view, packet } = skb;
  const link = view.links.get(device);
  if (!link) return;
  if (isTunnel(link)) {
    tunnelSend(engine, view, link, packet, nextHop);
    return;
  }
  if (link.kind === 'wireguard') {
    wireguardSend(engine, view, link, packet);
    return;
  }
  if (!hasNeighbours(link)) {
    transmit(engine, view, device, { source: link.mac, destination: broadcastMac, body: packet });
    return;
  }
  if (isInet6(nextHop) && isMulticast6(nextHop)) {
    const destination = groupMac(nextHop);
    transmit(engine, view, device, { source: link.mac, destination, body: packet });
    return;
  }
  const mac = macOf(engine, view, device, nextHop);
  if (mac === undefined) waitFor(engine, view, device, nextHop, { packet });
  else transmit(engine, view, device, { source: link.mac, destination: mac, body: packet });
}

function stepOut(engine: Engine, skb: Skb, text: string, device: string): void {
  const { packet } = skb;
  if (packet.trace === undefined) return;
  engine.step(packet.trace, skb.ref, {
    layer: 'l3',
    device,
    what: `sent by route ${text}`,
    rule: { table: 'main', chain: 'route', text },
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
  });
}
