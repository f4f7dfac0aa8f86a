import type { Micros } from '../../world/json.ts';

/** What the indicators show. Sizes in bytes; `total` undefined where it is unknown. */
export interface Progress {
  readonly received: number;
  readonly total: number | undefined;
  readonly elapsed: Micros;
}

const K = 1024;
/** The shortest time that is reckoned with: what a read of one packet takes a real one. */
const SHORTEST = 5;

const secondsOf = (elapsed: Micros) => Math.max(SHORTEST, elapsed) / 1e6;

/** `1.23`, `12.3`, `123` with the unit's place among B, K, M, G. */
function rate(bytes: number, elapsed: Micros): { readonly text: string; readonly unit: number } {
  let value = bytes / secondsOf(elapsed);
  let unit = 0;
  while (value >= K && unit < 3) {
    value /= K;
    unit += 1;
  }
  return { text: value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2), unit };
}

/** `7.33 MB/s` (retr_rate). */
export function rateText(bytes: number, elapsed: Micros): string {
  const { text, unit } = rate(bytes, elapsed);
  return `${text} ${['B/s', 'KB/s', 'MB/s', 'GB/s'][unit]}`;
}

/** Seconds with few digits (print_decimal). */
export function decimal(seconds: number): string {
  if (seconds >= 9.95) return seconds.toFixed(0);
  if (seconds >= 0.95) return seconds.toFixed(1);
  if (seconds >= 0.001) return String(Number(seconds.toPrecision(1)));
  return seconds >= 0.0005 ? '0.001' : '0';
}

/** A size in three digits with a unit: `21`, `1.21K`, `12.0M` (human_readable). */
export function humanSize(bytes: number, below: number, digits: number): string {
  if (bytes < below) return String(bytes);
  let value = bytes;
  for (const unit of 'KMGTPE') {
    value /= K;
    if (value < K) {
      const places = digits > 0 && value < 10 ? digits : value < 100 && digits > 1 ? 1 : 0;
      return `${value.toFixed(places)}${unit}`;
    }
  }
  return String(bytes);
}

const ROW_DOTS = 50;

/** The rows of dots for a whole transfer, one dot a kilobyte; empty lines around them. */
export function dots({ received, total, elapsed }: Progress): string {
  const count = Math.floor(received / K);
  let text = '';
  for (let row = 0; ; row++) {
    const own = Math.min(ROW_DOTS, count - row * ROW_DOTS);
    text += `\n${String(row * ROW_DOTS).padStart(6)}K`;
    for (let i = 0; i < ROW_DOTS; i++) text += (i % 10 === 0 ? ' ' : '') + (i < own ? '.' : ' ');
    const end = own < ROW_DOTS || (row + 1) * ROW_DOTS * K >= received;
    const shown = end ? received : (row + 1) * ROW_DOTS * K;
    if (total) text += `${String(Math.floor((100 * shown) / total)).padStart(4)}%`.slice(1);
    const speed = rate(received, elapsed);
    text += ` ${speed.text.padStart(4)}${' KMG'[speed.unit]}`;
    if (end) return `${text}=${decimal(elapsed / 1e6)}s\n\n`;
    text += ' 0s';
  }
}

/** The bar on a terminal of so many columns, behind a carriage return. */
export function bar(name: string, columns: number, progress: Progress, done: boolean): string {
  const { received, total, elapsed } = progress;
  const width = columns - 1;
  const nameWidth = Math.floor(width / 4);
  const size = width - nameWidth - 1 - 4 - 2 - 8 - 10 - 15;
  const shown = name.slice(0, nameWidth).padEnd(nameWidth);
  const percent = total === undefined ? undefined : Math.floor((100 * received) / (total || 1));
  const share = percent === undefined ? '    ' : `${String(percent).padStart(3)}%`;
  const filled = total ? Math.floor((size * received) / total) : 0;
  const arrow = filled > 0 ? `${'='.repeat(filled - 1)}>` : '';
  const stroke = total === undefined ? '<=>'.padStart(done ? size : 3) : arrow;
  const inside = size > 0 ? `[${stroke.slice(0, size).padEnd(size)}]` : '';
  const bytes = humanSize(received, 1000, 2).padStart(8);
  const speed = rate(received, elapsed);
  const long = elapsed > 999_000 && received > 0;
  const pace = long ? `${speed.text.padStart(4)}${' KMG'[speed.unit]}B/s` : '--.-KB/s';
  const time = done ? `    in ${decimal(elapsed / 1e6)}s` : '';
  return `\r${shown} ${share}${inside}${bytes}  ${pace.padStart(8)}${time.padEnd(15)}`;
}
