import type { Store } from '../../world/store.ts';
import type { LinkStatistics, NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import type { Frame } from '../packet.ts';

type Record = readonly [received: number, bytes: number, sent: number, bytes: number];

const none: Record = [0, 0, 0, 0];

/** Keys that were put together, by the namespace as its view or a cable's end names it. */
const keys = new WeakMap<NetnsRef, Map<string, string>>();

function key(ref: NetnsRef, device: string): string {
  let known = keys.get(ref);
  if (!known) keys.set(ref, (known = new Map()));
  let made = known.get(device);
  if (made === undefined) known.set(device, (made = `${volatileKey(ref)}statistics/${device}`));
  return made;
}

/** Bytes of a frame with its Ethernet header. */
function frameSize({ body }: Frame): number {
  return 14 + (body.kind === 'ip' ? body.size : 28);
}

/** Counts a frame at a link. */
export function countFrame(
  engine: Engine,
  ref: NetnsRef,
  device: string,
  direction: 'In' | 'Out',
  frame: Frame,
): void {
  const [packets, bytes, sent, sentBytes] = engine.records.get<Record>(key(ref, device)) ?? none;
  const size = frameSize(frame);
  const next =
    direction === 'In'
      ? [packets + 1, bytes + size, sent, sentBytes]
      : [packets, bytes, sent + 1, sentBytes + size];
  engine.records.put(key(ref, device), next);
}

/** What passed a link so far. */
export function readStatistics(store: Store, ref: NetnsRef, device: string): LinkStatistics {
  const [packets, bytes, sent, sentBytes] = store.get<Record>(key(ref, device)) ?? none;
  return { received: { packets, bytes }, sent: { packets: sent, bytes: sentBytes } };
}
