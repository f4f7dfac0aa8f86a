import { isErrno, strerror } from '../../host/errno.ts';
import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { splitKeys } from '../../host/terminal/editor.ts';
import { draw } from './screen.ts';
import { act, open, type Nano } from './state.ts';

/** GNU nano 7.2. */
const program: ProgramCode = { run };

export default program;

function* run(argv: readonly string[], sys: Sys): Process {
  const words = argv.slice(1);
  if (words.includes('--version') || words.includes('-V')) {
    yield* sys.write(1, ' GNU nano, version 7.2\n');
    return 0;
  }
  const wrong = words.find((word) => /^-./.test(word));
  if (wrong !== undefined) {
    yield* sys.write(2, `nano: ${wrong} is not modelled here\n`);
    return 2;
  }
  if (!sys.isTerminal(0)) {
    yield* sys.write(2, 'Standard input is not a terminal\n');
    return 1;
  }
  const line = words.find((word) => /^\+\d+/.test(word));
  const [path = '', ...more] = words.filter((word) => word !== line);
  if (more.length > 0) {
    yield* sys.write(2, 'nano: several files are not modelled here\n');
    return 2;
  }
  const size = () => sys.windowSize(1) ?? { columns: 80, rows: 24 };
  let nano = opened(sys, path);
  if (line !== undefined) {
    nano = { ...nano, row: Math.min(nano.lines.length, Number(line.slice(1).split(',')[0])) - 1 };
  }
  sys.setPace('stream');
  sys.setRaw(0, true);
  sys.trap('INT', 'ignore');
  let resized = false;
  sys.trap('WINCH', () => void (resized = true));
  yield* sys.write(1, '\x1b[?1049h\x1b[2J');
  while (!nano.over) {
    yield* sys.write(1, (resized ? '\x1b[2J' : '') + draw(nano, size()));
    resized = false;
    const piece = yield* sys.read(0, undefined, { interruptible: true });
    if (piece === 'EINTR') continue;
    if (piece === null || isErrno(piece)) break;
    for (const key of splitKeys(piece)) {
      const plain = /^\x1bO[ABCDHF]$/.test(key) ? key.replace('O', '[') : key;
      nano = written(sys, act(nano, plain, size()));
      if (nano.over) break;
    }
  }
  yield* sys.write(1, `\x1b[${size().rows};1H\x1b[K\x1b[?1049l`);
  sys.setRaw(0, false);
  return 0;
}

function opened({ files }: Sys, path: string): Nano {
  if (path === '') return open('', undefined);
  const stat = files.stat(path);
  if (!isErrno(stat) && stat.type === 'directory') {
    return { ...open('', undefined), status: `[ "${path}" is a directory ]` };
  }
  const found = files.read(path);
  if (found === 'ENOENT') return open(path, undefined);
  if (isErrno(found)) {
    return { ...open('', undefined), status: `[ Error reading ${path}: ${strerror(found)} ]` };
  }
  return open(path, found.text);
}

/** Writes what the editor wishes to be written, and tells of it. */
function written({ files }: Sys, nano: Nano): Nano {
  const { wish } = nano;
  if (!wish) return nano;
  const failure = files.write(wish.path, wish.text);
  const rest = { ...nano, wish: undefined };
  if (failure) return { ...rest, status: `[ Error writing ${wish.path}: ${strerror(failure)} ]` };
  const count = wish.text === '' ? 0 : wish.text.split('\n').length - 1;
  const status = `[ Wrote ${count} line${count === 1 ? '' : 's'} ]`;
  return { ...rest, path: wish.path, modified: false, status, over: wish.leave };
}
