import type { Call, Program } from '../../host/syscalls.ts';
import { eachPiece } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** cat: files one after another. */
const program: Program = gnuTool(
  {
    name: 'cat',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Concatenate FILE(s) to standard output.',
    short: 'AbeEnstTuv',
    long: {
      'show-all': 'A',
      'number-nonblank': 'b',
      'show-ends': 'E',
      number: 'n',
      'squeeze-blank': 's',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
    },
  },
  function* (tool) {
    const { has, sys, operands } = tool;
    const plain = !has('A', 'b', 'e', 'E', 'n', 's', 't', 'T', 'v');
    const lines = createLineMarks(tool.has);
    let code = 0;
    for (const path of operands.length > 0 ? operands : ['-']) {
      const stat = path === '-' ? undefined : sys.files.stat(path);
      const failed =
        typeof stat === 'object' && stat.type === 'directory'
          ? ('EISDIR' as const)
          : yield* eachPiece(sys, path, function* (piece): Call<void> {
              yield* tool.out(plain ? piece : lines(piece));
            });
      if (!failed) continue;
      yield* tool.fail(path, failed);
      code = 1;
    }
    return code;
  },
);

/** Numbers lines and shows what is not to be seen, over pieces that may end amid a line. */
function createLineMarks(has: (...keys: readonly string[]) => boolean): (piece: string) => string {
  let number = 0;
  let begins = true;
  let blanks = 0;
  const shown = (line: string) => {
    let text = line;
    if (has('v', 'A', 'e', 't')) {
      text = text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f]/g, (letter) =>
        letter === '\x7f' ? '^?' : `^${String.fromCharCode(letter.charCodeAt(0) + 64)}`,
      );
    }
    return has('T', 'A', 't') ? text.replaceAll('\t', '^I') : text;
  };
  return (piece) => {
    let made = '';
    for (const [all, line = '', end = ''] of piece.matchAll(/([^\n]*)(\n|$)/g)) {
      if (all === '') continue;
      const isBlank = begins && line === '' && end === '\n';
      blanks = isBlank ? blanks + 1 : 0;
      if (has('s') && blanks > 1) continue;
      const counts = begins && (has('b') ? !isBlank : has('n'));
      if (counts) made += `${String(++number).padStart(6)}\t`;
      made += shown(line) + (end && has('E', 'A', 'e') ? '$' : '') + end;
      begins = end === '\n';
    }
    return made;
  };
}

export default program;
