import type { Micros } from '../../world/json.ts';

/** The table head of the progress meter. */
export const METER_HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** What the meter shows; sizes in bytes. */
export interface Progress {
  readonly elapsed: Micros;
  readonly received: number;
  readonly expected?: number;
  readonly sent: number;
  readonly toSend: number;
}

const SECOND = 1_000_000;
const NO_TIME = '--:--:--';

/** One line of the meter, behind a carriage return (lib/progress.c). */
export function meterLine(progress: Progress): string {
  const { elapsed, received, sent, toSend } = progress;
  const expected = progress.expected ?? received;
  const speed = (bytes: number) =>
    bytes === 0 ? 0 : Math.floor((bytes * SECOND) / Math.max(1, elapsed));
  const percent = (part: number, whole: number) =>
    whole === 0 ? 0 : Math.floor((part * 100) / whole);
  const whole = expected + toSend;
  const cells = [
    `${pad(percent(received + sent, whole), 3)} ${size(whole)}`,
    `${pad(percent(received, expected), 3)} ${size(received)}`,
    `${pad(percent(sent, toSend), 3)} ${size(sent)}`,
    `${size(speed(received))}  ${size(speed(sent))}`,
  ];
  const spent = elapsed >= SECOND ? time(Math.floor(elapsed / SECOND)) : NO_TIME;
  return `\r${cells.join('  ')} ${NO_TIME} ${spent} ${NO_TIME} ${size(speed(received + sent))}`;
}

/** Lines for each whole second of a wait. */
export function waitedLines(from: Micros, to: Micros): string {
  let text = '';
  for (let at = Math.floor(from / SECOND) + 1; at <= Math.floor(to / SECOND); at++) {
    text += meterLine({ elapsed: at * SECOND, received: 0, sent: 0, toSend: 0 });
  }
  return text;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}

/** A size in five characters (max5data). */
function size(bytes: number): string {
  const [k, m, g] = [1024, 1024 ** 2, 1024 ** 3];
  if (bytes < 100_000) return pad(bytes, 5);
  if (bytes < 10_000 * k) return `${pad(Math.floor(bytes / k), 4)}k`;
  if (bytes < 100 * m) {
    const tenth = Math.floor((bytes % m) / Math.floor(m / 10));
    return `${pad(Math.floor(bytes / m), 2)}.${Math.min(9, tenth)}M`;
  }
  if (bytes < 10_000 * m) return `${pad(Math.floor(bytes / m), 4)}M`;
  return `${pad(Math.floor(bytes / g), 4)}G`;
}

function time(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return (
    `${pad(Math.floor(seconds / 3600), 2)}:` +
    `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  );
}
