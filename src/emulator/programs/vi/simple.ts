import type { Command } from './grammar.ts';
import { operators, put, swapCase } from './operators.ts';
import { searchFor } from './search.ts';
import {
  clamp,
  firstLetter,
  isModified,
  lineAt,
  moveTo,
  remember,
  replaceLines,
  textOf,
  type Editor,
  type Place,
  type Size,
} from './state.ts';

type Simple = (editor: Editor, command: Command, size: Size) => Editor;

function insertAt(editor: Editor, col: number, count: number, row = editor.row): Editor {
  return { ...remember(editor), mode: 'insert', row, col, want: col, repeat: count };
}

/** `o` and `O`: a line of its own, indented as this one. */
const openLine =
  (below: boolean): Simple =>
  (editor, { count }) => {
    const { autoindent, paste } = editor.options;
    const line = lineAt(editor, editor.row);
    const lead = autoindent && !paste ? (/^[ \t]*/.exec(line)?.[0] ?? '') : '';
    const row = editor.row + (below ? 1 : 0);
    const next = replaceLines(remember(editor), row, 0, [lead]);
    return { ...next, mode: 'insert', row, col: lead.length, want: lead.length, repeat: count };
  };

/** An operator on letters from the cursor on, or before it. */
const letters =
  (operator: string, by: 1 | -1): Simple =>
  (editor, { count, register }) => {
    const line = lineAt(editor, editor.row);
    const far = Math.max(0, Math.min(line.length, editor.col + by * count));
    const [from, to] = by > 0 ? [editor.col, far] : [far, editor.col];
    if (from === to && operator === 'd') return editor;
    const place = (col: number): Place => ({ row: editor.row, col });
    const work = operators[operator];
    const range = { from: place(from), to: place(to), linewise: false };
    return work ? work(editor, range, register) : editor;
  };

/** An operator to the end of the line (`D`, `C`), or on lines (`Y`, `S`). */
const lines =
  (operator: string, whole: boolean): Simple =>
  (editor, { count, register }) => {
    const row = Math.min(editor.row + count - 1, editor.lines.length - 1);
    const from = { row: editor.row, col: whole ? 0 : editor.col };
    const to = { row, col: whole ? 0 : lineAt(editor, row).length };
    const work = operators[operator];
    return work ? work(editor, { from, to, linewise: whole }, register) : editor;
  };

const replaceLetter: Simple = (editor, { count, letter }) => {
  const line = lineAt(editor, editor.row);
  if (editor.col + count > line.length || letter === '\x1b') return editor;
  if (letter === '\r') {
    const pieces = [line.slice(0, editor.col), line.slice(editor.col + count)];
    return {
      ...replaceLines(remember(editor), editor.row, 1, pieces),
      row: editor.row + 1,
      col: 0,
    };
  }
  const next = line.slice(0, editor.col) + letter.repeat(count) + line.slice(editor.col + count);
  const col = editor.col + count - 1;
  return { ...replaceLines(remember(editor), editor.row, 1, [next]), col, want: col };
};

const tilde: Simple = (editor, { count }) => {
  const line = lineAt(editor, editor.row);
  const end = Math.min(line.length, editor.col + count);
  const next = line.slice(0, editor.col) + swapCase(line.slice(editor.col, end)) + line.slice(end);
  return clamp({ ...replaceLines(remember(editor), editor.row, 1, [next]), col: end, want: end });
};

/** `J`: lines joined by one blank; `gJ` puts none between. */
export function joinLines(editor: Editor, count: number, blank: boolean): Editor {
  const last = Math.min(editor.row + Math.max(count, 2) - 1, editor.lines.length - 1);
  if (last === editor.row) return editor;
  let text = lineAt(editor, editor.row);
  let col = text.length;
  for (let row = editor.row + 1; row <= last; row++) {
    const added = blank ? lineAt(editor, row).trimStart() : lineAt(editor, row);
    const needs =
      blank && text !== '' && added !== '' && !/\s$/.test(text) && !added.startsWith(')');
    col = needs ? text.length : Math.max(0, text.length - (blank && added === '' ? 1 : 0));
    text += (needs ? ' ' : '') + added;
  }
  const next = replaceLines(remember(editor), editor.row, last - editor.row + 1, [text]);
  return clamp({ ...next, col, want: col });
}

/** Back to a text that was, and forth again. */
export function undo(editor: Editor, count: number): Editor {
  let next = editor;
  for (let i = 0; i < count; i++) {
    const before = next.undo.at(-1);
    if (!before) return { ...next, message: i === 0 ? 'Already at oldest change' : next.message };
    const { lines: text, row, col } = next;
    const redo = [...next.redo, { lines: text, row, col }];
    const message = counted(before.lines.length - text.length, `before #${next.undo.length}`);
    next = { ...next, ...before, want: before.col, undo: next.undo.slice(0, -1), redo, message };
  }
  return next;
}

export function redo(editor: Editor, count: number): Editor {
  let next = editor;
  for (let i = 0; i < count; i++) {
    const after = next.redo.at(-1);
    if (!after) return { ...next, message: i === 0 ? 'Already at newest change' : next.message };
    const kept = [...next.undo, { lines: next.lines, row: next.row, col: next.col }];
    const message = counted(after.lines.length - next.lines.length, `after #${kept.length}`);
    const row = Math.min(next.row, after.lines.length - 1);
    next = { ...next, lines: after.lines, row, undo: kept, redo: next.redo.slice(0, -1), message };
  }
  return next;
}

