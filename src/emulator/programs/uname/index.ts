import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** Parts of the answer by their option, in the order in which they are shown. */
const order = ['s', 'n', 'r', 'v', 'm', 'o'] as const;

/** uname: the kernel that the machines run. */
const program: Program = gnuTool(
  {
    name: 'uname',
    usage: ['[OPTION]...'],
    about: 'Print certain system information.',
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      processor: 'p',
      'hardware-platform': 'i',
      'operating-system': 'o',
    },
  },
  function* ({ sys, has, given, out, operands, misused, quote }) {
    if (operands[0] !== undefined) return yield* misused(`extra operand ${quote(operands[0])}`);
    const parts = {
      s: 'Linux',
      n: sys.hostname,
      r: '6.8.0-45-generic',
      v: '#45-Ubuntu SMP PREEMPT_DYNAMIC',
      m: 'x86_64',
      o: 'GNU/Linux',
    };
    if (has('a')) yield* out(`${order.map((each) => parts[each]).join(' ')}\n`);
    else {
      const wanted = order.filter((each) => has(each)).map((each) => parts[each]);
      if (has('p', 'i'))
        wanted.push(...(has('p') && has('i') ? ['unknown', 'unknown'] : ['unknown']));
      yield* out(`${given.length === 0 ? 'Linux' : wanted.join(' ')}\n`);
    }
    return 0;
  },
);

export default program;
