import type { Fault, NetnsRef } from './api.ts';
import { netnsKey } from './keys.ts';

/**
 * Faults are devices in the path, put there by a lab or a learner. The stack knows nothing of
 * them: only the cable between two links asks.
 */
export function faultKey(ref: NetnsRef, device: string): string {
  return `${netnsKey(ref)}fault/${device}`;
}

/** A fault's record; undefined takes it away. */
export function faultRecord(fault: Fault | undefined): Fault | undefined {
  return fault && Object.values(fault).some(Boolean) ? fault : undefined;
}
