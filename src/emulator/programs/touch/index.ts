import { isErrno, strerror } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { readDate } from '../gnu/calendar.ts';
import { eachPath } from '../gnu/each-path.ts';
import { gnuTool } from '../gnu/tool.ts';

/** touch: makes files, or renews the time of their last change. */
const program: Program = gnuTool(
  {
    name: 'touch',
    usage: ['[OPTION]... FILE...'],
    about: 'Update the access and modification times of each FILE to the current time.',
    short: 'acd:fmr:',
    long: { 'no-create': 'c', date: 'd', reference: 'r' },
    unmodelled: ['-h', '-t', '--time', '--no-dereference'],
  },
  function* (tool) {
    const { has, value, operands, sys, complain, quote } = tool;
    if (operands.length === 0) return yield* tool.misused('missing file operand');
    let at: number | undefined;
    const [text, other] = [value('d'), value('r')];
    if (text !== undefined) {
      at = readDate(text, sys.now);
      if (at === undefined) {
        yield* complain(`invalid date format ${quote(text)}`);
        return 1;
      }
    }
    if (other !== undefined) {
      const stat = sys.files.stat(other);
      if (isErrno(stat)) {
        yield* complain(`failed to get attributes of ${quote(other)}: ${strerror(stat)}`);
        return 1;
      }
      at = stat.modified;
    }
    return yield* eachPath(tool, operands, 'cannot touch', (path) => {
      const stat = sys.files.stat(path);
      if (isErrno(stat)) {
        if (has('c')) return undefined;
        const failed = sys.files.write(path, '', { append: true });
        if (failed || at === undefined) return failed;
      }
      return sys.files.touch?.(path, at);
    });
  },
);

export default program;
