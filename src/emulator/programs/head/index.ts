import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Errno, Program } from '../../host/syscalls.ts';
import { readCount } from '../gnu/count.ts';
import { openInput, readText } from '../gnu/input.ts';
import { createRecords } from '../gnu/records.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** head: the beginning of files. It stops reading as soon as it has enough. */
const program: Program = gnuTool(
  {
    name: 'head',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Print the first 10 lines of each FILE.',
    short: 'c:n:qvz',
    long: {
      bytes: 'c',
      lines: 'n',
      quiet: 'q',
      silent: 'q',
      verbose: 'v',
      'zero-terminated': 'z',
    },
    rewrite: ([first = '', ...rest]) =>
      first === '' ? [] : [first.replace(/^-(\d+)$/, '-n$1'), ...rest],
  },
  function* (tool) {
    const { has, value, operands, complain, quote } = tool;
    const kind = tool.last('cn') ?? 'n';
    const read = readCount(value(kind) ?? '10');
    if (!read) {
      const what = kind === 'c' ? 'bytes' : 'lines';
      yield* complain(`invalid number of ${what}: ${quote(value(kind) as string)}`);
      return 1;
    }
    const paths = operands.length > 0 ? operands : ['-'];
    const titles = has('v') || (paths.length > 1 && !has('q'));
    let code = 0;
    let first = true;
    for (const path of paths) {
      const title = `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`;
      const failed = yield* one(tool, path, kind === 'c', read, titles ? title : '');
      if (failed) {
        const why = failed === 'EISDIR' ? 'error reading' : 'cannot open';
        const reading = why === 'cannot open' ? ' for reading' : '';
        yield* complain(`${why} '${path}'${reading}: ${strerror(failed)}`);
        code = 1;
      } else first = false;
    }
    return code;
  },
);

function* one(
  tool: Tool,
  path: string,
  bytes: boolean,
  { sign, count }: { readonly sign: string; readonly count: number },
  title: string,
): Call<Errno | undefined> {
  const { sys, out, has } = tool;
  const end = has('z') ? '\0' : '\n';
  const stat = path === '-' ? undefined : sys.files.stat(path);
  if (isErrno(stat)) return stat;
  if (stat?.type === 'directory') return 'EISDIR';
  if (sign === '-') {
    const text = yield* readText(sys, path);
    if (isErrno(text)) return text;
    const ended = text.endsWith(end);
    const lines = (ended ? text.slice(0, -1) : text).split(end);
    const kept = lines.slice(0, Math.max(0, lines.length - count)).map((line) => line + end);
    yield* out(title + (bytes ? text.slice(0, Math.max(0, text.length - count)) : kept.join('')));
    return undefined;
  }
  const fd = openInput(sys, path);
  if (isErrno(fd)) return fd;
  yield* out(title);
  if (bytes) {
    for (let left = count; left > 0;) {
      const piece = yield* sys.read(fd, undefined, { most: Math.min(left, 65_536) });
      if (piece === null || isErrno(piece)) break;
      yield* out(piece);
      left -= piece.length;
    }
  } else if (fd === 0) {
    // What it does not need of standard input is the next program's to read.
    for (let left = count; left > 0; left--) {
      const line = yield* readLine(tool, end);
      if (line === null) break;
      yield* out(line);
    }
  } else {
    const records = createRecords(sys, fd);
    for (let left = count; left > 0; left--) {
      const line = yield* records.next(end);
      if (line === undefined || isErrno(line)) break;
      yield* out(line.text + (line.ended ? end : ''));
    }
  }
  if (fd !== 0) sys.close(fd);
  return undefined;
}

function* readLine({ sys }: Tool, end: string): Call<string | null> {
  let line = '';
  while (!line.endsWith(end)) {
    const piece = yield* sys.read(0, undefined, { until: end });
    if (piece === null || isErrno(piece)) return line === '' ? null : line;
    line += piece;
  }
  return line;
}

export default program;
