import type { Micros } from '../world/json.ts';
import { DAY, fromCivil, HOUR, MILLISECOND, MINUTE, SECOND } from '../world/time.ts';

/** Whether a name is of a time zone that the platform's tables know (`time.LoadLocation`). */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  // Offsets are zones for the platform, but no names of the tz database.
  if (/^[+-]/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** What is to be added to UTC at a moment to have the time that clocks of the zone show. */
export function zoneOffset(name: string, at: Micros): Micros {
  if (name === 'UTC' || !isTimeZone(name)) return 0;
  const whole = Math.floor(at / SECOND) * SECOND;
  const parts = new Intl.DateTimeFormat('en-u-ca-iso8601-hc-h23', {
    timeZone: name,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(whole / MILLISECOND);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const shown = fromCivil(
    read('year'),
    read('month'),
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  );
  return shown - whole;
}

/** Abbreviations that the platform's tables print as offsets where tzdata has letters. */
const LETTERS: Readonly<Record<string, string>> = {
  'Asia/Seoul': 'KST',
  'Asia/Tokyo': 'JST',
  'Asia/Shanghai': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Kolkata': 'IST',
  'Europe/London': 'GMT',
  'Europe/Berlin': 'CET',
  'Europe/Paris': 'CET',
  'Europe/Madrid': 'CET',
  'Europe/Rome': 'CET',
  'Europe/Moscow': 'MSK',
};
const SUMMER: Readonly<Record<string, string>> = { GMT: 'BST', CET: 'CEST' };

/** The letters of a zone at a moment (`PDT`), or its offset where it has none (`-03`). */
export function zoneAbbreviation(name: string, at: Micros): string {
  const offset = zoneOffset(name, at);
  if (name === 'UTC' || !isTimeZone(name)) return 'UTC';
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' });
  const short = format.formatToParts(at / MILLISECOND).find((part) => part.type === 'timeZoneName');
  if (short && /^[A-Z]+$/.test(short.value) && short.value !== 'GMT') return short.value;
  const winter = LETTERS[name];
  if (winter) return offset > standardOffset(name, at) ? (SUMMER[winter] ?? winter) : winter;
  const hours = Math.floor(Math.abs(offset) / HOUR);
  const minutes = (Math.abs(offset) % HOUR) / MINUTE;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(hours)}${minutes ? two(minutes) : ''}`;
}

/** The smaller of the offsets that a zone has half a year apart. */
function standardOffset(name: string, at: Micros): Micros {
  return Math.min(zoneOffset(name, at), zoneOffset(name, at + HALF_A_YEAR));
}

const HALF_A_YEAR = 182 * DAY;
