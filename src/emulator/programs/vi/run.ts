import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { act } from './act.ts';
import { runEx } from './ex.ts';
import { keysOf } from './keys.ts';
import { draw } from './screen.ts';
import { linesOf, open, remember, replaceLines, type Editor, type Wish } from './state.ts';

/** What the words of the command line ask for. */
interface Asked {
  readonly paths: readonly string[];
  /** Commands of `+…` and `-c`. */
  readonly commands: readonly string[];
  readonly readonly: boolean;
}

/** Runs the editor in the terminal; gives the exit code. */
export function* runVi(name: string, words: readonly string[], sys: Sys): Call<number> {
  const asked = readWords(words);
  if ('said' in asked) {
    yield* sys.write('code' in asked && asked.code === 0 ? 1 : 2, asked.said);
    return asked.code;
  }
  if (!sys.isTerminal(1)) yield* sys.write(2, 'Vim: Warning: Output is not to a terminal\n');
  if (!sys.isTerminal(0)) yield* sys.write(2, 'Vim: Warning: Input is not from a terminal\n');
  const size = () => sys.windowSize(1) ?? { columns: 80, rows: 24 };
  let editor = opened(sys, asked.paths[0] ?? '');
  if (asked.readonly || name === 'view') {
    editor = { ...editor, options: { ...editor.options, readonly: true } };
  }
  for (const command of asked.commands) editor = yield* granted(sys, runEx(editor, command));
  sys.setPace('stream');
  sys.setRaw(0, true);
  sys.trap('INT', 'ignore');
  yield* sys.write(1, '\x1b[?1049h\x1b[2J');
  let resized = false;
  sys.trap('WINCH', () => void (resized = true));
  while (!editor.over) {
    yield* sys.write(1, (resized ? '\x1b[2J' : '') + draw(editor, size()));
    resized = false;
    const piece = yield* sys.read(0, undefined, { interruptible: true });
    if (piece === 'EINTR') continue;
    if (piece === null || isErrno(piece)) break;
    for (const key of keysOf(piece)) {
      editor = yield* granted(sys, act(editor, key, size()));
      if (editor.over) break;
    }
  }
  yield* sys.write(1, `\x1b[${size().rows};1H\x1b[K\x1b[?1049l`);
  sys.setRaw(0, false);
  return 0;
}

function readWords(
  words: readonly string[],
): Asked | { readonly said: string; readonly code: number } {
  const paths: string[] = [];
  const commands: string[] = [];
  let readonly = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--version') {
      return { said: 'VIM - Vi IMproved 9.1 (2024 Jan 02)\nSmall version without GUI.\n', code: 0 };
    }
    if (word === '-c') commands.push(words[++at] ?? '');
    else if (word === '-R') readonly = true;
    else if (word === '+') commands.push('$');
    else if (word.startsWith('+')) commands.push(word.slice(1));
    else if (/^-[nNe]$/.test(word) || word === '--') continue;
    else if (/^-./.test(word)) {
      const said =
        `VIM - Vi IMproved 9.1 (2024 Jan 02)\nUnknown option argument: "${word}"\n` +
        'More info with: "vim -h"\n';
      return { said, code: 1 };
    } else paths.push(word);
  }
  if (paths.length > 1) return { said: 'vi: several files are not modelled here\n', code: 2 };
  return { paths, commands, readonly };
}

/** `"f.yaml" 3L, 25B`. */
function sized(text: string): string {
  const count = text === '' ? 0 : linesOf(text).length;
  const partial = text !== '' && !text.endsWith('\n') ? '[noeol] ' : '';
  return `${partial}${count}L, ${byteLength(text)}B`;
}

function opened({ files }: Sys, path: string): Editor {
  if (path === '') return open('', '', '');
  const stat = files.stat(path);
  if (isErrno(stat)) return open(path, '', `"${path}" [New]`);
  if (stat.type === 'directory') return open(path, '', `"${path}" is a directory`);
  const found = files.read(path);
  if (isErrno(found)) {
    const why = found === 'EACCES' ? '[Permission Denied]' : `[${strerror(found)}]`;
    return open(path, '', `"${path}" ${why}`);
  }
  return open(path, found.text, `"${path}" ${sized(found.text)}`);
}

/** Does what the editor wishes of files. */
function* granted(sys: Sys, editor: Editor): Call<Editor> {
  const { wish } = editor;
  if (!wish) return editor;
  const rest = { ...editor, wish: undefined };
  if (wish.type === 'write') return written(sys, rest, wish);
  if (wish.type === 'edit') {
    const next = opened(sys, wish.path);
    const { options, registers, history, search } = editor;
    const row = wish.path === editor.path ? Math.min(editor.row, next.lines.length - 1) : 0;
    return { ...next, row, options, registers, history, search };
  }
  const found = sys.files.read(wish.path);
  if (isErrno(found)) return { ...rest, message: `E484: Can't open file ${wish.path}` };
  const added = linesOf(found.text);
  const next = replaceLines(remember(rest), wish.row + 1, 0, added);
  const message = `"${wish.path}" ${sized(found.text)}`;
  return { ...next, row: wish.row + 1, col: 0, message };
}

function written(sys: Sys, editor: Editor, wish: Wish & { readonly type: 'write' }): Editor {
  if (wish.path === '') return { ...editor, message: 'E32: No file name' };
  const fresh = isErrno(sys.files.stat(wish.path));
  const failure = sys.files.write(wish.path, wish.text);
  if (failure) {
    const folder = failure === 'EISDIR';
    const message = folder
      ? `E17: "${wish.path}" is a directory`
      : `"${wish.path}" E212: Can't open file for writing`;
    return { ...editor, message };
  }
  const own = wish.path === editor.path || editor.path === '';
  return {
    ...editor,
    ...(own && { saved: wish.text, path: wish.path }),
    message: `"${wish.path}" ${fresh ? '[New] ' : ''}${sized(wish.text)} written`,
    over: wish.quit,
  };
}
