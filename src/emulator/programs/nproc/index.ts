import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** nproc: the processors of a machine. */
const program: Program = gnuTool(
  {
    name: 'nproc',
    usage: ['[OPTION]...'],
    about: 'Print the number of processing units available.',
    short: '',
    long: { all: { key: 'all' }, ignore: { key: 'ignore', value: 'required' } },
  },
  function* ({ out, value }) {
    yield* out(`${Math.max(1, 2 - (Number(value('ignore')) || 0))}\n`);
    return 0;
  },
);

export default program;
