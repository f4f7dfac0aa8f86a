import { lineAt, type Editor, type Place } from './state.ts';

/** What a text object takes: from and up to, the end left out. */
export interface Span {
  readonly from: Place;
  readonly to: Place;
  readonly linewise?: boolean;
}

const brackets: Readonly<Record<string, readonly [open: string, close: string]>> = {
  '(': ['(', ')'],
  ')': ['(', ')'],
  b: ['(', ')'],
  '{': ['{', '}'],
  '}': ['{', '}'],
  B: ['{', '}'],
  '[': ['[', ']'],
  ']': ['[', ']'],
  '<': ['<', '>'],
  '>': ['<', '>'],
};

/** The text object of two keys (`iw`, `a"`); undefined where the cursor is in none. */
export function objectAt(editor: Editor, keys: string, count: number): Span | undefined {
  const around = keys.startsWith('a');
  const what = keys.slice(1);
  if (what === 'w' || what === 'W') return words(editor, around, what === 'W', count);
  if (what === 'p') return paragraph(editor, around);
  if (/["'`]/.test(what)) return quoted(editor, what, around);
  const pair = brackets[what];
  return pair ? enclosed(editor, pair, around) : undefined;
}

function words(editor: Editor, around: boolean, big: boolean, count: number): Span {
  const line = lineAt(editor, editor.row);
  const sort = (letter: string | undefined) =>
    letter === undefined
      ? -1
      : /\s/.test(letter)
        ? 0
        : big || /[\p{L}\p{N}_]/u.test(letter)
          ? 1
          : 2;
  let from = editor.col;
  const own = sort(line[from]);
  while (from > 0 && sort(line[from - 1]) === own) from -= 1;
  let to = editor.col;
  const past = () => {
    const kind = sort(line[to]);
    while (to < line.length && sort(line[to]) === kind) to += 1;
  };
  for (let i = 0; i < count; i++) {
    past();
    if (around) {
      const blanks = sort(line[to]) === 0;
      if (blanks || own === 0) past();
      // Without blanks behind it the word takes those before it.
      else while (i === 0 && from > 0 && sort(line[from - 1]) === 0) from -= 1;
    }
  }
  return { from: { row: editor.row, col: from }, to: { row: editor.row, col: to } };
}

function paragraph(editor: Editor, around: boolean): Span {
  const { lines } = editor;
  const empty = lines[editor.row] === '';
  let first = editor.row;
  let last = editor.row;
  while (first > 0 && (lines[first - 1] === '') === empty) first -= 1;
  while (last < lines.length - 1 && (lines[last + 1] === '') === empty) last += 1;
  if (around) while (last < lines.length - 1 && (lines[last + 1] === '') !== empty) last += 1;
  return { from: { row: first, col: 0 }, to: { row: last, col: 0 }, linewise: true };
}

function quoted(editor: Editor, quote: string, around: boolean): Span | undefined {
  const line = lineAt(editor, editor.row);
  const at: number[] = [];
  for (let i = 0; i < line.length; i++) if (line[i] === quote && line[i - 1] !== '\\') at.push(i);
  for (let i = 0; i + 1 < at.length; i += 2) {
    const [open, close] = [at[i] as number, at[i + 1] as number];
    if (close < editor.col) continue;
    let to = around ? close + 1 : close;
    if (around) while (/\s/.test(line[to] ?? '')) to += 1;
    const from = around ? open : open + 1;
    return { from: { row: editor.row, col: from }, to: { row: editor.row, col: to } };
  }
  return undefined;
}

function enclosed(
  editor: Editor,
  [open, close]: readonly [string, string],
  around: boolean,
): Span | undefined {
  const from = seek(editor, open, close, -1);
  const to = seek(editor, close, open, 1);
  if (!from || !to) return undefined;
  if (around) return { from, to: { row: to.row, col: to.col + 1 } };
  const after = { row: from.row, col: from.col + 1 };
  // What stands between lines of their own is taken as whole lines.
  if (after.col >= lineAt(editor, from.row).length && from.row + 1 < to.row) {
    const before = lineAt(editor, to.row).slice(0, to.col);
    if (before.trim() === '') {
      return {
        from: { row: from.row + 1, col: 0 },
        to: { row: to.row - 1, col: 0 },
        linewise: true,
      };
    }
  }
  return { from: after, to };
}

/** The bracket around the cursor in one direction. */
function seek(editor: Editor, wanted: string, other: string, by: 1 | -1): Place | undefined {
  let { row, col } = editor;
  let depth = 0;
  // On a bracket the cursor is inside of it.
  if (lineAt(editor, row)[col] === other) col += by;
  for (; row in editor.lines; row += by) {
    const line = lineAt(editor, row);
    if (row !== editor.row) col = by > 0 ? 0 : line.length - 1;
    for (; col >= 0 && col < line.length; col += by) {
      if (line[col] === other) depth += 1;
      if (line[col] !== wanted) continue;
      if (depth === 0) return { row, col };
      depth -= 1;
    }
  }
  return undefined;
}
