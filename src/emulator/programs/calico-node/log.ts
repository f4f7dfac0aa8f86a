import type { DaemonSys } from '../../host/syscalls.ts';
import { rfc3339Micro } from '../../world/time.ts';

/** A line as Calico's programs write it: time, level, process, file and line. */
export function say(
  sys: DaemonSys,
  level: 'INFO' | 'WARNING' | 'ERROR',
  place: string,
  text: string,
): void {
  const time = rfc3339Micro(sys.now).replace('T', ' ').slice(0, 23);
  sys.log(`${time} [${level}][${sys.pid}] ${place}: ${text}`);
}
