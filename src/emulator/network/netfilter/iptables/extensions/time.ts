import type { ExtensionDefinition, Options } from '../extension.ts';
import { option } from '../extension.ts';
import { dayOf, readMoment, textMoment } from './moments.ts';
import { has, only } from './values.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const LAST = '2038-01-19T03:14:07';

function readTime([text = '']: readonly string[]) {
  const found = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  const [hour = 99, minute = 99, second = 0] = (found ?? [])
    .slice(1)
    .map((each) => Number(each ?? 0));
  if (!found || hour > 23 || minute > 59 || second > 59) {
    return {
      error:
        `invalid time "${text}" specified, should be hh:mm[:ss] format ` +
        'and within the boundaries',
    };
  }
  return [[hour, minute, second].map((each) => String(each).padStart(2, '0')).join(':')];
}

function readDays(names: readonly string[], bad: (word: string) => string) {
  return ([text = '']: readonly string[], { inverted }: { readonly inverted?: boolean }) => {
    const chosen = new Set<string>();
    for (const word of text.split(',')) {
      const found = names.find(
        (name, index) =>
          String(index + 1) === word ||
          (word.length >= 2 &&
            /^[a-z]/i.test(word) &&
            name.slice(0, 2) === titled(word).slice(0, 2)),
      );
      if (found === undefined) return { error: bad(word) };
      chosen.add(found);
    }
    return [names.filter((name) => chosen.has(name) !== (inverted === true)).join(',')];
  };
}

const titled = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
const MONTH = Array.from({ length: 31 }, (_, index) => String(index + 1));

const readDate = ([text = '']: readonly string[]) => {
  const moment = readMoment(text);
  return moment === undefined
    ? { error: `Invalid date "${text}" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` }
    : [textMoment(moment)];
};

function finish(options: Options) {
  const plain = options.map(({ flag, values }) => ({ flag, values }));
  const filled = [...plain];
  const start = has(options, '--timestart');
  const stop = has(options, '--timestop');
  if (start && !stop) filled.push({ flag: '--timestop', values: ['23:59:59'] });
  if (stop && !start) filled.push({ flag: '--timestart', values: ['00:00:00'] });
  // The last moment that fits is printed although nobody gave it.
  if (!has(options, '--datestop')) filled.push({ flag: '--datestop', values: [LAST] });
  const kept = filled.filter(
    ({ flag, values }) =>
      !(flag === '--weekdays' && values[0] === DAYS.join(',')) &&
      !(flag === '--monthdays' && values[0] === MONTH.join(',')),
  );
  return only(kept, [
    ...['--timestart', '--timestop', '--monthdays', '--weekdays', '--datestart', '--datestop'],
    ...['--kerneltz', '--contiguous'],
  ]);
}

const ordinal = (day: string) =>
  `${day}${{ '1': 'st', '2': 'nd', '3': 'rd' }[day.at(-1) ?? ''] ?? 'th'}`;

function list(options: Options): string {
  const word = (flag: string) => option(options, flag)?.values[0];
  const [start, stop] = [word('--timestart'), word('--timestop')];
  const days = word('--weekdays');
  const month = word('--monthdays')?.split(',').map(ordinal).join(',');
  const date = (flag: string) => word(flag)?.replace('T', ' ');
  const [from, until] = [date('--datestart'), date('--datestop')];
  return [
    ' TIME',
    start === undefined ? '' : ` from ${start} to ${stop}`,
    days === undefined ? '' : ` on ${days}`,
    month === undefined ? '' : ` on ${month}`,
    from === undefined ? '' : ` starting from ${from}`,
    until === undefined || until === LAST.replace('T', ' ') ? '' : ` until date ${until}`,
    has(options, '--kerneltz') ? '' : ' UTC',
    has(options, '--contiguous') ? ' contiguous' : '',
  ].join('');
}

const seconds = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** `-m time` (libxt_time): hours, days and dates, in UTC; the machines' own zone is UTC too. */
export const time: ExtensionDefinition = {
  name: 'time',
  kind: 'match',
  options: [
    { flag: '--datestart', values: 1, read: readDate },
    { flag: '--datestop', values: 1, read: readDate },
    { flag: '--timestart', values: 1, read: readTime },
    { flag: '--timestop', values: 1, read: readTime },
    {
      flag: '--weekdays',
      values: 1,
      invertible: true,
      read: readDays(DAYS, (word) => `${word} is not a valid day specifier`),
    },
    {
      flag: '--monthdays',
      values: 1,
      invertible: true,
      read: readDays(MONTH, (word) => `${word} is not a valid day for --monthdays`),
    },
    { flag: '--localtz', values: 0 },
    { flag: '--utc', values: 0 },
    { flag: '--kerneltz', values: 0, excludes: ['--localtz', '--utc'] },
    { flag: '--contiguous', values: 0 },
  ],
  finish,
  list,
  test(options) {
    const word = (flag: string) => option(options, flag)?.values[0];
    const [start, stop] = [
      seconds(word('--timestart') ?? '00:00:00'),
      seconds(word('--timestop') ?? '23:59:59'),
    ];
    const [from, until] = [
      readMoment(word('--datestart') ?? '1970-01-01') ?? 0,
      readMoment(word('--datestop') ?? LAST) ?? Infinity,
    ];
    const days = word('--weekdays')?.split(',');
    const month = word('--monthdays')?.split(',');
    const contiguous = has(options, '--contiguous');
    return ({ context }) => {
      const now = Math.floor((context.now ?? 0) / 1_000_000);
      const inDay = now % 86_400;
      if (now < from || now > until) return false;
      const overnight = start > stop;
      if (overnight ? inDay < start && inDay > stop : inDay < start || inDay > stop) return false;
      // The hours after midnight belong to the day before where they follow it without a break.
      const { weekday, day } = dayOf(contiguous && overnight && inDay <= stop ? now - 86_400 : now);
      return (days?.includes(DAYS[weekday] ?? '') ?? true) && (month?.includes(`${day}`) ?? true);
    };
  },
};
