import { isErrno } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { eachPath } from '../gnu/each-path.ts';
import { readMode } from '../gnu/mode.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool } from '../gnu/tool.ts';

/** mkdir: makes directories. */
const program: Program = gnuTool(
  {
    name: 'mkdir',
    usage: ['[OPTION]... DIRECTORY...'],
    about: 'Create the DIRECTORY(ies), if they do not already exist.',
    short: 'm:pv',
    long: { mode: 'm', parents: 'p', verbose: 'v' },
    unmodelled: ['-Z', '--context'],
  },
  function* (tool) {
    const { has, value, operands, sys, complain, quote } = tool;
    if (operands.length === 0) return yield* tool.misused('missing operand');
    const mode = value('m') === undefined ? undefined : readMode(value('m') as string);
    if (value('m') !== undefined && !mode) {
      yield* complain(`invalid mode ${quote(value('m') as string)}`);
      return 1;
    }
    return yield* eachPath(
      tool,
      operands,
      'cannot create directory',
      (path) => {
        const failed = sys.files.makeDirectory(path, { parents: has('p') });
        if (isErrno(failed) || !mode) return failed;
        return sys.files.setMode(path, mode(0o755, true));
      },
      (path) => `mkdir: created directory ${quoteName(path)}\n`,
      quote,
    );
  },
);

export default program;
