import type { Sys } from '../../host/syscalls.ts';

/** The progress meter at the end of a transfer (libbb/progress.c); `total` undefined: unknown. */
export function meterLine(
  sys: Sys,
  name: string,
  received: number,
  total: number | undefined,
): string {
  const width = sys.windowSize(2)?.columns ?? 80;
  let text = name.slice(0, 20).padEnd(20);
  if (total) {
    const ratio = Math.min(100, Math.floor((received * 100) / total));
    const length = width - 48;
    text += `${String(ratio).padStart(4)}% `;
    if (length > 0) {
      text += `|${'*'.repeat(Math.floor((length * ratio) / 100)).padEnd(length)}|`;
    }
  }
  let size = received;
  let unit = 0;
  while (size >= 100_000) {
    size = Math.floor(size / 1024);
    unit += 1;
  }
  const left = total && received > 0 ? ' 0:00:00 ETA' : ' --:--:-- ETA';
  return `${text}${String(size).padStart(6)}${' kMGTPEZY'[unit]}${left}`;
}
