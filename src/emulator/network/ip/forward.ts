import type { Engine } from '../engine.ts';
import * as hooks from '../netfilter/hooks.ts';
import { isInet6, isLinkLocal6 } from '../address6.ts';
import { endpointText } from '../packet.ts';
import { mtuOf, type RouteDecision } from '../route.ts';
import type { Skb } from '../skb.ts';
import { sendError } from './icmp-error.ts';
import { leave } from './output.ts';
import { reject } from './reject.ts';

/** A packet on its way through (`ip_forward`): time to live, size, FORWARD, POSTROUTING, out. */
export function ipForward(
  engine: Engine,
  skb: Skb,
  decision: Extract<RouteDecision, { type: 'unicast' }>,
): void {
  const { packet, view } = skb;
  if (packet.ip.ttl <= 1) {
    engine.step(packet.trace, skb.ref, {
      layer: 'l3',
      what: 'time to live exceeded',
      from: endpointText(packet, 'source'),
      to: endpointText(packet, 'destination'),
    });
    sendError(engine, view, packet, { type: 11, code: 0 }, connectionOf(skb));
    return;
  }
  const mtu = mtuOf(view, decision);
  const six = isInet6(packet.ip.source);
  if (packet.size > mtu && (packet.ip.dontFragment || six)) {
    engine.step(packet.trace, skb.ref, {
      layer: 'l3',
      device: decision.device,
      what: `${packet.size} bytes do not fit into MTU ${mtu}`,
      from: endpointText(packet, 'source'),
      to: endpointText(packet, 'destination'),
    });
    sendError(engine, view, packet, { type: 3, code: 4, mtu }, connectionOf(skb));
    return;
  }
  if (six && isLinkLocal6(packet.ip.source)) {
    // What counts on its link only goes no further (RFC 4291 2.5.6).
    sendError(engine, view, packet, { type: 3, code: 0 }, connectionOf(skb));
    return;
  }
  skb.packet = { ...packet, ip: { ...packet.ip, ttl: packet.ip.ttl - 1 } };
  const verdict = hooks.forward(engine, skb, decision.device);
  if (verdict.type !== 'accept' && verdict.type !== 'transmit') {
    reject(engine, skb, verdict);
    return;
  }
  leave(engine, skb, decision.device, decision.nextHop);
}

/** The connection that an error about this packet belongs to. */
export function connectionOf(skb: Skb): Skb['connection'] {
  const { connection } = skb;
  if (!connection?.entry) return undefined;
  return { ...connection, state: 'RELATED', reply: !connection.reply, confirmed: true };
}
