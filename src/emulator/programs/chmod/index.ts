import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { modeText, readMode } from '../gnu/mode.ts';
import { quoteName } from '../gnu/quote.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** chmod: changes who may do what with files. */
const program: Program = gnuTool(
  {
    name: 'chmod',
    usage: ['[OPTION]... MODE[,MODE]... FILE...', '[OPTION]... OCTAL-MODE FILE...'],
    about: 'Change the mode of each FILE to MODE.',
    short: 'cfRv',
    long: { changes: 'c', silent: 'f', quiet: 'f', recursive: 'R', verbose: 'v' },
    unmodelled: ['--reference'],
    // `-x` is a mode.
    rewrite: (words) => {
      const at = words.findIndex((word) => /^-[rwxXst]+$/.test(word));
      return at < 0 ? words : [...words.slice(0, at), '--', ...words.slice(at)];
    },
  },
  function* (tool) {
    const { operands, quote, misused } = tool;
    const [text, ...paths] = operands;
    if (text === undefined) return yield* misused('missing operand');
    if (paths.length === 0) return yield* misused(`missing operand after ${quote(text)}`);
    const change = readMode(text);
    if (!change) return yield* misused(`invalid mode: ${quote(text)}`);
    let code = 0;
    for (const path of paths) if (!(yield* one(tool, path, change))) code = 1;
    return code;
  },
);

type Change = NonNullable<ReturnType<typeof readMode>>;

function* one(tool: Tool, path: string, change: Change): Call<boolean> {
  const { sys, has } = tool;
  const stat = sys.files.stat(path);
  if (isErrno(stat)) {
    if (!has('f')) yield* tool.complain(`cannot access ${quoteName(path)}: ${strerror(stat)}`);
    return false;
  }
  const mode = change(stat.mode, stat.type === 'directory');
  const failed = sys.files.setMode(path, mode);
  if (failed) {
    const name = quoteName(path);
    if (!has('f')) yield* tool.complain(`changing permissions of ${name}: ${strerror(failed)}`);
    return false;
  }
  if (has('v') || (has('c') && mode !== stat.mode)) {
    const shown = (bits: number) =>
      `${bits.toString(8).padStart(4, '0')} (${modeText({ ...stat, mode: bits }).slice(1)})`;
    const name = quoteName(path);
    yield* tool.out(
      mode === stat.mode
        ? `mode of ${name} retained as ${shown(mode)}\n`
        : `mode of ${name} changed from ${shown(stat.mode)} to ${shown(mode)}\n`,
    );
  }
  let good = true;
  const names = has('R') && stat.type === 'directory' ? sys.files.list(path) : [];
  for (const name of isErrno(names) ? [] : names) {
    if (!(yield* one(tool, `${path.replace(/\/+$/, '')}/${name}`, change))) good = false;
  }
  return good;
}

export default program;
