import { ordered, type Nano, type Size } from './state.ts';
import { question } from './prompts.ts';

const INVERSE = '\x1b[7m';
const PLAIN = '\x1b[0m';

/** Keys on the two lowest rows, in columns as nano sets them. */
const usual = [
  ['^G', 'Help'],
  ['^X', 'Exit'],
  ['^O', 'Write Out'],
  ['^R', 'Read File'],
  ['^W', 'Where Is'],
  ['^\\', 'Replace'],
  ['^K', 'Cut'],
  ['^U', 'Paste'],
  ['^T', 'Execute'],
  ['^J', 'Justify'],
  ['^C', 'Location'],
  ['^/', 'Go To Line'],
] as const;
const asking = [
  ['^G', 'Help'],
  ['^C', 'Cancel'],
] as const;
const saving = [
  [' Y', 'Yes'],
  [' N', 'No'],
  ['', ''],
  ['^C', 'Cancel'],
] as const;

export interface Screen {
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly col: number };
}

function titleBar({ path, modified }: Nano, columns: number): string {
  const left = '  GNU nano 7.2';
  const name = path === '' ? 'New Buffer' : path;
  const mark = modified ? ' *' : '';
  const start = Math.max(left.length + 1, Math.floor((columns - name.length - mark.length) / 2));
  return INVERSE + `${left.padEnd(start)}${name}${mark}`.padEnd(columns).slice(0, columns) + PLAIN;
}

/** A line with tabs as blanks. */
const expand = (line: string) => {
  let text = '';
  for (const letter of line) {
    text += letter === '\t' ? ' '.repeat(8 - (text.length % 8)) : letter;
  }
  return text;
};

function shownLine(nano: Nano, row: number, columns: number): string {
  const line = nano.lines[row] ?? '';
  const text = expand(line);
  const x = row === nano.row ? expand(line.slice(0, nano.col)).length : 0;
  const start = x < columns - 1 ? 0 : x - ((x - 7) % (columns - 8)) - 7;
  let shown = text.slice(start, start + columns);
  if (start > 0) shown = `${INVERSE}<${PLAIN}${shown.slice(1)}`;
  if (text.length > start + columns) shown = `${shown.slice(0, -1)}${INVERSE}>${PLAIN}`;
  if (!nano.mark || start > 0) return shown;
  const [from, to] = ordered(nano);
  if (row < from.row || row > to.row) return shown;
  const first = row === from.row ? expand(line.slice(0, from.col)).length : 0;
  const last = row === to.row ? expand(line.slice(0, to.col)).length : shown.length;
  return shown.slice(0, first) + INVERSE + shown.slice(first, last) + PLAIN + shown.slice(last);
}

function helpRows({ prompt }: Nano, columns: number): readonly [string, string] {
  const list = prompt ? (prompt.kind === 'save' ? saving : asking) : usual;
  const pairs = Math.min(list.length / 2, Math.max(1, Math.floor(columns / 13)));
  const width = Math.floor(columns / Math.max(pairs, prompt ? 4 : 1));
  const cell = (at: number) => {
    const [key = '', text = ''] = list[at] ?? [];
    if (key === '') return ' '.repeat(width);
    return `${INVERSE}${key}${PLAIN} ${text}`.padEnd(width + INVERSE.length + PLAIN.length);
  };
  const rowOf = (odd: number) =>
    Array.from({ length: pairs }, (_each, at) => cell(at * 2 + odd))
      .join('')
      .trimEnd();
  return [rowOf(0), rowOf(1)];
}

/** The whole screen: title, text, status bar, two rows of keys. */
export function screenOf(nano: Nano, { columns, rows }: Size): Screen {
  const height = rows - 4;
  const body: string[] = [];
  for (let at = 0; at < height; at++) {
    const row = nano.top + at;
    body.push(row < nano.lines.length ? shownLine(nano, row, columns) : '');
  }
  const asked = nano.prompt ? question(nano) : undefined;
  const middle = Math.max(0, Math.floor((columns - nano.status.length) / 2));
  const status =
    asked !== undefined
      ? INVERSE + asked.padEnd(columns).slice(0, columns) + PLAIN
      : nano.status === ''
        ? ''
        : ' '.repeat(middle) + INVERSE + nano.status + PLAIN;
  const line = nano.lines[nano.row] ?? '';
  const x = expand(line.slice(0, nano.col)).length;
  const start = x < columns - 1 ? 0 : x - ((x - 7) % (columns - 8)) - 7;
  const cursor =
    asked !== undefined
      ? { row: rows - 3, col: Math.min(columns - 1, asked.length) }
      : { row: nano.row - nano.top + 1, col: x - start };
  return { rows: [titleBar(nano, columns), ...body, status, ...helpRows(nano, columns)], cursor };
}

/** The screen as text for a terminal. */
export function draw(nano: Nano, size: Size): string {
  const { rows, cursor } = screenOf(nano, size);
  const body = rows.map((row, at) => `\x1b[${at + 1};1H${row}\x1b[K`).join('');
  return `\x1b[?25l${body}\x1b[${cursor.row + 1};${cursor.col + 1}H\x1b[?25h`;
}
