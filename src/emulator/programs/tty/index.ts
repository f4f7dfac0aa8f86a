import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** tty: the name of the terminal on standard input. */
const program: Program = gnuTool(
  {
    name: 'tty',
    usage: ['[OPTION]...'],
    about: 'Print the file name of the terminal connected to standard input.',
    short: 's',
    long: { silent: 's', quiet: 's' },
    badUsage: 2,
  },
  function* ({ sys, has, out }) {
    const is = sys.isTerminal(0);
    if (!has('s')) yield* out(is ? '/dev/pts/0\n' : 'not a tty\n');
    return is ? 0 : 1;
  },
);

export default program;
