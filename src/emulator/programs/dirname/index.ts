import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** dirname: a path without its last part. */
const program: Program = gnuTool(
  {
    name: 'dirname',
    usage: ['[OPTION] NAME...'],
    about: 'Output each NAME with its last non-slash component and trailing slashes removed.',
    short: 'z',
    long: { zero: 'z' },
  },
  function* ({ has, operands, out, misused }) {
    if (operands.length === 0) return yield* misused('missing operand');
    for (const path of operands) {
      const bare = path.replace(/\/+$/, '');
      const folder = bare.includes('/') ? bare.replace(/\/+[^/]*$/, '') || '/' : '.';
      yield* out(`${bare === '' && path !== '' ? '/' : folder}${has('z') ? '\0' : '\n'}`);
    }
    return 0;
  },
);

export default program;
