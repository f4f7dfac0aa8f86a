import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** whoami: the user's name. */
const program: Program = gnuTool(
  { name: 'whoami', usage: ['[OPTION]...'], about: 'Print the effective user.', short: '' },
  function* ({ sys, out, operands, misused, quote }) {
    if (operands[0] !== undefined) return yield* misused(`extra operand ${quote(operands[0])}`);
    yield* out(`${sys.user}\n`);
    return 0;
  },
);

export default program;
