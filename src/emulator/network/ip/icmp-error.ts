import { findTracked } from '../conntrack/entry.ts';
import { invert, tupleOf } from '../conntrack/tuple.ts';
import type { Engine } from '../engine.ts';
import { isInet6, isMulticast6 } from '../address6.ts';
import { isLocal, type NetnsView } from '../netns.ts';
import { isIcmpError, packetSize, type Icmp, type Icmpv6, type Packet } from '../packet.ts';
import type { Connection } from '../skb.ts';
import { ipOutput, routeOut } from './output.ts';
import { mayTellError } from './icmp-limit.ts';
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
  error: IcmpError,
  connection?: Connection,
): void {
  const stopped = error.type === 3 && error.code === 3 ? 'refused' : endingOf(error);
  engine.end(about.trace, stopped);
  if (isIcmpError(about.transport) || (about.fragment?.offset ?? 0) > 0) return;
  const six = isInet6(about.ip.source);
  if (six && (about.ip.source === '::' || isMulticast6(about.ip.destination))) return;
  const own = isLocal(view, about.ip.destination) ? about.ip.destination : undefined;
  const routed = routeOut(view, about.ip.source, own);
  if (typeof routed === 'string') return;
  // What tells the size of a path is never held back, nor what stays on the machine.
  const free = (error.type === 3 && error.code === 4) || routed.decision.type === 'local';
  if (!free && !mayTellError(engine, view, about.ip.source)) return;
  const transport = message(six, error, { ...about, trace: undefined });
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
      size: packetSize(transport, '', 0, about.ip.source),
    },
    connection,
  );
}

type IcmpError = { readonly type: number; readonly code: number; readonly mtu?: number };

/** An error in the numbers of its family: those of IPv4 are given (RFC 792, RFC 4443). */
function message(six: boolean, error: IcmpError, quoted: Packet): Icmp | Icmpv6 {
  if (!six) return { kind: 'icmp', ...error, quoted };
  const { type, code, mtu } = error;
  if (type === 11) return { kind: 'icmpv6', type: 3, code, quoted };
  if (code === 4) return { kind: 'icmpv6', type: 2, code: 0, ...(mtu ? { mtu } : {}), quoted };
  const codes: Readonly<Record<number, number>> = { 0: 0, 1: 3, 3: 4, 9: 1, 10: 1, 13: 1 };
  return { kind: 'icmpv6', type: 1, code: codes[code] ?? 0, quoted };
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
  if (!isLocal(view, packet.ip.source) || isMasqueraded(engine, view, packet)) {
    sendError(engine, view, packet, { type: 3, code: 1 });
    return;
  }
  engine.end(packet.trace, 'unreachable');
  const transport = message(isInet6(packet.ip.source), { type: 3, code: 1 }, packet);
  const skb = createSkb(view, {
    kind: 'ip',
    id: engine.nextId(),
    ip: { ...packet.ip, source: packet.ip.source, destination: packet.ip.source, ttl: 64 },
    transport,
    payload: '',
    size: packetSize(transport, '', 0, packet.ip.source),
  });
  icmpErrorInput(engine, skb);
}

/** Whether the packet only bears this namespace's address: the error is for who sent it. */
function isMasqueraded(engine: Engine, view: NetnsView, packet: Packet): boolean {
  const tuple = tupleOf(packet);
  const found = tuple && findTracked(engine, view.ref, invert(tuple));
  return found?.reply === true && !isLocal(view, found.entry.original.source);
}
