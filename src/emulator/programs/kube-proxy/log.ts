import { civil } from '../../world/index.ts';
import type { DaemonSys } from '../../host/syscalls.ts';

/** One line in klog's form: severity, date, thread, source, message. */
export function log(
  sys: DaemonSys,
  severity: 'I' | 'W' | 'E',
  source: string,
  message: string,
): void {
  const c = civil(sys.now);
  const two = (n: number) => String(n).padStart(2, '0');
  const micros = String(c.micros).padStart(6, '0');
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${micros}`;
  // In its container kube-proxy is the first process, and klog shows that number.
  const thread = String(sys.sandbox === 'host' ? sys.pid : 1).padStart(7);
  sys.log(`${severity}${two(c.month)}${two(c.day)} ${time} ${thread} ${source}] ${message}`);
}

/** A text as a value in such a line: quoted as Go's `%q` does it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
