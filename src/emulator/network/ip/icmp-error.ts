import { findTracked } from '../conntrack/entry.ts';
import { invert, tupleOf } from '../conntrack/tuple.ts';
import type { Engine } from '../engine.ts';
import type { NetnsView } from '../netns.ts';
import { isIcmpError, packetSize, type Icmp, type Packet } from '../packet.ts';
import type { Connection } from '../skb.ts';
import { ipOutput, routeOut } from './output.ts';
import { icmpErrorInput } from '../socket/icmp.ts';
import { createSkb } from '../skb.ts';

/**
 * Answers a packet with an ICMP error (`icmp_send`), unless it is one itself. The source is the
 * address that was asked, where that is the namespace's own; else the one that the way back gives.
 */
export function sendError(
  engine: Engine,
  view: NetnsView,
  about: Packet,
  error: { readonly type: number; readonly code: number; readonly mtu?: number },
  connection?: Connection,
): void {
  const stopped = error.type === 3 && error.code === 3 ? 'refused' : endingOf(error);
  engine.end(about.trace, stopped);
  if (isIcmpError(about.transport)) return;
  const own = view.local.has(about.ip.destination) ? about.ip.destination : undefined;
  const routed = routeOut(view, about.ip.source, own);
  if (typeof routed === 'string') return;
  const transport: Icmp = { kind: 'icmp', ...error, quoted: { ...about, trace: undefined } };
  ipOutput(
    engine,
    view,
    {
      ...(about.trace === undefined ? {} : { trace: about.trace }),
      ip: {
        source: routed.source,
        destination: about.ip.source,
        ttl: 64,
        identification: 0,
        dontFragment: false,
      },
      transport,
      payload: '',
      size: packetSize(transport, ''),
    },
    connection,
  );
}

function endingOf(error: { readonly type: number; readonly code: number }) {
  if (error.type !== 3) return 'dropped';
  return [9, 10, 13].includes(error.code) ? 'rejected' : 'unreachable';
}

/**
 * Nobody on the link has the next hop's address: whoever sent the packet hears of it, the
 * namespace's own sockets without a packet on the wire (`arp_error_report`).
 */
export function hostUnreachable(engine: Engine, view: NetnsView, packet: Packet): void {
  if (!view.local.has(packet.ip.source) || isMasqueraded(engine, view, packet)) {
    sendError(engine, view, packet, { type: 3, code: 1 });
    return;
  }
  engine.end(packet.trace, 'unreachable');
  const transport: Icmp = { kind: 'icmp', type: 3, code: 1, quoted: packet };
  const skb = createSkb(view, {
    kind: 'ip',
    id: engine.nextId(),
    ip: { ...packet.ip, source: packet.ip.source, destination: packet.ip.source, ttl: 64 },
    transport,
    payload: '',
    size: packetSize(transport, ''),
  });
  icmpErrorInput(engine, skb);
}

/** Whether the packet only bears this namespace's address: the error is for who sent it. */
function isMasqueraded(engine: Engine, view: NetnsView, packet: Packet): boolean {
  const tuple = tupleOf(packet);
  const found = tuple && findTracked(engine, view.ref, invert(tuple));
  return found?.reply === true && !view.local.has(found.entry.original.source);
}
