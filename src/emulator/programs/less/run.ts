import { isErrno, strerror } from '../../host/errno.ts';
import { splitKeys } from '../../host/terminal/editor.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import { readText } from '../gnu/input.ts';
import { act, begin, draw, type View } from './view.ts';

/** Shows files or standard input; the exit code. */
export function* runPager(name: string, words: readonly string[], sys: Sys): Call<number> {
  const options = words.filter((word) => /^[-+]./.test(word));
  const paths = words.filter((word) => !/^[-+]./.test(word));
  const wrong = options.find((word) => !/^(?:-[SNRXFiIMEeqn]+|\+G|\+\/.*|\+F)$/.test(word));
  if (wrong !== undefined) {
    yield* sys.write(2, `${name}: ${wrong} is not modelled here\n`);
    return 1;
  }
  if (paths.length === 0 && sys.isTerminal(0)) {
    yield* sys.write(2, `Missing filename ("${name} --help" for help)\n`);
    return 1;
  }
  const texts: string[] = [];
  let code = 0;
  for (const path of paths.length > 0 ? paths : ['-']) {
    const stat = path === '-' ? undefined : sys.files.stat(path);
    const isFolder = typeof stat === 'object' && stat.type === 'directory';
    const text = isFolder ? 'EISDIR' : yield* readText(sys, path);
    if (isErrno(text)) {
      const why = isFolder ? `${path} is a directory` : `${path}: ${strerror(text)}`;
      yield* sys.write(2, `${why}\n`);
      code = 1;
    } else texts.push(text);
  }
  if (texts.length === 0) return code;
  const text = texts.join('');
  const keys = sys.isTerminal(1) ? keyboard(sys) : undefined;
  if (keys === undefined) {
    yield* sys.write(1, text);
    return code;
  }
  yield* show(sys, keys, text, paths[0] ?? '', options);
  return code;
}

/** The terminal's keys, also where standard input is a pipe. */
function keyboard(sys: Sys): Fd | undefined {
  if (sys.isTerminal(0)) return 0;
  return [2, 1].find((fd) => sys.isTerminal(fd));
}

function* show(
  sys: Sys,
  keys: Fd,
  text: string,
  name: string,
  options: readonly string[],
): Call<void> {
  const size = () => sys.windowSize(1) ?? { columns: 80, rows: 24 };
  let view: View = begin(text, name, options, size());
  if (options.some((word) => /^-\w*F/.test(word)) && view.lines.length < size().rows) {
    yield* sys.write(1, text);
    return;
  }
  sys.setPace('stream');
  sys.setRaw(keys, true);
  sys.trap('INT', 'ignore');
  yield* sys.write(1, '\x1b[?1049h\x1b[H\x1b[2J');
  while (!view.over) {
    yield* sys.write(1, draw(view, size()));
    const piece = yield* sys.read(keys);
    if (piece === null || isErrno(piece)) break;
    for (const key of splitKeys(piece)) view = act(view, key, size());
  }
  yield* sys.write(1, '\x1b[?1049l');
  sys.setRaw(keys, false);
}
