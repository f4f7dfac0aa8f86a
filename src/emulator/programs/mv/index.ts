import { isErrno, strerror } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { intoFolder } from '../gnu/each-path.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool } from '../gnu/tool.ts';

/** mv: renames files and directories. */
const program: Program = gnuTool(
  {
    name: 'mv',
    usage: [
      '[OPTION]... [-T] SOURCE DEST',
      '[OPTION]... SOURCE... DIRECTORY',
      '[OPTION]... -t DIRECTORY SOURCE...',
    ],
    about: 'Rename SOURCE to DEST, or move SOURCE(s) to DIRECTORY.',
    short: 'fnt:Tuv',
    long: {
      force: 'f',
      'no-clobber': 'n',
      'no-target-directory': 'T',
      'target-directory': 't',
      update: 'u',
      verbose: 'v',
    },
    unmodelled: ['-b', '-i', '-S', '-Z', '--backup', '--interactive', '--suffix'],
  },
  function* (tool) {
    const { value, has, operands, sys } = tool;
    const sources = value('t') === undefined ? operands.slice(0, -1) : operands;
    const target = value('t') ?? operands.at(-1);
    if (target === undefined || operands.length === 0)
      return yield* tool.misused('missing file operand');
    if (sources.length === 0) {
      return yield* tool.misused(`missing destination file operand after ${quoteName(target)}`);
    }
    const there = sys.files.stat(target);
    if (sources.length > 1 && (isErrno(there) || there.type !== 'directory')) {
      const why = isErrno(there) ? strerror(there) : 'Not a directory';
      yield* tool.complain(`target ${quoteName(target)}: ${why}`);
      return 1;
    }
    let code = 0;
    for (const source of sources) {
      const stat = sys.files.stat(source, { follow: false });
      const to = intoFolder(tool, source, target, !has('T'));
      const before = sys.files.stat(to);
      const [a, b] = [quoteName(source), quoteName(to)];
      let why: string | undefined;
      if (isErrno(stat)) why = `cannot stat ${a}: ${strerror(stat)}`;
      else if (sys.files.resolve(source) === sys.files.resolve(to))
        why = `${a} and ${b} are the same file`;
      else if (`${sys.files.resolve(to)}/`.startsWith(`${sys.files.resolve(source)}/`)) {
        why = `cannot move ${a} to a subdirectory of itself, ${b}`;
      } else if (!isErrno(before)) {
        if (has('n') || (has('u') && before.modified >= stat.modified)) continue;
        if (before.type === 'directory' && stat.type !== 'directory') {
          why = `cannot overwrite directory ${b} with non-directory`;
        } else if (before.type !== 'directory' && stat.type === 'directory') {
          why = `cannot overwrite non-directory ${b} with directory ${a}`;
        }
      }
      const failed = why === undefined ? sys.files.rename(source, to) : undefined;
      if (failed) why = `cannot move ${a} to ${b}: ${strerror(failed)}`;
      if (why !== undefined) {
        yield* tool.complain(why);
        code = 1;
      } else if (has('v')) yield* tool.out(`renamed ${a} -> ${b}\n`);
    }
    return code;
  },
);

export default program;
