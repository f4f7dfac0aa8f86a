import { isErrno } from '../../host/errno.ts';
import type { Errno, Program } from '../../host/syscalls.ts';
import { eachPath } from '../gnu/each-path.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** rm: removes files and, with `-r`, directories. */
const program: Program = gnuTool(
  {
    name: 'rm',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Remove (unlink) the FILE(s).',
    short: 'dfrRv',
    long: {
      dir: 'd',
      force: 'f',
      'no-preserve-root': 'no-preserve-root',
      'preserve-root': { key: 'preserve-root', value: 'optional' },
      recursive: 'r',
      verbose: 'v',
    },
    unmodelled: ['-i', '-I', '--interactive', '--one-file-system'],
  },
  function* (tool) {
    const { has, operands } = tool;
    if (operands.length === 0 && !has('f')) return yield* tool.misused('missing operand');
    let code = 0;
    for (const path of operands) {
      if (has('r', 'R') && /^\/+$/.test(path) && !has('no-preserve-root')) {
        yield* tool.complain("it is dangerous to operate recursively on '/'");
        yield* tool.complain('use --no-preserve-root to override this failsafe');
        code = 1;
        continue;
      }
      if (has('r', 'R') && /(?:^|\/)\.{1,2}\/*$/.test(path)) {
        const name = quoteName(path);
        yield* tool.complain(`refusing to remove '.' or '..' directory: skipping ${name}`);
        code = 1;
        continue;
      }
      const failed = yield* eachPath(
        tool,
        [path],
        'cannot remove',
        (each) => remove(tool, each),
        (each) => `removed ${quoteName(each)}\n`,
      );
      code ||= failed;
    }
    return code;
  },
);

function remove({ sys, has }: Tool, path: string): Errno | undefined {
  const stat = sys.files.stat(path, { follow: false });
  if (isErrno(stat))
    return has('f') && (stat === 'ENOENT' || stat === 'ENOTDIR') ? undefined : stat;
  if (stat.type !== 'directory' || has('r', 'R')) {
    return sys.files.remove(path, { recursive: true });
  }
  return has('d') ? sys.files.remove(path) : 'EISDIR';
}

export default program;
