import { MINUTE } from '../../world/time.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';

export interface KnownMtu {
  readonly mtu: number;
  readonly at: number;
}

/** What "fragmentation needed" taught is believed for so long (`net.ipv4.route.mtu_expires`). */
export const PATH_MTU_EXPIRES = 10 * MINUTE;

export const pathMtuKey = (ref: NetnsRef, destination: string) =>
  `${volatileKey(ref)}pmtu/${destination}`;

/** The largest packet that is known to get to a destination; Infinity where nothing is known. */
export function pathMtu(engine: Engine, ref: NetnsRef, destination: string): number {
  const known = engine.records.get<KnownMtu>(pathMtuKey(ref, destination));
  return known && engine.now - known.at < PATH_MTU_EXPIRES ? known.mtu : Infinity;
}

/** Remembers what an ICMP error said about the way to a destination. */
export function learnPathMtu(
  engine: Engine,
  ref: NetnsRef,
  destination: string,
  mtu: number,
): void {
  engine.records.put(pathMtuKey(ref, destination), { mtu, at: engine.now });
}
