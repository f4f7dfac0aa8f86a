import type { Engine } from '../engine.ts';
import { ipOutput, routeOut } from '../ip/output.ts';
import { learnPathMtu, pathMtu } from '../ip/path-mtu.ts';
import { ipReceive } from '../ip/receive.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { broadcastMac, endpointText, packetSize, type Packet } from '../packet.ts';
import { mtuOf, type RouteDecision } from '../route.ts';
import { createSkb, type Skb } from '../skb.ts';

type Unicast = Extract<RouteDecision, { type: 'unicast' }>;

/**
 * A packet that leaves by an ipip device (`ipip_tunnel_xmit`): into another IP packet to the next
 * hop, as with Calico's routes `via <node> dev tunl0 onlink`.
 */
export function ipipSend(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  packet: Packet,
  nextHop: string,
): void {
  const frame = { source: link.mac, destination: broadcastMac, body: packet };
  if (!link.up) return;
  engine.show(view.ref, link.name, 'Out', frame);
  const routed = routeOut(view, nextHop);
  const inside = { from: endpointText(packet, 'source'), to: endpointText(packet, 'destination') };
  if (typeof routed === 'string' || routed.decision.type === 'local') {
    const what = `no route to the tunnel's other end ${nextHop}`;
    engine.step(packet.trace, view.ref, { layer: 'l3', device: link.name, what, ...inside });
    engine.end(packet.trace, 'dropped');
    return;
  }
  // Each packet tells the route within what fits into the tunnel (`tnl_update_pmtu`).
  const mtu = mtuOf(view, routed.decision as Unicast) - 20;
  const { destination } = packet.ip;
  if (pathMtu(engine, view.ref, destination) > mtu) {
    learnPathMtu(engine, view.ref, destination, mtu);
  }
  const what = `wrapped into IP (protocol 4) to ${nextHop}`;
  engine.step(packet.trace, view.ref, { layer: 'l3', device: link.name, what, ...inside });
  const transport = { kind: 'ipip' } as const;
  ipOutput(engine, view, {
    ...(packet.trace === undefined ? {} : { trace: packet.trace }),
    ip: {
      source: routed.source,
      destination: nextHop,
      ttl: packet.ip.ttl,
      identification: 0,
      dontFragment: false,
    },
    transport,
    payload: '',
    size: packetSize(transport, '', packet.size),
    inner: packet,
  });
}

/** A packet in a packet, for this machine: in by the ipip device, if it is there and up. */
export function ipipReceive(engine: Engine, skb: Skb): void {
  const { inner, trace } = skb.packet;
  const link = [...skb.view.links.values()].find((each) => each.kind === 'ipip' && each.up);
  if (!inner || !link) {
    engine.end(trace, 'dropped');
    return;
  }
  engine.step(trace, skb.ref, {
    layer: 'l3',
    device: link.name,
    what: 'unwrapped',
    from: endpointText(inner, 'source'),
    to: endpointText(inner, 'destination'),
  });
  const frame = { source: link.mac, destination: broadcastMac, body: inner };
  engine.show(skb.ref, link.name, 'In', frame);
  ipReceive(engine, createSkb(skb.view, inner, link.name));
}
