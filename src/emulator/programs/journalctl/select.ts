import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { readDate } from '../gnu/calendar.ts';
import type { Tool } from '../gnu/tool.ts';
import { unitName, type JournalEntry } from '../journal.ts';

/** Which entries are asked for, and how many of the last of them. */
export interface Selection {
  readonly fits: (entry: JournalEntry) => boolean;
  readonly lines: number | undefined;
}

/** What journald gives to lines that a service writes to its error output. */
const INFO = 6;
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

/** Reads the options that choose entries; an error is systemd's own text. */
export function selection({
  given,
  value,
  has,
  sys,
}: Tool): Selection | { readonly error: string } {
  const times: (Micros | undefined)[] = [];
  for (const key of ['S', 'U']) {
    const text = value(key);
    const at = text === undefined ? undefined : momentOf(text, sys.now);
    if (text !== undefined && at === undefined) {
      return { error: `Failed to parse timestamp: ${text}` };
    }
    times.push(at);
  }
  const priority = priorityOf(value('p'));
  if (priority === undefined) return { error: `Unknown log level ${value('p')}` };
  const boot = value('b');
  if (boot !== undefined && !/^[-+]?0$/.test(boot)) {
    return {
      error: `Data from the specified boot (${boot}) is not available: No such boot ID in journal`,
    };
  }
  const lines = linesOf(has('n'), value('n'));
  if (lines === null) return { error: `Failed to parse lines '${value('n')}'` };
  const units = given.flatMap(({ key, value: unit = '' }) => (key === 'u' ? [unitName(unit)] : []));
  const pattern = patternOf(value('g'));
  if (pattern === null) return { error: `Bad pattern "${value('g')}": not a regular expression` };
  const [since, until] = times;
  return {
    lines: lines ?? (has('e') ? 1000 : undefined),
    fits: ({ at, unit, text }) =>
      (units.length === 0 || units.some((each) => glob(each).test(unit))) &&
      (since === undefined || at >= since) &&
      (until === undefined || at <= until) &&
      INFO >= priority[0] &&
      INFO <= priority[1] &&
      (!pattern || pattern.test(text)),
  };
}

/** The last of the entries, when so many are wanted; a follower begins with ten. */
export function wanted(
  entries: readonly JournalEntry[],
  lines: number | undefined,
  follows: boolean,
): readonly JournalEntry[] {
  const most = lines ?? (follows ? 10 : undefined);
  return most === undefined ? entries : entries.slice(Math.max(0, entries.length - most));
}

function linesOf(asked: boolean, text: string | undefined): number | undefined | null {
  if (!asked || text === 'all') return undefined;
  if (text === undefined) return 10;
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** The levels from the gravest to the least that are shown: `err`, `3`, `warning..info`. */
function priorityOf(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return [0, 7];
  const level = (word: string) => (/^[0-7]$/.test(word) ? Number(word) : LEVELS.indexOf(word));
  const [from, to] = text.includes('..') ? text.split('..').map(level) : [0, level(text)];
  if (from === undefined || to === undefined || from < 0 || to < 0) return undefined;
  return [Math.min(from, to), Math.max(from, to)];
}

/** A moment as systemd reads it: `5 min ago`, `-1h`, `today`, `2026-11-25 09:00`. */
function momentOf(text: string, now: Micros): Micros | undefined {
  const near = /^(-?)\s*(\d+)\s*([a-z]+)(\s+ago)?$/.exec(text.trim());
  const seconds = near && UNITS[near[3] as string];
  if (near && seconds && (near[1] || near[4])) return now - Number(near[2]) * seconds * SECOND;
  return text.trim() === '' ? undefined : readDate(text, now);
}

function patternOf(text: string | undefined): RegExp | undefined | null {
  if (text === undefined) return undefined;
  try {
    // A pattern without capitals fits both cases.
    return new RegExp(text, text === text.toLowerCase() ? 'i' : '');
  } catch {
    return null;
  }
}

function glob(text: string): RegExp {
  const escaped = text.replaceAll(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
