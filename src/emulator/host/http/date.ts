import { civil, dayNames, monthNames } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';

const two = (n: number) => String(n).padStart(2, '0');

/** `Wed, 25 Nov 2026 09:00:00 GMT`: the date of HTTP headers (RFC 9110, 5.6.7). */
export function httpDate(at: Micros): string {
  const c = civil(at);
  const day = `${dayNames[c.weekday]}, ${two(c.day)} ${monthNames[c.month - 1]} ${c.year}`;
  return `${day} ${two(c.hour)}:${two(c.minute)}:${two(c.second)} GMT`;
}

/** `25/Nov/2026:09:00:00 +0000`: the date of access logs in the Common Log Format. */
export function logDate(at: Micros): string {
  const c = civil(at);
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
  return `${two(c.day)}/${monthNames[c.month - 1]}/${c.year}:${time} +0000`;
}

/** `Mon Nov 23 00:12:16 2026` with the zone where it is given, as asctime and date(1) write it. */
export function textDate(at: Micros, zone = ''): string {
  const c = civil(at);
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
  const day = String(c.day).padStart(2, zone === '' ? ' ' : '0');
  const year = zone === '' ? `${c.year}` : `${zone} ${c.year}`;
  return `${dayNames[c.weekday]} ${monthNames[c.month - 1]} ${day} ${time} ${year}`;
}
