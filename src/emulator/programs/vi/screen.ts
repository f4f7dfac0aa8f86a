import { cellWidth } from '../../host/terminal/width.ts';
import { expression } from './search.ts';
import { isVisual, lineAt, type Editor, type Place, type Size } from './state.ts';
import { chosen } from './visual.ts';

/** What is on the screen: its rows, and the cursor's place from 0. */
export interface Screen {
  readonly rows: readonly string[];
  readonly cursor: Place;
}

/** A letter's text on the screen and its width in cells. */
interface Cell {
  readonly text: string;
  readonly width: number;
  /** Place in the line; the end of the line has one as well. */
  readonly col: number;
}

const INVERSE = '\x1b[7m';
const PLAIN = '\x1b[0m';

function cells({ options }: Editor, line: string): Cell[] {
  const found: Cell[] = [];
  let x = 0;
  let col = 0;
  for (const letter of line) {
    let text = letter;
    if (letter === '\t') {
      const width = options.tabstop - (x % options.tabstop);
      text = options.list ? '^I' : ' '.repeat(width);
    } else if (letter < ' ') text = `^${String.fromCharCode(letter.charCodeAt(0) + 64)}`;
    const width = [...text].reduce((sum, each) => sum + cellWidth(each), 0);
    found.push({ text, width, col });
    x += width;
    col += letter.length;
  }
  if (options.list) found.push({ text: '$', width: 1, col });
  return found;
}

/** Columns that are shown in inverse: what is chosen, or what was looked for. */
function marker(editor: Editor, row: number): (col: number) => boolean {
  if (isVisual(editor)) {
    const { from, to, linewise } = chosen(editor);
    if (row < from.row || row > to.row) return () => false;
    if (linewise) return () => true;
    return (col) => (row > from.row || col >= from.col) && (row < to.row || col < to.col);
  }
  const { search, options, lit } = editor;
  const regexp = options.hlsearch && lit && search && expression(search.pattern, options);
  if (!regexp) return () => false;
  const spans = [...lineAt(editor, row).matchAll(regexp)];
  return (col) => spans.some(({ index, 0: text }) => col >= index && col < index + text.length);
}

interface Shown {
  readonly rows: readonly string[];
  readonly cursor: Place | undefined;
}

/** A line in rows as wide as the screen. */
function layOut(editor: Editor, row: number, { columns }: Size): Shown {
  const lead = editor.options.number ? `${String(row + 1).padStart(3)} ` : '';
  const isMarked = marker(editor, row);
  const width = columns - lead.length;
  const rows: string[] = [];
  let text = '';
  let x = 0;
  let inverse = false;
  let cursor: Place | undefined;
  const line = lineAt(editor, row);
  const list = cells(editor, line);
  const here = row === editor.row;
  const insert = editor.mode === 'insert' || editor.mode === 'replace';
  for (const cell of list) {
    if (x + cell.width > width) {
      if (!editor.options.wrap) break;
      rows.push(text + (inverse ? PLAIN : ''));
      [text, x] = [inverse ? INVERSE : '', 0];
    }
    const marked = isMarked(cell.col);
    if (marked !== inverse) text += marked ? INVERSE : PLAIN;
    inverse = marked;
    if (here && cell.col === editor.col) {
      // On a tab the cursor stands at its end, but where text is put in.
      const last = line[cell.col] === '\t' && !insert && !editor.options.list;
      cursor = { row: rows.length, col: x + (last ? cell.width - 1 : 0) };
    }
    text += cell.text;
    x += cell.width;
  }
  if (inverse) text += PLAIN;
  if (line === '' && isVisual(editor) && isMarked(0)) text = `${INVERSE} ${PLAIN}`;
  rows.push(text);
  if (here && !cursor) cursor = { row: rows.length - 1, col: x };
  return {
    rows: rows.map((each, at) => (at === 0 ? lead : ' '.repeat(lead.length)) + each),
    cursor: cursor && { row: cursor.row, col: cursor.col + lead.length },
  };
}

