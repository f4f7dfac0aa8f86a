import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';
import { readInterval } from '../gnu/interval.ts';

/** sleep: waits for the sum of its words. */
const program: Program = gnuTool(
  {
    name: 'sleep',
    usage: ['NUMBER[SUFFIX]...', 'OPTION'],
    about: 'Pause for NUMBER seconds; SUFFIX is s, m, h or d.',
    short: '',
  },
  function* ({ sys, operands, complain, misused, quote }) {
    if (operands.length === 0) return yield* misused('missing operand');
    let total = 0;
    let wrong = false;
    for (const word of operands) {
      const time = readInterval(word);
      if (time === undefined) {
        yield* complain(`invalid time interval ${quote(word)}`);
        wrong = true;
      } else total += time;
    }
    if (wrong) {
      yield* sys.write(2, "Try 'sleep --help' for more information.\n");
      return 1;
    }
    yield* sys.sleep(total);
    return 0;
  },
);

export default program;
