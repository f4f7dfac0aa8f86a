import type { Sys } from '../../host/syscalls.ts';
import { rfc3339Micro } from '../../world/time.ts';

/** The time as Calico's log begins with it. */
export function stamp(sys: Sys): string {
  return rfc3339Micro(sys.now).replace('T', ' ').slice(0, 23);
}
