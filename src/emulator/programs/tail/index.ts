import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { readCount } from '../gnu/count.ts';
import { readText } from '../gnu/input.ts';
import { readInterval } from '../gnu/interval.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** tail: the end of files, and what is added to them. */
const program: Program = gnuTool(
  {
    name: 'tail',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Print the last 10 lines of each FILE.',
    short: 'c:fFn:qs:vz',
    long: {
      bytes: 'c',
      follow: { key: 'f', value: 'optional' },
      lines: 'n',
      quiet: 'q',
      silent: 'q',
      retry: 'retry',
      'sleep-interval': 's',
      verbose: 'v',
      'zero-terminated': 'z',
    },
    unmodelled: ['--pid', '--max-unchanged-stats'],
    rewrite: ([first = '', ...rest]) =>
      first === ''
        ? []
        : [
            first.replace(
              /^([-+])(\d+)(f?)$/,
              (_all, sign, count, follow) => `-${follow}n${sign === '+' ? '+' : ''}${count}`,
            ),
            ...rest,
          ],
  },
  function* (tool) {
    const { has, value, operands, complain, quote } = tool;
    const kind = tool.last('cn') ?? 'n';
    const read = readCount(value(kind) ?? '10');
    const interval = readInterval(value('s') ?? '1');
    if (!read || interval === undefined) {
      const what = kind === 'c' ? 'bytes' : 'lines';
      const wrong = read
        ? `seconds: ${quote(value('s') ?? '')}`
        : `${what}: ${quote(value(kind) ?? '')}`;
      yield* complain(`invalid number of ${wrong}`);
      return 1;
    }
    const paths = operands.length > 0 ? operands : ['-'];
    const titles = has('v') || (paths.length > 1 && !has('q'));
    const seen = new Map<string, number>();
    let code = 0;
    let last: string | undefined;
    for (const path of paths) {
      const stat = path === '-' ? undefined : tool.sys.files.stat(path);
      const isFolder = typeof stat === 'object' && stat.type === 'directory';
      const text = isFolder ? 'EISDIR' : yield* readText(tool.sys, path);
      if (isErrno(text)) {
        const lead = isFolder ? `error reading '${path}'` : `cannot open '${path}' for reading`;
        yield* complain(`${lead}: ${strerror(text)}`);
        code = 1;
        continue;
      }
      const shown = path === '-' ? 'standard input' : path;
      const title = `${last === undefined ? '' : '\n'}==> ${shown} <==\n`;
      yield* tool.out(
        (titles ? title : '') + part(text, kind === 'c', read, has('z') ? '\0' : '\n'),
      );
      seen.set(path, text.length);
      last = path;
    }
    const watched = paths.filter((path) => path !== '-');
    if (!has('f', 'F') || watched.length === 0) return code;
    if (seen.size === 0 && !has('F', 'retry')) {
      yield* complain('no files remaining');
      return 1;
    }
    return yield* follow(tool, watched, seen, last, titles, interval);
  },
);

function part(
  text: string,
  bytes: boolean,
  { sign, count }: { readonly sign: string; readonly count: number },
  end: string,
): string {
  if (bytes) {
    if (sign === '+') return text.slice(Math.max(0, count - 1));
    return count === 0 ? '' : text.slice(-count);
  }
  const lines = text.split(end);
  const rest = lines.pop() ?? '';
  const whole = lines.map((line) => line + end);
  const all = rest === '' ? whole : [...whole, rest];
  if (sign === '+') return all.slice(Math.max(0, count - 1)).join('');
  return count === 0 ? '' : all.slice(-count).join('');
}

/** Shows what is added, until it is interrupted. */
function* follow(
  tool: Tool,
  paths: readonly string[],
  seen: Map<string, number>,
  shown: string | undefined,
  titles: boolean,
  interval: number,
): Call<number> {
  const { sys } = tool;
  sys.setPace('stream');
  let last = shown;
  for (;;) {
    yield* sys.sleep(Math.max(interval, 100_000));
    for (const path of paths) {
      const found = sys.files.read(path);
      if (isErrno(found)) continue;
      const before = seen.get(path) ?? 0;
      if (found.text.length < before) {
        yield* tool.complain(`${path}: file truncated`);
        seen.set(path, 0);
      }
      const more = found.text.slice(Math.min(before, found.text.length < before ? 0 : before));
      seen.set(path, found.text.length);
      if (more === '') continue;
      if (titles && path !== last) yield* tool.out(`\n==> ${path} <==\n`);
      last = path;
      yield* tool.out(more);
    }
  }
}

export default program;
