import { answer, type Prompt } from './prompts.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Text {
  readonly lines: readonly string[];
  readonly row: number;
  readonly col: number;
}

/** What the program around the editor is to do. */
export interface Wish {
  readonly path: string;
  readonly text: string;
  readonly leave: boolean;
}

/** nano as a value that keys change. */
export interface Nano extends Text {
  readonly path: string;
  readonly modified: boolean;
  readonly top: number;
  readonly want: number;
  readonly cut: readonly string[];
  /** Whether the last key cut, so that the next cut goes on. */
  readonly cutting: boolean;
  readonly mark: { readonly row: number; readonly col: number } | undefined;
  readonly undo: readonly Text[];
  readonly redo: readonly Text[];
  readonly search: string;
  readonly prompt: Prompt | undefined;
  readonly status: string;
  readonly wish: Wish | undefined;
  readonly over: boolean;
}

/** The editor over a file's text. */
export function open(path: string, text: string | undefined): Nano {
  const lines = text === undefined || text === '' ? [''] : text.split('\n');
  const count = lines.length - (lines.length > 1 && lines.at(-1) === '' ? 1 : 0);
  const status =
    text === undefined
      ? path === ''
        ? ''
        : '[ New File ]'
      : text === ''
        ? '[ Read 0 lines ]'
        : `[ Read ${count} line${count === 1 ? '' : 's'} ]`;
  return {
    lines,
    row: 0,
    col: 0,
    path,
    modified: false,
    top: 0,
    want: 0,
    cut: [],
    cutting: false,
    mark: undefined,
    undo: [],
    redo: [],
    search: '',
    prompt: undefined,
    status,
    wish: undefined,
    over: false,
  };
}

