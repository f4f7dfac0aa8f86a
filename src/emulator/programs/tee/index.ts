import { isErrno, strerror } from '../../host/errno.ts';
import type { Fd, Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** tee: standard input to standard output and to files. */
const program: Program = gnuTool(
  {
    name: 'tee',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Copy standard input to each FILE, and also to standard output.',
    short: 'aip',
    long: {
      append: 'a',
      'ignore-interrupts': 'i',
      'output-error': { key: 'p', value: 'optional' },
    },
  },
  function* (tool) {
    const { has, operands, sys } = tool;
    if (has('i')) sys.trap('INT', 'ignore');
    const files: Fd[] = [];
    let code = 0;
    for (const path of operands) {
      const fd = sys.open(path, has('a') ? 'a' : 'w');
      if (isErrno(fd)) {
        yield* tool.complain(`${path}: ${strerror(fd)}`);
        code = 1;
      } else files.push(fd);
    }
    for (;;) {
      const piece = yield* sys.read(0);
      if (piece === null || isErrno(piece)) return code;
      yield* tool.out(piece);
      for (const [index, fd] of files.entries()) {
        const failed = yield* sys.write(fd, piece);
        if (!failed) continue;
        yield* tool.complain(`${operands[index]}: ${strerror(failed)}`);
        code = 1;
      }
    }
  },
);

export default program;
