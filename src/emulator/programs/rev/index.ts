import type { Program } from '../../host/syscalls.ts';
import { readAll } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** rev: the letters of each line from the last to the first. */
const program: Program = gnuTool(
  {
    name: 'rev',
    usage: ['[options] [<file> ...]'],
    about: 'Reverse lines characterwise.',
    short: 'hV',
    version: 'util-linux 2.38.1',
  },
  function* (tool) {
    const { texts, failed } = yield* readAll(tool);
    for (const { text } of texts) {
      const lines = text.split('\n').map((line) => [...line].toReversed().join(''));
      yield* tool.out(lines.join('\n'));
    }
    return failed ? 1 : 0;
  },
);

export default program;