/** The text to write: it always ends with a line's end. */
export function textOf({ lines }: Text): string {
  const text = lines.join('\n');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

const lineAt = ({ lines }: Text, row: number) => lines[row] ?? '';

function place(nano: Nano, row: number, col: number, want = col): Nano {
  const at = Math.max(0, Math.min(nano.lines.length - 1, row));
  const x = Math.max(0, Math.min(lineAt(nano, at).length, col));
  return { ...nano, row: at, col: x, want };
}

/** A change: what was is kept for undo. */
export function changed(nano: Nano, lines: readonly string[], row: number, col: number): Nano {
  const before = { lines: nano.lines, row: nano.row, col: nano.col };
  const next = { ...nano, lines: lines.length === 0 ? [''] : lines, modified: true };
  return place({ ...next, undo: [...nano.undo, before], redo: [] }, row, col);
}

function splice(nano: Nano, from: number, count: number, added: readonly string[]) {
  return [...nano.lines.slice(0, from), ...added, ...nano.lines.slice(from + count)];
}

function insert(nano: Nano, text: string): Nano {
  const line = lineAt(nano, nano.row);
  const pieces = `${line.slice(0, nano.col)}${text}${line.slice(nano.col)}`.split('\n');
  const rows = text.split('\n');
  const row = nano.row + rows.length - 1;
  const last = rows.at(-1)?.length ?? 0;
  const col = rows.length === 1 ? nano.col + last : last;
  return changed(nano, splice(nano, nano.row, 1, pieces), row, col);
}

function erase(nano: Nano, back: boolean): Nano {
  const { row, col } = nano;
  const line = lineAt(nano, row);
  if (back && col > 0) {
    const next = line.slice(0, col - 1) + line.slice(col);
    return changed(nano, splice(nano, row, 1, [next]), row, col - 1);
  }
  if (!back && col < line.length) {
    const next = line.slice(0, col) + line.slice(col + 1);
    return changed(nano, splice(nano, row, 1, [next]), row, col);
  }
  const first = back ? row - 1 : row;
  if (first < 0 || first + 1 >= nano.lines.length) return nano;
  const joint = lineAt(nano, first) + lineAt(nano, first + 1);
  return changed(nano, splice(nano, first, 2, [joint]), first, lineAt(nano, first).length);
}

/** `^K`: the line, or what is marked; lines cut one after the other come together. */
function cut(nano: Nano): Nano {
  const { mark, row, lines } = nano;
  if (mark) {
    const text = markedText(nano);
    const [from, to] = ordered(nano);
    const joint = lineAt(nano, from.row).slice(0, from.col) + lineAt(nano, to.row).slice(to.col);
    const next = changed(
      nano,
      splice(nano, from.row, to.row - from.row + 1, [joint]),
      from.row,
      from.col,
    );
    return { ...next, cut: text.split('\n'), mark: undefined };
  }
  if (row === lines.length - 1 && lineAt(nano, row) === '') {
    return { ...nano, status: '[ Nothing was cut ]' };
  }
  const taken = nano.cutting
    ? [...nano.cut.slice(0, -1), lineAt(nano, row), '']
    : [lineAt(nano, row), ''];
  const rest = row === lines.length - 1 ? splice(nano, row, 1, ['']) : splice(nano, row, 1, []);
  return { ...changed(nano, rest, row, 0), cut: taken, cutting: true };
}

/** Both ends of what is marked. */
export function ordered({ mark, row, col }: Nano) {
  const here = { row, col };
  const other = mark ?? here;
  const back = row < other.row || (row === other.row && col < other.col);
  return back ? ([here, other] as const) : ([other, here] as const);
}

function markedText(nano: Nano): string {
  const [from, to] = ordered(nano);
  if (from.row === to.row) return lineAt(nano, from.row).slice(from.col, to.col);
  const first = lineAt(nano, from.row).slice(from.col);
  const between = nano.lines.slice(from.row + 1, to.row);
  return [first, ...between, lineAt(nano, to.row).slice(0, to.col)].join('\n');
}

function copy(nano: Nano): Nano {
  const taken = nano.mark ? markedText(nano).split('\n') : [lineAt(nano, nano.row), ''];
  const next = { ...nano, cut: taken, mark: undefined };
  return nano.mark ? next : place(next, nano.row + 1, 0);
}

function restore(nano: Nano, from: 'undo' | 'redo'): Nano {
  const found = nano[from].at(-1);
  if (!found) return { ...nano, status: `[ Nothing to ${from} ]` };
  const now = { lines: nano.lines, row: nano.row, col: nano.col };
  const rest = nano[from].slice(0, -1);
  const [undo, redo] = from === 'undo' ? [rest, [...nano.redo, now]] : [[...nano.undo, now], rest];
  const status = from === 'undo' ? '[ Undid change ]' : '[ Redid change ]';
  return { ...nano, ...found, undo, redo, status, modified: true };
}

/** `^C`: where the cursor is. */
function location(nano: Nano): string {
  const line = lineAt(nano, nano.row);
  const count = nano.lines.length - (nano.lines.at(-1) === '' && nano.lines.length > 1 ? 1 : 0);
  const total = textOf(nano).length;
  const before =
    nano.lines.slice(0, nano.row).join('\n').length + (nano.row > 0 ? 1 : 0) + nano.col;
  const share = (a: number, b: number) => (b === 0 ? 0 : Math.floor((a * 100) / b));
  const row = nano.row + 1;
  const lines = `line ${row}/${count} (${share(row, count)}%)`;
  const col = nano.col + 1;
  const columns = `col ${col}/${line.length + 1} (${share(col, line.length + 1)}%)`;
  return `[ ${lines}, ${columns}, char ${before}/${total} (${share(before, total)}%) ]`;
}

/** Looks on from the cursor, around the end of the text. */
export function searchFor(nano: Nano, text: string): Nano {
  const wanted = text.toLowerCase();
  const count = nano.lines.length;
  for (let i = 0; i <= count; i++) {
    const row = (nano.row + i) % count;
    const line = lineAt(nano, row).toLowerCase();
    const col = line.indexOf(wanted, i === 0 ? nano.col + 1 : 0);
    if (col < 0 || (i === count && col > nano.col)) continue;
    const only = row === nano.row && col === nano.col;
    const wrapped = row < nano.row || i === count;
    const status = only ? '[ This is the only occurrence ]' : wrapped ? '[ Search Wrapped ]' : '';
    return { ...place(nano, row, col), search: text, status };
  }
  return { ...nano, search: text, status: `[ "${text}" not found ]` };
}

/** Replaces all matches from the cursor on. */
export function replaceAll(nano: Nano, text: string, by: string): Nano {
  let count = 0;
  const pattern = new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
  const lines = nano.lines.map((line) =>
    line.replace(pattern, () => {
      count += 1;
      return by;
    }),
  );
  if (count === 0) return { ...nano, status: `[ "${text}" not found ]` };
  const status = `[ Replaced ${count} occurrence${count === 1 ? '' : 's'} ]`;
  return { ...changed(nano, lines, nano.row, nano.col), status };
}

/** To a line, and a column where one is given. */
export function goTo(nano: Nano, text: string): Nano {
  const [, line = '', column = '1'] = /^\s*(-?\d+)(?:[,.\s]+(\d+))?\s*$/.exec(text) ?? [];
  if (line === '') return { ...nano, status: '[ Invalid line or column number ]' };
  return place(nano, Number(line) - 1, Number(column) - 1);
}

/** What a key makes of the editor. */
export function act(before: Nano, key: string, size: Size): Nano {
  const nano: Nano = { ...before, status: '', wish: undefined };
  if (nano.prompt) return scrolled(answer(nano, key), size);
  const next = press(nano, key, size);
  const goesOn = key === '\x0b';
  return scrolled(goesOn ? next : { ...next, cutting: false }, size);
}

function scrolled(nano: Nano, { rows }: Size): Nano {
  const height = rows - 4;
  if (nano.row < nano.top) return { ...nano, top: Math.max(0, nano.row - Math.floor(height / 2)) };
  if (nano.row >= nano.top + height) {
    return { ...nano, top: nano.row - Math.floor(height / 2) };
  }
  return nano;
}

const ask = (nano: Nano, prompt: Prompt): Nano => ({ ...nano, prompt });

function press(nano: Nano, key: string, { rows }: Size): Nano {
  const line = lineAt(nano, nano.row);
  const action = actions[key];
  if (action) return action(nano, line, rows - 4);
  if (key.startsWith('\x1b') || key < ' ') return { ...nano, status: '[ Unbound key ]' };
  return insert(nano, key);
}

type Action = (nano: Nano, line: string, page: number) => Nano;

const up: Action = (nano) => place(nano, nano.row - 1, nano.want, nano.want);
const down: Action = (nano) => place(nano, nano.row + 1, nano.want, nano.want);
const left: Action = (nano) =>
  nano.col === 0 && nano.row > 0
    ? place(nano, nano.row - 1, Infinity, lineAt(nano, nano.row - 1).length)
    : place(nano, nano.row, nano.col - 1);
const right: Action = (nano, line) =>
  nano.col >= line.length && nano.row + 1 < nano.lines.length
    ? place(nano, nano.row + 1, 0)
    : place(nano, nano.row, nano.col + 1);
const home: Action = (nano) => place(nano, nano.row, 0);
const end: Action = (nano, line) => place(nano, nano.row, line.length);
const pageUp: Action = (nano, _line, page) => place(nano, nano.row - page + 2, 0);
const pageDown: Action = (nano, _line, page) => place(nano, nano.row + page - 2, 0);
const leave: Action = (nano) =>
  nano.modified ? ask(nano, { kind: 'save' }) : { ...nano, over: true };

const actions: Readonly<Record<string, Action>> = {
  '\x1b[A': up,
  '\x10': up,
  '\x1b[B': down,
  '\x0e': down,
  '\x1b[D': left,
  '\x02': left,
  '\x1b[C': right,
  '\x06': right,
  '\x1b[H': home,
  '\x1b[1~': home,
  '\x01': home,
  '\x1b[F': end,
  '\x1b[4~': end,
  '\x05': end,
  '\x1b[5~': pageUp,
  '\x19': pageUp,
  '\x1b[6~': pageDown,
  '\x16': pageDown,
  '\x1b\\': (nano) => place(nano, 0, 0),
  '\x1b/': (nano) => place(nano, nano.lines.length - 1, Infinity, 0),
  '\r': (nano) => insert(nano, '\n'),
  '\n': (nano) => insert(nano, '\n'),
  '\t': (nano) => insert(nano, '\t'),
  '\x7f': (nano) => erase(nano, true),
  '\b': (nano) => erase(nano, true),
  '\x04': (nano) => erase(nano, false),
  '\x1b[3~': (nano) => erase(nano, false),
  '\x0b': cut,
  '\x15': (nano) => (nano.cut.length === 0 ? nano : insert(nano, nano.cut.join('\n'))),
  '\x1b6': copy,
  '\x1bu': (nano) => restore(nano, 'undo'),
  '\x1be': (nano) => restore(nano, 'redo'),
  '\x1ba': (nano) => ({
    ...nano,
    mark: nano.mark ? undefined : { row: nano.row, col: nano.col },
    status: nano.mark ? '[ Mark Unset ]' : '[ Mark Set ]',
  }),
  '\x1e': (nano) => ({ ...nano, mark: nano.mark ? undefined : { row: nano.row, col: nano.col } }),
  '\x03': (nano) => ({ ...nano, status: location(nano) }),
  '\x0f': (nano) => ask(nano, { kind: 'write', text: nano.path, leave: false }),
  '\x13': (nano) =>
    nano.path === ''
      ? ask(nano, { kind: 'write', text: '', leave: false })
      : { ...nano, wish: { path: nano.path, text: textOf(nano), leave: false } },
  '\x18': leave,
  '\x17': (nano) => ask(nano, { kind: 'search', text: '' }),
  '\x1bw': (nano) =>
    nano.search === ''
      ? { ...nano, status: '[ No current search pattern ]' }
      : searchFor(nano, nano.search),
  '\x1c': (nano) => ask(nano, { kind: 'replace', text: '' }),
  '\x1f': (nano) => ask(nano, { kind: 'line', text: '' }),
  '\x0c': (nano) => nano,
  '\x07': (nano) => ({ ...nano, status: '[ nano: the help text is not modelled here ]' }),
};
