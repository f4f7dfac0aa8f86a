import { isErrno } from '../../host/errno.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';
import { cellWidth } from '../../host/terminal/width.ts';
import { formatTime } from '../gnu/calendar.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** Letters of output that one round may show. */
const MOST = 200_000;

/** watch: runs a command again and again, on a screen of its own. */
const program: Program = gnuTool(
  {
    name: 'watch',
    usage: ['[options] command'],
    about: 'Execute a program periodically, showing output fullscreen.',
    short: 'bcd::egn:tx',
    long: {
      beep: 'b',
      color: 'c',
      differences: 'd',
      errexit: 'e',
      chgexit: 'g',
      interval: 'n',
      'no-title': 't',
      exec: 'x',
    },
    unmodelled: ['-p', '-q', '-r', '-w', '--precise', '--equexit', '--no-wrap'],
    inOrder: true,
    version: 'procps-ng 4.0.2',
  },
  function* (tool) {
    const { has, value, operands, sys } = tool;
    if (operands.length === 0) {
      yield* sys.write(2, '\nUsage:\n watch [options] command\n\nFor more details see watch(1).\n');
      return 1;
    }
    const interval = Number((value('n') ?? '2').replace(',', '.'));
    if (Number.isNaN(interval)) {
      yield* tool.complain(`failed to parse argument: '${value('n')}'`);
      return 1;
    }
    sys.setPace('stream');
    const seconds = Math.min(Math.max(0.1, interval), 4_294_967);
    let before: string | undefined;
    // The screen that was there comes back at the end.
    const leave = '\x1b[?1049l';
    let stopped = false;
    sys.trap('INT', () => void (stopped = true));
    yield* tool.out('\x1b[?1049h\x1b[H\x1b[2J');
    while (!stopped) {
      const { text, code } = yield* output(tool, operands);
      if (stopped) break;
      yield* tool.out(frame(tool, operands, seconds, text, before));
      if (has('e') && code !== 0) {
        yield* tool.out(leave);
        return 8;
      }
      if (has('g') && before !== undefined && text !== before) break;
      before = text;
      // In short spans, so that Ctrl-C is seen soon.
      for (let left = seconds; left > 0 && !stopped; left -= 0.1) yield* sys.sleep(100_000);
    }
    yield* tool.out(leave);
    return 0;
  },
);

function* output(
  { sys, has }: Tool,
  words: readonly string[],
): Call<{ text: string; code: number }> {
  const pipe = sys.pipe();
  const command = has('x') ? words : ['sh', '-c', words.join(' ')];
  const pid = sys.spawn(command, { fds: { 0: 0, 1: pipe.write, 2: pipe.write } });
  sys.close(pipe.write);
  const text = isErrno(pid) ? '' : yield* readAll(sys, pipe.read);
  sys.close(pipe.read);
  if (isErrno(pid)) return { text: `watch: ${command[0]}: No such file or directory\n`, code: 127 };
  const status = yield* sys.wait(pid);
  return { text, code: 'exited' in status ? status.exited : 1 };
}

function* readAll(sys: Sys, fd: number): Call<string> {
  let text = '';
  for (;;) {
    const piece = yield* sys.read(fd);
    if (piece === null || isErrno(piece)) return text;
    if (text.length < MOST) text += piece;
  }
}

/** One screen: the title, and as many lines as there is room for. */
function frame(
  { sys, has }: Tool,
  words: readonly string[],
  seconds: number,
  text: string,
  before: string | undefined,
): string {
  const { columns, rows } = sys.windowSize(1) ?? { columns: 80, rows: 24 };
  const left = `Every ${seconds.toFixed(1)}s: ${words.join(' ')}`;
  const right = `${sys.hostname}: ${formatTime(sys.now, '%a %b %e %H:%M:%S %Y')}`;
  const room = columns - right.length - 1;
  const fits = left.length > room ? `${left.slice(0, Math.max(0, room - 3))}...` : left;
  const title = has('t') ? [] : [fits.padEnd(room + 1) + right, ''];
  const old = before?.split('\n') ?? [];
  const lines = text
    .split('\n')
    .slice(0, rows - title.length)
    .map((line, at) => {
      const cut = cutTo(line, columns);
      return has('d') && before !== undefined && line !== old[at] ? `\x1b[7m${cut}\x1b[27m` : cut;
    });
  const all = [...title, ...lines].slice(0, rows);
  return `\x1b[H${all.map((line) => `${line}\x1b[K`).join('\n')}\x1b[J`;
}

function cutTo(line: string, columns: number): string {
  let made = '';
  let width = 0;
  for (const letter of line.replaceAll('\t', '        ')) {
    width += cellWidth(letter);
    if (width > columns) break;
    made += letter;
  }
  return made;
}

export default program;
