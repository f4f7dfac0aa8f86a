import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import { show, type Entry } from './show.ts';

/** ls: names side by side on a terminal, one a line in a pipe, or long. */
const program: Program = gnuTool(
  {
    name: 'ls',
    usage: ['[OPTION]... [FILE]...'],
    about: 'List information about the FILEs (the current directory by default).',
    short: '1aACdFghHklLnNopQrRsStUvx',
    long: {
      all: 'a',
      'almost-all': 'A',
      classify: { key: 'F', value: 'optional' },
      color: { key: 'color', value: 'optional' },
      directory: 'd',
      'group-directories-first': 'group-directories-first',
      'human-readable': 'h',
      'no-group': 'G',
      'numeric-uid-gid': 'n',
      recursive: 'R',
      reverse: 'r',
    },
    unmodelled: [
      ...'bBcDfGiImqTuwXZ'.split('').map((letter) => `-${letter}`),
      ...['--sort', '--time', '--time-style', '--full-time', '--inode', '--size', '--hide'],
    ],
    badUsage: 2,
  },
  function* (tool) {
    const { operands, sys, has } = tool;
    const paths = operands.length > 0 ? operands : ['.'];
    const files: Entry[] = [];
    const folders: string[] = [];
    let code = 0;
    for (const path of paths) {
      const long = has('l', 'n', 'g', 'o') && !has('L', 'H');
      const stat = sys.files.stat(path, { follow: !long || path.endsWith('/') });
      if (isErrno(stat)) {
        yield* tool.complain(`cannot access ${quoteName(path)}: ${strerror(stat)}`);
        code = 2;
      } else if (stat.type === 'directory' && !has('d')) folders.push(path);
      else files.push({ name: path, path, stat });
    }
    if (files.length > 0) yield* show(tool, files, false);
    const titles = paths.length > 1 || has('R');
    for (const [index, folder] of folders.entries()) {
      const begins = index === 0 && files.length === 0;
      const failed = yield* list(tool, folder, titles, begins);
      code ||= failed;
    }
    return code;
  },
);

/** Lists one directory, and with `-R` those in it. */
function* list(tool: Tool, folder: string, titles: boolean, begins: boolean): Call<number> {
  const { sys, has } = tool;
  const names = sys.files.list(folder);
  if (isErrno(names)) {
    yield* tool.complain(`cannot open directory ${quoteName(folder)}: ${strerror(names)}`);
    return 2;
  }
  if (titles) yield* tool.out(`${begins ? '' : '\n'}${folder}:\n`);
  const seen = names.filter((name) => has('a', 'A') || !name.startsWith('.'));
  const all = has('a') && tool.last('aA') === 'a' ? ['.', '..', ...seen] : seen;
  const entries = all.flatMap((name): Entry[] => {
    const path = `${folder.replace(/(?<=.)\/+$/, '')}/${name}`;
    const stat = sys.files.stat(path, { follow: has('L') });
    return isErrno(stat) ? [] : [{ name, path, stat }];
  });
  yield* show(tool, entries, true);
  let code = 0;
  if (!has('R')) return code;
  for (const { name, path, stat } of entries) {
    if (stat.type !== 'directory' || name === '.' || name === '..') continue;
    const failed = yield* list(tool, path, true, false);
    code ||= failed;
  }
  return code;
}

export default program;