/** The whole screen. */
export function screenOf(editor: Editor, size: Size): Screen {
  const height = size.rows - 1;
  const rows: string[] = [];
  let cursor: Place = { row: 0, col: 0 };
  let row = topFor(editor, size);
  while (rows.length < height && row < editor.lines.length) {
    const shown = layOut(editor, row, size);
    if (rows.length + shown.rows.length > height && rows.length > 0) {
      // A line that does not fit whole is only told of.
      while (rows.length < height) rows.push('@');
      break;
    }
    if (shown.cursor) cursor = { row: rows.length + shown.cursor.row, col: shown.cursor.col };
    rows.push(...shown.rows.slice(0, height));
    row += 1;
  }
  const bottom = row;
  while (rows.length < height) rows.push('~');
  if (editor.mode === 'command') {
    return { rows: [...rows, editor.typed], cursor: { row: height, col: editor.typed.length } };
  }
  return { rows: [...rows, statusLine(editor, size, bottom)], cursor };
}

/** The first line on the screen, further down where long lines leave no room for the cursor's. */
function topFor(editor: Editor, size: Size): number {
  let top = Math.min(editor.top, editor.row);
  for (;;) {
    let used = 0;
    for (let row = top; row <= editor.row; row++) used += layOut(editor, row, size).rows.length;
    if (used <= size.rows - 1 || top >= editor.row) return top;
    top += 1;
  }
}

const modes: Readonly<Record<string, string>> = {
  insert: '-- INSERT --',
  replace: '-- REPLACE --',
  visual: '-- VISUAL --',
  'visual-line': '-- VISUAL LINE --',
};

function statusLine(editor: Editor, { columns }: Size, bottom: number): string {
  const paste =
    editor.options.paste && editor.mode === 'insert' ? '-- INSERT (paste) --' : undefined;
  const left = paste ?? modes[editor.mode] ?? editor.message;
  const start = columns - 18;
  if (left.length >= start) return left.slice(0, columns - 1);
  const keys = editor.pending.join('').slice(-8);
  const ruler = `${position(editor).padEnd(14)}${share(editor, bottom)}`;
  return `${left.padEnd(start - 11)}${keys.replaceAll(/[^ -~]/g, '').padEnd(11)}${ruler}`.trimEnd();
}

/** `3,5`, `3,1-8` where the letter is wide, `3,0-1` on an empty line. */
function position(editor: Editor): string {
  const line = lineAt(editor, editor.row);
  if (line === '') return `${editor.row + 1},0-1`;
  const before = cells(editor, line).filter(({ col }) => col < editor.col);
  const own = cells(editor, line).find(({ col }) => col === editor.col);
  const insert = editor.mode === 'insert' || editor.mode === 'replace';
  const width = before.reduce((sum, each) => sum + each.width, 0);
  const shown = width + (insert || !own || line[editor.col] !== '\t' ? 1 : own.width);
  const bytes = new TextEncoder().encode(line.slice(0, editor.col)).length + 1;
  return `${editor.row + 1},${bytes}${bytes === shown ? '' : `-${shown}`}`;
}

function share(editor: Editor, bottom: number): string {
  const count = editor.lines.length;
  const top = Math.min(editor.top, editor.row);
  if (top === 0 && bottom >= count) return 'All';
  if (top === 0) return 'Top';
  if (bottom >= count) return 'Bot';
  return `${Math.floor((top * 100) / (top + count - bottom))}%`.padStart(3);
}

/** The screen as text for a terminal. */
export function draw(editor: Editor, size: Size): string {
  const { rows, cursor } = screenOf(editor, size);
  const body = rows.map((row, at) => `\x1b[${at + 1};1H${row}\x1b[K`).join('');
  return `\x1b[?25l${body}\x1b[${cursor.row + 1};${cursor.col + 1}H\x1b[?25h`;
}
