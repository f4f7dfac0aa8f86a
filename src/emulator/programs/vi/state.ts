/** Where the cursor is: line from 0, place in the line from 0. */
export interface Place {
  readonly row: number;
  readonly col: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A text that was taken: whole lines, or letters. */
export interface Register {
  readonly text: string;
  readonly linewise: boolean;
}

export interface Options {
  readonly number: boolean;
  readonly expandtab: boolean;
  readonly autoindent: boolean;
  readonly ignorecase: boolean;
  readonly smartcase: boolean;
  readonly hlsearch: boolean;
  readonly list: boolean;
  readonly paste: boolean;
  readonly wrap: boolean;
  readonly readonly: boolean;
  readonly tabstop: number;
  readonly shiftwidth: number;
}

export interface Search {
  readonly pattern: string;
  readonly forward: boolean;
}

interface Snapshot extends Place {
  readonly lines: readonly string[];
}

/** What the program around the editor is to do, since the editor itself touches no files. */
export type Wish =
  | { readonly type: 'write'; readonly path: string; readonly text: string; readonly quit: boolean }
  | { readonly type: 'edit'; readonly path: string }
  | { readonly type: 'insert'; readonly path: string; readonly row: number };

/** The editor as a value that keys change. */
export interface Editor extends Place {
  readonly lines: readonly string[];
  /** Column that vertical motions go back to; Infinity after `$`. */
  readonly want: number;
  /** First line on the screen. */
  readonly top: number;
  readonly mode: 'normal' | 'insert' | 'replace' | 'visual' | 'visual-line' | 'command';
  /** Keys of a command that is not whole yet. */
  readonly pending: readonly string[];
  /** What is being typed on the last line, with its `:`, `/` or `?`. */
  readonly typed: string;
  readonly message: string;
  readonly anchor: Place;
  readonly registers: Readonly<Record<string, Register>>;
  readonly marks: Readonly<Record<string, Place>>;
  readonly undo: readonly Snapshot[];
  readonly redo: readonly Snapshot[];
  readonly search: Search | undefined;
  /** Whether matches are shown, until `:noh`. */
  readonly lit: boolean;
  readonly find: { readonly key: string; readonly letter: string } | undefined;
  /** Keys of the last change, for `.`. */
  readonly last: readonly string[];
  /** Keys of the change that goes on, while one goes on. */
  readonly recording: readonly string[] | undefined;
  /** How often what is inserted is put in (`3ix`), and where it began. */
  readonly repeat: number;
  readonly options: Options;
  readonly path: string;
  /** Text as it is in the file. */
  readonly saved: string;
  readonly history: readonly string[];
  readonly wish: Wish | undefined;
  readonly over: boolean;
}

const options: Options = {
  number: false,
  expandtab: false,
  autoindent: false,
  ignorecase: false,
  smartcase: false,
  hlsearch: false,
  list: false,
  paste: false,
  wrap: true,
  readonly: false,
  tabstop: 8,
  shiftwidth: 8,
};

/** The editor over a file's text. */
export function open(path: string, text: string, message: string): Editor {
  return {
    lines: linesOf(text),
    row: 0,
    col: 0,
    want: 0,
    top: 0,
    mode: 'normal',
    pending: [],
    typed: '',
    message,
    anchor: { row: 0, col: 0 },
    registers: {},
    marks: {},
    undo: [],
    redo: [],
    search: undefined,
    lit: false,
    find: undefined,
    last: [],
    recording: undefined,
    repeat: 1,
    options,
    path,
    saved: text,
    history: [],
    wish: undefined,
    over: false,
  };
}

/** Lines of a text; an empty one has one line. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [''] : text.replace(/\n$/, '').split('\n');
}

/** The text that a file is to hold: each line with its end, an untouched empty file with none. */
export function textOf({ lines, saved }: Editor): string {
  if (lines.length === 1 && lines[0] === '' && saved === '') return '';
  return `${lines.join('\n')}\n`;
}

/** Whether the file is to be written before it is left. */
export function isModified(editor: Editor): boolean {
  const { saved } = editor;
  const whole = saved === '' || saved.endsWith('\n') ? saved : `${saved}\n`;
  return textOf(editor) !== whole;
}

/** A line's text; empty where there is none. */
export function lineAt({ lines }: Pick<Editor, 'lines'>, row: number): string {
  return lines[row] ?? '';
}

/** The last place in a line where the cursor may be in normal mode. */
export function lastColumn(line: string): number {
  return Math.max(0, line.length - 1);
}

/** The cursor put within the text, as the mode allows. */
export function clamp(editor: Editor): Editor {
  const row = Math.max(0, Math.min(editor.row, editor.lines.length - 1));
  const line = lineAt(editor, row);
  const past = editor.mode === 'insert' || editor.mode === 'replace' || isVisual(editor);
  const col = Math.max(0, Math.min(editor.col, past ? line.length : lastColumn(line)));
  return row === editor.row && col === editor.col ? editor : { ...editor, row, col };
}

export function isVisual({ mode }: Editor): boolean {
  return mode === 'visual' || mode === 'visual-line';
}

/** The cursor moved; vertical motions will come back to this column. */
export function moveTo(editor: Editor, { row, col }: Place, want = col): Editor {
  return clamp({ ...editor, row, col, want });
}

/** Keeps the text as it is now, so that `u` comes back to it. */
export function remember(editor: Editor): Editor {
  const { lines, row, col, undo } = editor;
  return { ...editor, undo: [...undo, { lines, row, col }], redo: [] };
}

/** Lines with some of them replaced; a text is never without a line. */
export function replaceLines(
  editor: Editor,
  from: number,
  count: number,
  added: readonly string[],
): Editor {
  const lines = [...editor.lines.slice(0, from), ...added, ...editor.lines.slice(from + count)];
  return { ...editor, lines: lines.length === 0 ? [''] : lines };
}

/** Column of the first letter that is no blank. */
export function firstLetter(line: string): number {
  const found = /\S/.exec(line);
  return found ? found.index : lastColumn(line);
}
