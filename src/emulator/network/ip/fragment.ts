// Packets that are cut because they do not fit, and put together again (`ip_fragment.c`).
import { SECOND } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import { isInet6 } from '../address6.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import type { NetnsView } from '../netns.ts';
import type { Packet } from '../packet.ts';

/** How long the pieces of a packet are kept (`net.ipv4.ipfrag_time`). */
const KEPT = 30 * SECOND;

/** Bytes of the IP header, and in IPv6 of the fragment header behind it. */
const headerOf = (address: string) => (isInet6(address) ? 40 : 20);
const pieceHeaderOf = (address: string) => (isInet6(address) ? 48 : 20);

/**
 * A packet in pieces of at most `mtu` bytes; the packet itself where it fits. Each piece carries
 * what the packet carries: which bytes are in it, `fragment` tells.
 */
export function inPieces(engine: Engine, packet: Packet, mtu: number): readonly Packet[] {
  if (packet.size <= mtu) return [packet];
  const { destination } = packet.ip;
  const header = pieceHeaderOf(destination);
  const data = packet.size - (packet.fragment ? header : headerOf(destination));
  const room = Math.floor((mtu - header) / 8) * 8;
  if (room <= 0) return [packet];
  const base = packet.fragment;
  const id = base?.id ?? packet.id % 65_536;
  const pieces: Packet[] = [];
  for (let offset = 0; offset < data; offset += room) {
    const length = Math.min(room, data - offset);
    const last = offset + length === data;
    pieces.push({
      ...packet,
      id: engine.nextId(),
      size: header + length,
      fragment: {
        id,
        offset: (base?.offset ?? 0) + offset,
        total: base?.total ?? data,
        more: last ? (base?.more ?? false) : true,
      },
    });
  }
  return pieces;
}

interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly more: boolean;
}

interface Pieces {
  readonly since: Micros;
  readonly parts: readonly Piece[];
}

/** Takes a piece; gives the packet when it was the last one that was missing. */
export function putTogether(engine: Engine, view: NetnsView, packet: Packet): Packet | undefined {
  const { fragment, ip } = packet;
  if (!fragment) return packet;
  const key = `${volatileKey(view.ref)}fragments/${ip.source}-${ip.destination}-${fragment.id}`;
  const known = engine.records.get<Pieces>(key);
  const fresh = known && engine.now - known.since < KEPT ? known : { since: engine.now, parts: [] };
  const length = packet.size - pieceHeaderOf(ip.destination);
  const part = { offset: fragment.offset, length, more: fragment.more };
  const parts = [...fresh.parts.filter(({ offset }) => offset !== part.offset), part].toSorted(
    (a, b) => a.offset - b.offset,
  );
  let end = 0;
  for (const each of parts) if (each.offset === end) end += each.length;
  const last = parts.at(-1);
  if (!last || last.more || end !== last.offset + last.length) {
    engine.records.put(key, { since: fresh.since, parts } as never);
    return undefined;
  }
  engine.records.put(key, undefined);
  const { fragment: _fragment, ...whole } = packet;
  return { ...whole, size: headerOf(ip.destination) + end };
}
