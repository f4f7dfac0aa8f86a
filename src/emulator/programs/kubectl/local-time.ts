import { isTimeZone, zoneOffset } from '../../apimachinery/time-zone.ts';
import { HOUR, MINUTE, parseRfc3339, rfc3339 } from '../../world/time.ts';

/** The zone of `TZ`; Go takes UTC where the tables do not know the name. */
export function localZone(name: string | undefined): string {
  const zone = name?.replace(/^:/, '') || 'UTC';
  return isTimeZone(zone) ? zone : 'UTC';
}

/** Fields whose type is a time; texts that only look like one are left as they are. */
const TIME = /(Time|Timestamp|At|^time)$/;
const TEXTS = new Set(['annotations', 'labels', 'data']);

/**
 * An answer as Go keeps it once it is decoded: its times are in the client's zone. They are written
 * with that zone's offset, `2017-06-04T21:45:56-07:00`.
 */
export function inZone<T>(value: T, zone: string): T {
  return zone === 'UTC' ? value : (moved(value, zone) as T);
}

function moved(value: unknown, zone: string): unknown {
  if (Array.isArray(value)) return value.map((each) => moved(each, zone));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (TEXTS.has(key)) return [key, each];
      return [
        key,
        typeof each === 'string' && TIME.test(key) ? local(each, zone) : moved(each, zone),
      ];
    }),
  );
}

function local(text: string, zone: string): string {
  const at = parseRfc3339(text);
  if (at === undefined) return text;
  const offset = zoneOffset(zone, at);
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const size = Math.abs(offset);
  const shown = `${two(size / HOUR)}:${two((size % HOUR) / MINUTE)}`;
  const wall = rfc3339(at + offset).replace('Z', '');
  return `${wall}${offset < 0 ? '-' : '+'}${shown}`;
}
