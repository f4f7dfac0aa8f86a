import type { Micros } from '../world/json.ts';
import { civil, DAY, fromCivil, HOUR, MINUTE, SECOND } from '../world/time.ts';
import { parseGoDuration } from './duration.ts';
import { isTimeZone, zoneOffset } from './time-zone.ts';

/** A schedule: either fields of the calendar, or a fixed distance. */
export type Schedule =
  | { readonly every: Micros }
  | {
      readonly minute: ReadonlySet<number>;
      readonly hour: ReadonlySet<number>;
      readonly day: ReadonlySet<number>;
      readonly month: ReadonlySet<number>;
      readonly weekday: ReadonlySet<number>;
      /** A day must fit both of its fields where either is a star, else one of them. */
      readonly anyDay: boolean;
      readonly zone: string | undefined;
    };

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
const bounds: readonly Bounds[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: MONTHS },
  { low: 0, high: 6, names: DAYS },
];

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

class CronError extends Error {}

/** Reads a schedule as `cron.ParseStandard` of robfig/cron does, and complains in its words. */
export function parseCron(text: string): Schedule | { readonly error: string } {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof CronError) return { error: error.message };
    throw error;
  }
}

function parse(text: string): Schedule {
  if (text === '') throw new CronError('empty spec string');
  let spec = text;
  let zone: string | undefined;
  const prefix = /^(?:CRON_)?TZ=(\S*)\s*/.exec(text);
  if (prefix) {
    zone = prefix[1] as string;
    if (!isTimeZone(zone)) {
      throw new CronError(`provided bad location ${zone}: unknown time zone ${zone}`);
    }
    spec = text.slice(prefix[0].length);
  }
  if (spec.startsWith('@')) return parseDescriptor(spec, zone);
  const fields = spec.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== bounds.length) {
    const found = `found ${fields.length}: [${fields.join(' ')}]`;
    throw new CronError(`expected exactly ${bounds.length} fields, ${found}`);
  }
  const [minute, hour, day, month, weekday] = fields.map((field, index) =>
    parseField(field, bounds[index] as Bounds),
  ) as [Field, Field, Field, Field, Field];
  return {
    minute: minute.values,
    hour: hour.values,
    day: day.values,
    month: month.values,
    weekday: weekday.values,
    anyDay: !day.star && !weekday.star,
    zone,
  };
}

function parseDescriptor(spec: string, zone: string | undefined): Schedule {
  const known = descriptors[spec];
  if (known) return { ...(parse(known) as Exclude<Schedule, { every: Micros }>), zone };
  if (!spec.startsWith('@every ')) throw new CronError(`unrecognized descriptor: ${spec}`);
  const given = spec.slice('@every '.length);
  const time = parseGoDuration(given);
  if (time === undefined) {
    const why = `time: invalid duration ${JSON.stringify(given)}`;
    throw new CronError(`failed to parse duration ${spec}: ${why}`);
  }
  return { every: Math.max(SECOND, Math.floor(time / SECOND) * SECOND) };
}

interface Field {
  readonly values: ReadonlySet<number>;
  readonly star: boolean;
}

function parseField(field: string, limits: Bounds): Field {
  const values = new Set<number>();
  let star = false;
  for (const part of field.split(',').filter(Boolean)) {
    const range = parseRange(part, limits);
    star ||= range.star;
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
  }
  return { values, star };
}

function parseRange(text: string, { low, high, names }: Bounds) {
  const [span = '', every, more] = text.split('/');
  const ends = span.split('-');
  const single = ends.length === 1;
  let [start, end] = [low, high];
  let star = false;
  if (ends[0] === '*' || ends[0] === '?') star = true;
  else {
    start = parseNumber(ends[0] as string, names);
    if (ends.length > 2) throw new CronError(`too many hyphens: ${text}`);
    end = single ? start : parseNumber(ends[1] as string, names);
  }
  if (more !== undefined) throw new CronError(`too many slashes: ${text}`);
  let step = 1;
  if (every !== undefined) {
    step = parseNumber(every);
    // `5/15` goes on to the end.
    if (single) end = high;
    if (step > 1) star = false;
  }
  if (start < low)
    throw new CronError(`beginning of range (${start}) below minimum (${low}): ${text}`);
  if (end > high) throw new CronError(`end of range (${end}) above maximum (${high}): ${text}`);
  if (start > end)
    throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
  return { start, end, step, star };
}

function parseNumber(text: string, names?: readonly string[]): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return names === MONTHS ? named + 1 : named;
  if (!/^[+-]?\d+$/.test(text)) {
    const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new CronError(`failed to parse int from ${text}: ${why}`);
  }
  if (Number(text) < 0) throw new CronError(`negative number (${text}) not allowed: ${text}`);
  return Number(text);
}

/** How far ahead is looked for a moment that fits: none of February 30. */
const HORIZON = 5 * 366 * DAY;

/** The first moment after another that fits; undefined where none ever does. */
export function nextTime(schedule: Schedule, after: Micros, zone = 'UTC'): Micros | undefined {
  if ('every' in schedule) return Math.floor(after / SECOND) * SECOND + schedule.every;
  const place = schedule.zone ?? zone;
  const first = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  for (let at = first; at < first + HORIZON;) {
    const offset = zoneOffset(place, at);
    const c = civil(at + offset);
    if (!schedule.month.has(c.month) || !fitsDay(schedule, c.day, c.weekday)) {
      const midnight = fromCivil(c.year, c.month, c.day) + DAY - offset;
      at = Math.max(midnight, at + MINUTE);
    } else if (!schedule.hour.has(c.hour)) at += HOUR - (at + offset - floorHour(at + offset));
    else if (!schedule.minute.has(c.minute)) at += MINUTE;
    else return at;
  }
  return undefined;
}

const floorHour = (at: Micros) => Math.floor(at / HOUR) * HOUR;

function fitsDay(
  schedule: Exclude<Schedule, { every: Micros }>,
  day: number,
  weekday: number,
): boolean {
  const [byDay, byWeek] = [schedule.day.has(day), schedule.weekday.has(weekday)];
  return schedule.anyDay ? byDay || byWeek : byDay && byWeek;
}

/** The last moment that fits, up to and with `now`, and how many there are since `since`. */
export function lastTime(
  schedule: Schedule,
  since: Micros,
  now: Micros,
  zone?: string,
): { readonly at: Micros | undefined; readonly missed: number } {
  let at: Micros | undefined;
  let missed = 0;
  let next = nextTime(schedule, since, zone);
  while (next !== undefined && next <= now && missed < MISSED_MAX) {
    at = next;
    missed += 1;
    next = nextTime(schedule, next, zone);
  }
  return { at, missed };
}

/** Beyond this many a controller only says that it missed too many. */
export const MISSED_MAX = 1000;
