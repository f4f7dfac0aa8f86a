import { isErrno, strerror } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { formatTime, readDate } from '../gnu/calendar.ts';
import { gnuTool } from '../gnu/tool.ts';

const iso: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

/** date: the machine's time, in UTC. */
const program: Program = gnuTool(
  {
    name: 'date',
    usage: ['[OPTION]... [+FORMAT]'],
    about: 'Display date and time in the given FORMAT.',
    short: 'd:I::r:Ru',
    long: {
      date: 'd',
      'iso-8601': 'I',
      reference: 'r',
      'rfc-3339': { key: '3', value: 'required' },
      'rfc-email': 'R',
      universal: 'u',
      utc: 'u',
    },
    unmodelled: ['-f', '-s', '--file', '--set', '--debug', '--resolution'],
  },
  function* (tool) {
    const { has, value, operands, sys, complain, quote, misused } = tool;
    let at = sys.now;
    const [file, text] = [value('r'), value('d')];
    if (file !== undefined) {
      const stat = sys.files.stat(file);
      if (isErrno(stat)) {
        yield* complain(`${file}: ${strerror(stat)}`);
        return 1;
      }
      at = stat.modified;
    } else if (text !== undefined) {
      const read = text.trim() === '' ? readDate('today 00:00', sys.now) : readDate(text, sys.now);
      if (read === undefined) {
        yield* complain(`invalid date ${quote(text)}`);
        return 1;
      }
      at = read;
    }
    let format = '%a %b %e %H:%M:%S %Z %Y';
    if (has('R')) format = '%a, %d %b %Y %H:%M:%S %z';
    if (has('I')) {
      const found = iso[value('I') ?? 'date'];
      if (found === undefined) {
        return yield* misused(
          `invalid argument ${quote(value('I') ?? '')} for ${quote('--iso-8601')}`,
        );
      }
      format = found;
    }
    if (has('3'))
      format = (iso[value('3') ?? 'date'] ?? '%Y-%m-%d').replace('T', ' ').replace(',', '.');
    const [word, extra] = operands;
    if (extra !== undefined) return yield* misused(`extra operand ${quote(extra)}`);
    if (word !== undefined && !word.startsWith('+')) {
      yield* complain(`invalid date ${quote(word)}`);
      return 1;
    }
    yield* tool.out(`${formatTime(at, word?.slice(1) ?? format)}\n`);
    return 0;
  },
);

export default program;
