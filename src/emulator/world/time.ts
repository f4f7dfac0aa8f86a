import type { Micros } from './json.ts';

/** Units of time in microseconds. */
export const MILLISECOND = 1_000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Days and months as C and Go abbreviate them. */
export const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const monthNames = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** A calendar moment in UTC. `month` and `day` count from 1, `weekday` from 0 (Sunday). */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  readonly weekday: number;
}

/** Calendar fields of a point in time. Proleptic Gregorian calendar, as in POSIX. */
export function civil(at: Micros): Civil {
  const days = Math.floor(at / DAY);
  const rest = at - days * DAY;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / HOUR),
    minute: Math.floor(rest / MINUTE) % 60,
    second: Math.floor(rest / SECOND) % 60,
    micros: rest % SECOND,
    weekday: (((days + 4) % 7) + 7) % 7,
  };
}

/** Point in time of a calendar moment in UTC. */
export function fromCivil(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): Micros {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return days * DAY + hour * HOUR + minute * MINUTE + second * SECOND;
}

const two = (n: number) => String(n).padStart(2, '0');

/** `2026-11-25T09:00:00Z`: the form of metav1.Time, whole seconds. */
export function rfc3339(at: Micros): string {
  const second = Math.floor(at / SECOND);
  if (last.second !== second) last = { second, text: secondText(at) };
  return last.text;
}

/** The second that was told last: all that is written in it tells the same. */
let last = { second: Number.NaN, text: '' };

function secondText(at: Micros): string {
  const c = civil(at);
  return (
    `${c.year}-${two(c.month)}-${two(c.day)}T${two(c.hour)}:` + `${two(c.minute)}:${two(c.second)}Z`
  );
}

/** `2026-11-25T09:00:00.000000Z`: the form of metav1.MicroTime. */
export function rfc3339Micro(at: Micros): string {
  return rfc3339(at).replace('Z', `.${String(civil(at).micros).padStart(6, '0')}Z`);
}

/** Point in time of an RFC 3339 text with optional fraction and offset; undefined if it is none. */
export function parseRfc3339(text: string): Micros | undefined {
  const m =
    /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(
      text,
    );
  if (!m) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offHour, offMinute] = m;
  const base = fromCivil(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const micros = Number((fraction ?? '').padEnd(6, '0').slice(0, 6));
  const offset = sign
    ? (Number(offHour) * HOUR + Number(offMinute) * MINUTE) * (sign === '-' ? -1 : 1)
    : 0;
  return base + micros - offset;
}
