import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** Characters that are written at once. */
const AT_ONCE = 1_024;

/** yes: the same line for ever. */
const program: Program = gnuTool(
  {
    name: 'yes',
    usage: ['[STRING]...', 'OPTION'],
    about: "Repeatedly output a line with all specified STRING(s), or 'y'.",
    short: '',
    inOrder: true,
  },
  function* ({ sys, operands }) {
    const line = `${operands.length > 0 ? operands.join(' ') : 'y'}\n`;
    const text = line.repeat(Math.max(1, Math.floor(AT_ONCE / line.length)));
    for (;;) if (yield* sys.write(1, text)) return 1;
  },
);

export default program;
