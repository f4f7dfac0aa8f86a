import { civil, DAY, fromCivil, type Civil } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';

export const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
export const months =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

const two = (value: number) => String(value).padStart(2, '0');
const blank = (value: number) => String(value).padStart(2);

/** A point in time by a format of strftime, in UTC. */
export function formatTime(at: Micros, format: string): string {
  const c = civil(at);
  return format.replaceAll(
    /%([-_0^#]?)(:{0,3})(\d*)([EO]?)([a-zA-Z%+])/g,
    (all, flag: string, colons: string, _width: string, _era: string, verb: string) => {
      const text = verb === 'z' ? zone(colons) : one(at, c, verb);
      if (text === undefined) return all;
      return flagged(text, flag);
    },
  );
}

function zone(colons: string): string {
  return ['+0000', '+00:00', '+00:00:00', '+00'][colons.length] as string;
}

function flagged(text: string, flag: string): string {
  if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
  if (flag === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
  if (flag === '0') return text.replace(/^ +/, (blanks) => '0'.repeat(blanks.length));
  return flag === '^' ? text.toUpperCase() : text;
}

function one(at: Micros, c: Civil, verb: string): string | undefined {
  const weekday = weekdays[c.weekday] as string;
  const month = months[c.month - 1] as string;
  const twelve = c.hour % 12 || 12;
  const clock = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
  const yearDay = Math.floor((at - fromCivil(c.year, 1, 1)) / DAY) + 1;
  const parts: Readonly<Record<string, string>> = {
    '%': '%',
    A: weekday,
    a: weekday.slice(0, 3),
    B: month,
    b: month.slice(0, 3),
    h: month.slice(0, 3),
    C: two(Math.floor(c.year / 100)),
    c: `${weekday.slice(0, 3)} ${month.slice(0, 3)} ${blank(c.day)} ${clock} ${c.year}`,
    D: `${two(c.month)}/${two(c.day)}/${two(c.year % 100)}`,
    d: two(c.day),
    e: blank(c.day),
    F: `${c.year}-${two(c.month)}-${two(c.day)}`,
    H: two(c.hour),
    I: two(twelve),
    j: String(yearDay).padStart(3, '0'),
    k: blank(c.hour),
    l: blank(twelve),
    M: two(c.minute),
    m: two(c.month),
    N: String(c.micros * 1000).padStart(9, '0'),
    n: '\n',
    P: c.hour < 12 ? 'am' : 'pm',
    p: c.hour < 12 ? 'AM' : 'PM',
    q: String(Math.ceil(c.month / 3)),
    R: `${two(c.hour)}:${two(c.minute)}`,
    r: `${two(twelve)}:${two(c.minute)}:${two(c.second)} ${c.hour < 12 ? 'AM' : 'PM'}`,
    S: two(c.second),
    s: String(Math.floor(at / 1_000_000)),
    T: clock,
    t: '\t',
    U: two(Math.floor((yearDay + 6 - c.weekday) / 7)),
    u: String(c.weekday || 7),
    V: two(isoWeek(at, c)),
    W: two(Math.floor((yearDay + 6 - ((c.weekday + 6) % 7)) / 7)),
    w: String(c.weekday),
    X: clock,
    x: `${two(c.month)}/${two(c.day)}/${two(c.year % 100)}`,
    Y: String(c.year),
    y: two(c.year % 100),
    Z: 'UTC',
  };
  return parts[verb];
}

/** Week of the year by ISO 8601: the one that holds the week's Thursday. */
function isoWeek(at: Micros, { weekday }: Civil): number {
  const thursday = at + (4 - (weekday || 7)) * DAY;
  const { year } = civil(thursday);
  return Math.floor((thursday - fromCivil(year, 1, 1)) / (7 * DAY)) + 1;
}

const steps: Readonly<Record<string, number>> = {
  sec: 1_000_000,
  second: 1_000_000,
  min: 60_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: DAY,
  week: 7 * DAY,
  fortnight: 14 * DAY,
};

/** A date as `date -d` reads it: ISO dates and times, `@seconds`, and steps from now. */
export function readDate(text: string, now: Micros): Micros | undefined {
  let at = now;
  let rest = ` ${text.trim().toLowerCase()} `;
  const take = (pattern: RegExp, work: (found: RegExpExecArray) => void) => {
    for (let found = pattern.exec(rest); found; found = pattern.exec(rest)) {
      rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`;
      work(found);
      if (!pattern.source.includes('ago')) break;
    }
  };
  const change = (next: Partial<Civil>) => {
    const c = { ...civil(at), ...next };
    at = fromCivil(c.year, c.month, c.day, c.hour, c.minute, c.second) + c.micros;
  };
  const midnight = { hour: 0, minute: 0, second: 0, micros: 0 };
  take(/\s@(-?\d+)(?:\.(\d+))?\s/, ([, seconds, part = '']) => {
    at = Number(seconds) * 1_000_000 + Number(part.padEnd(6, '0').slice(0, 6));
  });
  take(/\s(\d{4})-(\d{1,2})-(\d{1,2})(?=[\st])t?/, ([, year, month, day]) => {
    change({ ...midnight, year: Number(year), month: Number(month), day: Number(day) });
  });
  take(/\s?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(am|pm|z|utc|\+0+)?(?=\s)/, (found) => {
    const [, hour, minute, second = '0', part = '', mark] = found;
    const noon =
      mark === 'pm' ? (Number(hour) % 12) + 12 : mark === 'am' ? Number(hour) % 12 : Number(hour);
    change({
      hour: noon,
      minute: Number(minute),
      second: Number(second),
      micros: Number(part.padEnd(6, '0').slice(0, 6)),
    });
  });
  take(/\s(now|today)\s/, () => {});
  take(/\syesterday\s/, () => void (at -= DAY));
  take(/\stomorrow\s/, () => void (at += DAY));
  take(
    new RegExp(
      '\\s([-+]?\\s*\\d+|next|last|an?)\\s*' +
        '(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\\s+ago)?(?=\\s)',
    ),
    (found) => {
      const [, amount = '', unit = '', ago] = found;
      const named: Readonly<Record<string, number>> = { next: 1, last: -1, a: 1, an: 1 };
      const count = (named[amount] ?? Number(amount.replaceAll(' ', ''))) * (ago ? -1 : 1);
      const step = steps[unit];
      if (step !== undefined) at += count * step;
      else {
        const c = civil(at);
        const whole = c.year * 12 + c.month - 1 + count * (unit === 'year' ? 12 : 1);
        change({ year: Math.floor(whole / 12), month: (whole % 12) + 1 });
      }
    },
  );
  take(/\s(utc|gmt|z)\s/, () => {});
  return rest.trim() === '' && text.trim() !== '' ? at : undefined;
}
