import type { Sys } from '../../host/syscalls.ts';
import { formatTime } from '../gnu/calendar.ts';
import type { JournalEntry } from '../journal.ts';

interface ShowOptions {
  readonly host: boolean;
  readonly catalog: boolean;
}

type Format = (sys: Sys, entry: JournalEntry, options: ShowOptions) => string;

const line =
  (time: string): Format =>
  (sys, entry, { host, catalog }) => {
    const { at, identifier, pid, text } = entry;
    const from = host ? `${sys.hostname} ` : '';
    const shown = `${formatTime(at, time)} ${from}${identifier}[${pid}]: ${text}\n`;
    return catalog ? shown + explanation(entry) : shown;
  };

/** Output formats by their names (`-o`). */
export const formats: Readonly<Record<string, Format>> = {
  short: line('%b %d %H:%M:%S'),
  'short-iso': line('%Y-%m-%dT%H:%M:%S%z'),
  'short-full': line('%a %Y-%m-%d %H:%M:%S UTC'),
  cat: (_sys, { text }) => `${text}\n`,
  json: (sys, entry) => `${JSON.stringify(fields(sys, entry))}\n`,
  'json-pretty': (sys, entry) => `${JSON.stringify(fields(sys, entry), null, '\t')}\n`,
};

function fields(sys: Sys, { at, unit, identifier, pid, text }: JournalEntry) {
  return {
    _HOSTNAME: sys.hostname,
    _PID: String(pid),
    _SYSTEMD_UNIT: pid === 1 ? 'init.scope' : unit,
    ...(pid === 1 && { UNIT: unit }),
    __REALTIME_TIMESTAMP: String(Math.round(at)),
    PRIORITY: '6',
    SYSLOG_IDENTIFIER: identifier,
    MESSAGE: text,
  };
}

/** What the catalog says of a job of systemd that has ended. */
function explanation({ text, unit, pid }: JournalEntry): string {
  const job = pid === 1 ? /^(Started|Stopped) /.exec(text)?.[1] : undefined;
  if (!job) return '';
  const what = job === 'Started' ? `A start job for unit ${unit}` : `A stop job for unit ${unit}`;
  const end = job === 'Started' ? 'has finished successfully' : 'has finished';
  return [
    `Subject: ${what} ${end}`,
    'Defined-By: systemd',
    'Support: https://www.debian.org/support',
    '',
    `${what} ${end}.`,
  ]
    .map((each) => `░░ ${each}\n`)
    .join('');
}
