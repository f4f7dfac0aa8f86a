import {
  clamp,
  firstLetter,
  lineAt,
  remember,
  replaceLines,
  type Editor,
  type Place,
  type Register,
} from './state.ts';

/** What an operator works on: whole lines, or letters up to (not with) the end. */
export interface Range {
  readonly from: Place;
  readonly to: Place;
  readonly linewise: boolean;
}

/** The text of a range. */
export function textIn(editor: Editor, { from, to, linewise }: Range): string {
  if (linewise) return editor.lines.slice(from.row, to.row + 1).join('\n');
  if (from.row === to.row) return lineAt(editor, from.row).slice(from.col, to.col);
  const between = editor.lines.slice(from.row + 1, to.row);
  const first = lineAt(editor, from.row).slice(from.col);
  return [first, ...between, lineAt(editor, to.row).slice(0, to.col)].join('\n');
}

/** Keeps a text in a register; a capital letter puts it behind what is there. */
export function keep(editor: Editor, name: string | undefined, value: Register): Editor {
  const lower = (name ?? '"').toLowerCase();
  const before = editor.registers[lower];
  const joint =
    name !== undefined && name !== lower && before
      ? {
          text: `${before.text}${value.linewise ? '\n' : ''}${value.text}`,
          linewise: value.linewise,
        }
      : value;
  return { ...editor, registers: { ...editor.registers, [lower]: joint, '"': joint } };
}

function without(editor: Editor, { from, to, linewise }: Range): Editor {
  if (linewise) return replaceLines(editor, from.row, to.row - from.row + 1, []);
  const joint = lineAt(editor, from.row).slice(0, from.col) + lineAt(editor, to.row).slice(to.col);
  return replaceLines(editor, from.row, to.row - from.row + 1, [joint]);
}

/** What is said of a change of so many lines; little is not worth a word. */
function told(editor: Editor, count: number, text: string): Editor {
  return count > 2 ? { ...editor, message: text } : editor;
}

type Operator = (editor: Editor, range: Range, register: string | undefined) => Editor;

const remove: Operator = (editor, range, register) => {
  const value = { text: textIn(editor, range), linewise: range.linewise };
  const gone = without(keep(remember(editor), register, value), range);
  const count = range.to.row - range.from.row + 1;
  if (!range.linewise) {
    return told(
      clamp({ ...gone, ...range.from, want: range.from.col }),
      count - 1,
      lost(count - 1),
    );
  }
  const row = Math.min(range.from.row, gone.lines.length - 1);
  const col = firstLetter(lineAt(gone, row));
  return told({ ...gone, row, col, want: col }, count, lost(count));
};

const lost = (count: number) => `${count} fewer lines`;

const change: Operator = (editor, range, register) => {
  const value = { text: textIn(editor, range), linewise: range.linewise };
  const kept = keep(remember(editor), register, value);
  if (!range.linewise) {
    return { ...without(kept, range), ...range.from, want: range.from.col, mode: 'insert' };
  }
  const indent = editor.options.autoindent
    ? (/^\s*/.exec(lineAt(editor, range.from.row))?.[0] ?? '')
    : '';
  const count = range.to.row - range.from.row + 1;
  const gone = replaceLines(kept, range.from.row, count, [indent]);
  return { ...gone, row: range.from.row, col: indent.length, want: indent.length, mode: 'insert' };
};

const yank: Operator = (editor, range, register) => {
  const kept = keep(editor, register, { text: textIn(editor, range), linewise: range.linewise });
  const count = range.to.row - range.from.row + 1;
  const col = range.linewise && range.from.row === editor.row ? editor.col : range.from.col;
  const at = range.linewise ? { row: range.from.row, col } : range.from;
  return told(clamp({ ...kept, ...at, want: at.col }), count, `${count} lines yanked`);
};

const shift =
  (by: 1 | -1): Operator =>
  (editor, { from, to }) => {
    const lines = editor.lines
      .slice(from.row, to.row + 1)
      .map((line) => (line === '' && by > 0 ? '' : shifted(editor, line, by)));
    const next = replaceLines(remember(editor), from.row, lines.length, lines);
    const col = firstLetter(lineAt(next, from.row));
    const text = `${lines.length} lines ${by > 0 ? '>' : '<'}ed 1 time`;
    return told({ ...next, row: from.row, col, want: col }, lines.length, text);
  };

/** A line moved by a shift width, its indentation of blanks or tabs as the options say. */
export function shifted({ options }: Editor, line: string, by: number): string {
  const lead = /^[ \t]*/.exec(line)?.[0] ?? '';
  const step = options.shiftwidth || options.tabstop;
  let width = 0;
  for (const letter of lead) {
    width += letter === '\t' ? options.tabstop - (width % options.tabstop) : 1;
  }
  const wide = Math.max(0, width + by * step);
  const tabs = options.expandtab ? 0 : Math.floor(wide / options.tabstop);
  return '\t'.repeat(tabs) + ' '.repeat(wide - tabs * options.tabstop) + line.slice(lead.length);
}

const letters =
  (how: (text: string) => string): Operator =>
  (editor, range) => {
    const text = how(textIn(editor, range)).split('\n');
    const { from, to, linewise } = range;
    if (!linewise) {
      const last = text.length - 1;
      text[0] = lineAt(editor, from.row).slice(0, from.col) + (text[0] ?? '');
      text[last] = (text[last] ?? '') + lineAt(editor, to.row).slice(to.col);
    }
    const next = replaceLines(remember(editor), from.row, to.row - from.row + 1, text);
    return clamp({ ...next, row: from.row, col: from.col, want: from.col });
  };

/** Capitals small and small ones capital. */
export function swapCase(text: string): string {
  return [...text]
    .map((each) => (each === each.toLowerCase() ? each.toUpperCase() : each.toLowerCase()))
    .join('');
}

/** Operators by their keys. */
export const operators: Readonly<Record<string, Operator>> = {
  d: remove,
  c: change,
  y: yank,
  '>': shift(1),
  '<': shift(-1),
  '=': (editor, { from }) => ({ ...editor, row: from.row }),
  gu: letters((text) => text.toLowerCase()),
  gU: letters((text) => text.toUpperCase()),
  'g~': letters(swapCase),
};

/** Puts a register's text in, behind the cursor or before it. */
export function put(
  editor: Editor,
  register: string | undefined,
  count: number,
  after: boolean,
): Editor {
  const found = editor.registers[(register ?? '"').toLowerCase()];
  if (!found) {
    const message =
      register === undefined
        ? 'E353: Nothing in register "'
        : `E353: Nothing in register ${register}`;
    return { ...editor, message };
  }
  const start = remember(editor);
  if (found.linewise) {
    const added = Array.from({ length: count }, () => found.text.split('\n')).flat();
    const row = editor.row + (after ? 1 : 0);
    const next = replaceLines(start, row, 0, added);
    const col = firstLetter(lineAt(next, row));
    return told({ ...next, row, col, want: col }, added.length, `${added.length} more lines`);
  }
  const text = found.text.repeat(count);
  const line = lineAt(editor, editor.row);
  const at = after && line !== '' ? editor.col + 1 : editor.col;
  const pieces = `${line.slice(0, at)}${text}${line.slice(at)}`.split('\n');
  const next = replaceLines(start, editor.row, 1, pieces);
  const col = text.includes('\n') ? at : at + text.length - 1;
  return clamp({ ...next, col, want: col });
}
