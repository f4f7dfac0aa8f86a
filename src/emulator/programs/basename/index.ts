import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** basename: the last part of a path. */
const program: Program = gnuTool(
  {
    name: 'basename',
    usage: ['NAME [SUFFIX]', 'OPTION... NAME...'],
    about: 'Print NAME with any leading directory components removed.',
    short: 'as:z',
    long: { multiple: 'a', suffix: 's', zero: 'z' },
    inOrder: true,
  },
  function* ({ has, value, operands, out, misused, quote }) {
    const many = has('a', 's');
    if (operands.length === 0) return yield* misused('missing operand');
    if (!many && operands[2] !== undefined) {
      return yield* misused(`extra operand ${quote(operands[2])}`);
    }
    const suffix = many ? (value('s') ?? '') : (operands[1] ?? '');
    for (const path of many ? operands : operands.slice(0, 1)) {
      const name = path.replace(/(?<=.)\/+$/, '').replace(/^.*\/(?=.)/s, '');
      const cut = suffix !== '' && name !== suffix && name.endsWith(suffix);
      yield* out(`${cut ? name.slice(0, -suffix.length) : name}${has('z') ? '\0' : '\n'}`);
    }
    return 0;
  },
);

export default program;
