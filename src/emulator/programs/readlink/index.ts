import { isErrno } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** readlink and realpath: where links lead to. */
const programs: readonly Program[] = ['readlink', 'realpath'].map((name) =>
  gnuTool(
    {
      name,
      usage: ['[OPTION]... FILE...'],
      about: 'Print value of a symbolic link or canonical file name.',
      short: 'efmnqsvz',
      long: {
        canonicalize: 'f',
        'canonicalize-existing': 'e',
        'canonicalize-missing': 'm',
        'no-newline': 'n',
        quiet: 'q',
        silent: 'q',
        verbose: 'v',
        zero: 'z',
      },
    },
    function* (tool) {
      const { has, operands, sys } = tool;
      if (operands.length === 0) return yield* tool.misused('missing operand');
      const whole = name === 'realpath' || has('e', 'f', 'm');
      const end = has('z') ? '\0' : has('n') && operands.length === 1 ? '' : '\n';
      let code = 0;
      for (const path of operands) {
        const real = sys.files.resolve(path);
        const stat = sys.files.stat(whole ? real : path, { follow: whole });
        const folder = sys.files.stat(real.replace(/\/[^/]*$/, '') || '/');
        const missing = has('e') ? isErrno(stat) : !has('m') && isErrno(folder);
        if (whole && !missing) yield* tool.out(real + end);
        else if (!whole && !isErrno(stat) && stat.target !== undefined) {
          yield* tool.out(stat.target + end);
        } else {
          code = 1;
          const tells = name === 'realpath' ? !has('q') : has('v');
          if (tells) yield* tool.fail(path, isErrno(stat) ? stat : 'EINVAL');
        }
      }
      return code;
    },
  ),
);

export default programs;
