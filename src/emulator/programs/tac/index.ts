import type { Program } from '../../host/syscalls.ts';
import { readAll } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** tac: each file's lines from the last to the first. */
const program: Program = gnuTool(
  {
    name: 'tac',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Write each FILE to standard output, last line first.',
    short: 's:',
    long: { separator: 's' },
    unmodelled: ['-b', '-r', '--before', '--regex'],
  },
  function* (tool) {
    const mark = tool.value('s') || '\n';
    const { texts, failed } = yield* readAll(tool);
    for (const { text } of texts) {
      const parts = text.split(mark);
      const rest = parts.pop() ?? '';
      yield* tool.out(
        rest +
          parts
            .reverse()
            .map((part) => part + mark)
            .join(''),
      );
    }
    return failed ? 1 : 0;
  },
);

export default program;
