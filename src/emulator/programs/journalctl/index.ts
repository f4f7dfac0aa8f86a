import type { Call, Program, Sys } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import { journalOf, unitNames, type JournalEntry } from '../journal.ts';
import { selection, wanted } from './select.ts';
import { formats } from './show.ts';

const NO_RIGHTS =
  'Hint: You are currently not seeing messages from other users and the system.\n' +
  "      Users in groups 'adm', 'systemd-journal' can see all messages.\n" +
  '      Pass -q to turn off this notice.\n';
const NO_FILES = 'No journal files were opened due to insufficient permissions.\n';
const HALF_SECOND = SECOND / 2;

/** journalctl: what the units of this machine have logged. */
const program: Program = gnuTool(
  {
    name: 'journalctl',
    usage: ['[OPTIONS...] [MATCHES...]'],
    about: 'Query the journal.',
    short: 'u:fn::o:p:b::S:U:g:reqxak',
    long: {
      unit: 'u',
      follow: 'f',
      lines: { key: 'n', value: 'optional' },
      output: 'o',
      priority: 'p',
      boot: { key: 'b', value: 'optional' },
      since: 'S',
      until: 'U',
      grep: 'g',
      reverse: 'r',
      'pager-end': 'e',
      quiet: 'q',
      catalog: 'x',
      all: 'a',
      dmesg: 'k',
      'no-pager': 'no-pager',
      'no-hostname': 'no-hostname',
      'no-tail': 'no-tail',
      utc: 'utc',
      system: 'system',
    },
    unmodelled: [
      ...['-c', '-t', '-T', '-D', '-i', '-M', '-m', '-N', '-F', '--cursor', '--identifier'],
      ...['--list-boots', '--disk-usage', '--vacuum-size', '--vacuum-time', '--rotate', '--user'],
      ...['--output-fields', '--fields', '--field', '--user-unit', '--case-sensitive', '--file'],
    ],
    version: 'systemd 252',
    rewrite: joinValues,
  },
  query,
);

/** `-n 20` and `-b -1` are one option each, though their values may be left out. */
function joinValues(words: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [word = '', next = ''] = words.slice(at, at + 2);
    const takes =
      (/^-[a-mo-z]*n$/.test(word) && /^(?:\d+|all)$/.test(next)) ||
      (word === '-b' && /^[-+]?\d+$/.test(next));
    out.push(takes ? word + next : word);
    if (takes) at += 1;
  }
  return out;
}

function* query(tool: Tool): Call<number> {
  const { sys, has, value, operands, complain } = tool;
  if (operands.length > 0) {
    yield* complain('matches of fields are not modelled here');
    return 1;
  }
  if (!sys.runtime) {
    if (!has('q')) yield* sys.write(2, NO_RIGHTS);
    yield* sys.write(2, NO_FILES);
    return 1;
  }
  const chosen = selection(tool);
  if ('error' in chosen) {
    yield* sys.write(2, `${chosen.error}\n`);
    return 1;
  }
  const format = formats[value('o') ?? 'short'];
  if (!format) {
    yield* complain(`the output format ${value('o')} is not modelled here`);
    return 1;
  }
  const options = { host: !has('no-hostname'), catalog: has('x') };
  const print = (entries: readonly JournalEntry[]) =>
    entries.map((entry) => format(sys, entry, options)).join('');
  const read = () => (has('k') ? [] : journalOf(sys.runtime!, unitsOf(sys)).filter(chosen.fits));
  const entries = read();
  const shown = wanted(entries, chosen.lines, has('f') && !has('no-tail'));
  if (shown.length > 0) yield* page(tool, print(has('r') ? [...shown].reverse() : shown));
  else if (!has('q', 'f')) yield* sys.write(1, '-- No entries --\n');
  if (!has('f')) return 0;
  sys.setPace('stream');
  for (let seen = entries.length; ;) {
    yield* sys.sleep(HALF_SECOND);
    const now = read();
    yield* tool.out(print(now.slice(seen)));
    seen = now.length;
  }
}

function unitsOf(sys: Sys): string[] {
  return unitNames(sys);
}

/** Long text in a terminal goes through a pager, as systemd starts it. */
function* page({ sys, has, out }: Tool, text: string): Call<void> {
  const size = sys.windowSize(1);
  const long = size && text.split('\n').length > size.rows;
  if (!long || has('no-pager', 'f')) return yield* out(text);
  const { read, write } = sys.pipe() as { read: number; write: number };
  const end = has('e') ? ['+G'] : [];
  const pid = sys.spawn(['less', '-FRSXM', ...end], { fds: { 0: read } });
  sys.close(read);
  if (typeof pid !== 'number') {
    sys.close(write);
    return yield* out(text);
  }
  yield* sys.write(write, text);
  sys.close(write);
  yield* sys.wait(pid);
}

export default program;
