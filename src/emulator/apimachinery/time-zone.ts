import type { Micros } from '../world/json.ts';
import { fromCivil, MILLISECOND, SECOND } from '../world/time.ts';

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
