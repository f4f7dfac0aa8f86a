import { strerror } from '../../host/errno.ts';
import type { Errno } from '../../network/api.ts';

/** Go's text of an errno: libc's in lower case. */
export function goStrerror(errno: Errno): string {
  return strerror(errno).toLowerCase();
}
