import { isErrno, strerror } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { intoFolder } from '../gnu/each-path.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool } from '../gnu/tool.ts';

/** ln: symbolic links. */
const program: Program = gnuTool(
  {
    name: 'ln',
    usage: [
      '[OPTION]... [-T] TARGET LINK_NAME',
      '[OPTION]... TARGET',
      '[OPTION]... TARGET... DIRECTORY',
    ],
    about: 'Create a link to TARGET with the name LINK_NAME.',
    short: 'fnsTv',
    long: {
      force: 'f',
      'no-dereference': 'n',
      'no-target-directory': 'T',
      symbolic: 's',
      verbose: 'v',
    },
    unmodelled: ['-b', '-i', '-L', '-P', '-r', '-S', '-t', '--relative', '--backup'],
  },
  function* (tool) {
    const { has, operands, sys } = tool;
    if (operands.length === 0) return yield* tool.misused('missing file operand');
    if (!has('s')) {
      yield* tool.complain('hard links are not modelled here');
      return 2;
    }
    const targets = operands.length === 1 ? operands : operands.slice(0, -1);
    const place = operands.length === 1 ? '.' : (operands.at(-1) as string);
    let code = 0;
    for (const target of targets) {
      const stat = sys.files.stat(place, { follow: false });
      const isLink = !isErrno(stat) && stat.type === 'symlink' && has('n');
      const path = intoFolder(tool, target, place, !has('T') && !isLink);
      const before = sys.files.stat(path, { follow: false });
      if (!isErrno(before) && has('f')) sys.files.remove(path);
      const failed = !isErrno(before) && !has('f') ? 'EEXIST' : sys.files.link(target, path);
      if (failed) {
        yield* tool.complain(
          `failed to create symbolic link ${quoteName(path)}: ${strerror(failed)}`,
        );
        code = 1;
      } else if (has('v')) yield* tool.out(`${quoteName(path)} -> ${quoteName(target)}\n`);
    }
    return code;
  },
);

export default program;
