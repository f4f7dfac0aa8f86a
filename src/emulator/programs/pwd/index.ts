import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** pwd: the working directory, with `-L` as the shell calls it. */
const program: Program = gnuTool(
  {
    name: 'pwd',
    usage: ['[OPTION]...'],
    about: 'Print the name of the working directory.',
    short: 'LP',
    long: { logical: 'L', physical: 'P' },
  },
  function* ({ sys, last, out, operands, complain }) {
    if (operands.length > 0) yield* complain('ignoring non-option arguments');
    const given = sys.env['PWD'];
    const logical = last('LP') === 'L' && given && sys.files.resolve(given) === sys.cwd;
    yield* out(`${logical ? given : sys.cwd}\n`);
    return 0;
  },
);

export default program;