/** What undo says of the number of lines. */
function counted(difference: number, where: string): string {
  const size = Math.abs(difference);
  const more = size === 1 ? '1 more line' : `${size} more lines`;
  const less = size === 1 ? '1 line less' : `${size} fewer lines`;
  return `${difference === 0 ? '1 change' : difference > 0 ? more : less}; ${where}`;
}

const scroll =
  (by: (size: Size) => number): Simple =>
  (editor, { count }, size) => {
    const last = Math.max(0, editor.lines.length - 1);
    const step = by(size) * count;
    const top = Math.max(0, Math.min(last, editor.top + step));
    const row = Math.max(0, Math.min(last, editor.row + step));
    return moveTo({ ...editor, top }, { row, col: firstLetter(lineAt(editor, row)) });
  };

/** The screen by lines: the cursor stays where it can. */
const nudge =
  (by: 1 | -1): Simple =>
  (editor, { count }, { rows }) => {
    const top = Math.max(0, Math.min(editor.lines.length - 1, editor.top + by * count));
    const row = Math.max(top, Math.min(top + rows - 2, editor.row));
    return moveTo({ ...editor, top }, { row, col: editor.col }, editor.want);
  };

const placed =
  (at: (size: Size) => number): Simple =>
  (editor, _command, size) => ({ ...editor, top: Math.max(0, editor.row - at(size)) });

/** `*` and `#`: the word under the cursor, as a whole. */
const wordSearch =
  (forward: boolean): Simple =>
  (editor) => {
    const line = lineAt(editor, editor.row);
    const words = [...line.matchAll(/[\p{L}\p{N}_]+/gu)];
    const found = words.find(({ index, 0: text }) => index + text.length > editor.col);
    if (!found) return { ...editor, message: 'E348: No string under cursor' };
    const at = { ...editor, col: found.index };
    return searchFor(at, { pattern: `\\<${found[0]}\\>`, forward });
  };

const typing =
  (lead: string): Simple =>
  (editor, { count, given }) => ({
    ...editor,
    mode: 'command',
    typed: lead + (lead === ':' && given ? `.,.+${count - 1}` : ''),
  });

const visual =
  (mode: 'visual' | 'visual-line'): Simple =>
  (editor) => ({ ...editor, mode, anchor: { row: editor.row, col: editor.col } });

/** Commands that are no motions and no operators, by their keys. */
export const simpleCommands: Readonly<Record<string, Simple>> = {
  i: (editor, { count }) => insertAt(editor, editor.col, count),
  a: (editor, { count }) =>
    insertAt(editor, Math.min(editor.col + 1, lineAt(editor, editor.row).length), count),
  I: (editor, { count }) => {
    const line = lineAt(editor, editor.row);
    return insertAt(editor, line.trim() === '' ? line.length : firstLetter(line), count);
  },
  A: (editor, { count }) => insertAt(editor, lineAt(editor, editor.row).length, count),
  gi: (editor, { count }) => insertAt(editor, editor.col, count),
  '\x1b[2~': (editor, { count }) => insertAt(editor, editor.col, count),
  o: openLine(true),
  O: openLine(false),
  R: (editor, { count }) => ({ ...insertAt(editor, editor.col, count), mode: 'replace' }),
  x: letters('d', 1),
  '\x1b[3~': letters('d', 1),
  X: letters('d', -1),
  s: letters('c', 1),
  S: lines('c', true),
  D: lines('d', false),
  C: lines('c', false),
  Y: lines('y', true),
  r: replaceLetter,
  '~': tilde,
  J: (editor, { count }) => joinLines(editor, count, true),
  gJ: (editor, { count }) => joinLines(editor, count, false),
  p: (editor, { register, count }) => put(editor, register, count, true),
  P: (editor, { register, count }) => put(editor, register, count, false),
  u: (editor, { count }) => undo(editor, count),
  '\x12': (editor, { count }) => redo(editor, count),
  m: (editor, { letter }) => ({
    ...editor,
    marks: { ...editor.marks, [letter]: { row: editor.row, col: editor.col } },
  }),
  v: visual('visual'),
  V: visual('visual-line'),
  ':': typing(':'),
  '/': typing('/'),
  '?': typing('?'),
  '*': wordSearch(true),
  '#': wordSearch(false),
  '\x06': scroll(({ rows }) => rows - 3),
  '\x1b[6~': scroll(({ rows }) => rows - 3),
  '\x02': scroll(({ rows }) => 3 - rows),
  '\x1b[5~': scroll(({ rows }) => 3 - rows),
  '\x04': scroll(({ rows }) => Math.floor((rows - 1) / 2)),
  '\x15': scroll(({ rows }) => -Math.floor((rows - 1) / 2)),
  '\x05': nudge(1),
  '\x19': nudge(-1),
  zt: placed(() => 0),
  zz: placed(({ rows }) => Math.floor((rows - 2) / 2)),
  zb: placed(({ rows }) => rows - 2),
  '\x0c': (editor) => editor,
  '\x07': (editor) => {
    const count = editor.lines.length;
    const percent = Math.floor(((editor.row + 1) * 100) / count);
    const mark = isModified(editor) ? ' [Modified]' : '';
    const shown = `${count} line${count === 1 ? '' : 's'} --${percent}%--`;
    return { ...editor, message: `"${editor.path || '[No Name]'}"${mark} ${shown}` };
  },
  ZZ: (editor) =>
    isModified(editor)
      ? {
          ...editor,
          wish: { type: 'write', path: editor.path, text: textOf(editor), quit: true },
        }
      : { ...editor, over: true },
  ZQ: (editor) => ({ ...editor, over: true }),
};
