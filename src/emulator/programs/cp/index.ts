import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { intoFolder } from '../gnu/each-path.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** cp: copies files and, with `-r`, directories. */
const program: Program = gnuTool(
  {
    name: 'cp',
    usage: [
      '[OPTION]... [-T] SOURCE DEST',
      '[OPTION]... SOURCE... DIRECTORY',
      '[OPTION]... -t DIRECTORY SOURCE...',
    ],
    about: 'Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY.',
    short: 'adfLnpPrRt:Tuv',
    long: {
      archive: 'a',
      dereference: 'L',
      force: 'f',
      'no-clobber': 'n',
      'no-dereference': 'P',
      'no-target-directory': 'T',
      preserve: { key: 'p', value: 'optional' },
      recursive: 'r',
      'target-directory': 't',
      update: 'u',
      verbose: 'v',
    },
    unmodelled: [
      '-b',
      '-H',
      '-i',
      '-l',
      '-s',
      '-S',
      '-x',
      '-Z',
      '--backup',
      '--parents',
      '--reflink',
    ],
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
    const stat = sys.files.stat(target);
    const isFolder = !isErrno(stat) && stat.type === 'directory';
    if (!isFolder && (sources.length > 1 || value('t') !== undefined)) {
      const why = isErrno(stat)
        ? `${quoteName(target)}: ${strerror(stat)}`
        : `${quoteName(target)}: Not a directory`;
      yield* tool.complain(value('t') === undefined ? `target ${why}` : `target directory ${why}`);
      return 1;
    }
    let code = 0;
    for (const source of sources) {
      const to = intoFolder(tool, source, target, !has('T'));
      if (!(yield* copy(tool, source, to))) code = 1;
    }
    return code;
  },
);

/** Copies one path; whether all of it went well. */
function* copy(tool: Tool, from: string, to: string): Call<boolean> {
  const { sys, has } = tool;
  const recursive = has('a', 'r', 'R');
  const follow = has('L') || !(recursive || has('P', 'd'));
  const stat = sys.files.stat(from, { follow });
  const refuse = function* (text: string): Call<boolean> {
    yield* tool.complain(text);
    return false;
  };
  if (isErrno(stat)) return yield* refuse(`cannot stat ${quoteName(from)}: ${strerror(stat)}`);
  if (stat.type === 'directory' && !recursive) {
    return yield* refuse(`-r not specified; omitting directory ${quoteName(from)}`);
  }
  const [real, place] = [sys.files.resolve(from), sys.files.resolve(to)];
  if (real === place)
    return yield* refuse(`${quoteName(from)} and ${quoteName(to)} are the same file`);
  const before = sys.files.stat(to);
  if (stat.type === 'directory') {
    if (`${place}/`.startsWith(`${real}/`)) {
      const [a, b] = [quoteName(from), quoteName(to)];
      return yield* refuse(`cannot copy a directory, ${a}, into itself, ${b}`);
    }
    if (!isErrno(before) && before.type !== 'directory') {
      const [a, b] = [quoteName(to), quoteName(from)];
      return yield* refuse(`cannot overwrite non-directory ${a} with directory ${b}`);
    }
    if (isErrno(before)) {
      const failed = sys.files.makeDirectory(to);
      if (failed)
        return yield* refuse(`cannot create directory ${quoteName(to)}: ${strerror(failed)}`);
    }
    if (has('v')) yield* tool.out(`${quoteName(from)} -> ${quoteName(to)}\n`);
    const names = sys.files.list(from);
    let good = true;
    for (const name of isErrno(names) ? [] : names) {
      if (!(yield* copy(tool, `${from.replace(/\/+$/, '')}/${name}`, `${to}/${name}`)))
        good = false;
    }
    return good;
  }
  if (!isErrno(before) && before.type === 'directory') {
    const [a, b] = [quoteName(to), quoteName(from)];
    return yield* refuse(`cannot overwrite directory ${a} with non-directory ${b}`);
  }
  if (!isErrno(before) && (has('n') || (has('u') && before.modified >= stat.modified))) return true;
  if (stat.type === 'symlink') {
    if (!isErrno(before)) sys.files.remove(to);
    sys.files.link(stat.target ?? '', to);
    return true;
  }
  const found = sys.files.read(from);
  if (isErrno(found)) {
    return yield* refuse(`cannot open ${quoteName(from)} for reading: ${strerror(found)}`);
  }
  const failed = sys.files.write(to, found.text, isErrno(before) ? { mode: stat.mode } : {});
  if (failed)
    return yield* refuse(`cannot create regular file ${quoteName(to)}: ${strerror(failed)}`);
  if (has('a', 'p')) {
    sys.files.setMode(to, stat.mode);
    sys.files.touch?.(to, stat.modified);
  }
  if (has('v')) yield* tool.out(`${quoteName(from)} -> ${quoteName(to)}\n`);
  return true;
}

export default program;
