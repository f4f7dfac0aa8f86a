import { findNext } from './search.ts';
import { firstLetter, lastColumn, lineAt, type Editor, type Place, type Size } from './state.ts';

/** Where a motion leads, and what an operator takes with it. */
export interface Moved extends Place {
  readonly linewise?: boolean;
  /** The letter at the end is taken as well. */
  readonly inclusive?: boolean;
  readonly want?: number;
  /** Jumps leave a mark that `''` comes back to. */
  readonly jump?: boolean;
}

type Motion = (editor: Editor, count: number, given: boolean, size: Size) => Moved | undefined;

/** 0 blank, 1 a letter of a word, 2 another sign; with big words all signs are alike. */
function classOf(letter: string | undefined, big: boolean): number {
  if (letter === undefined || /\s/.test(letter)) return 0;
  return big || /[\p{L}\p{N}_]/u.test(letter) ? 1 : 2;
}

function times(count: number, editor: Editor, step: (at: Place) => Place | undefined) {
  let at: Place = editor;
  for (let i = 0; i < count; i++) {
    const next = step(at);
    if (!next) break;
    at = next;
  }
  return at;
}

/** The beginning of the next word; an empty line is a word. */
export function wordForward(editor: Editor, from: Place, big: boolean): Place {
  let { row, col } = from;
  let line = lineAt(editor, row);
  const own = classOf(line[col], big);
  while (col < line.length && own !== 0 && classOf(line[col], big) === own) col += 1;
  for (;;) {
    while (col < line.length && classOf(line[col], big) === 0) col += 1;
    if (col < line.length) return { row, col };
    if (row >= editor.lines.length - 1) return { row, col: line.length };
    row += 1;
    col = 0;
    line = lineAt(editor, row);
    if (line === '') return { row, col };
  }
}

function wordEnd(editor: Editor, from: Place, big: boolean): Place {
  let { row, col } = from;
  col += 1;
  for (;;) {
    const line = lineAt(editor, row);
    while (col < line.length && classOf(line[col], big) === 0) col += 1;
    if (col < line.length) {
      const own = classOf(line[col], big);
      while (classOf(line[col + 1], big) === own) col += 1;
      return { row, col };
    }
    if (row >= editor.lines.length - 1) return { row, col: lastColumn(line) };
    row += 1;
    col = 0;
  }
}

function wordBack(editor: Editor, from: Place, big: boolean): Place {
  let { row, col } = from;
  for (;;) {
    const line = lineAt(editor, row);
    while (col > 0 && classOf(line[col - 1], big) === 0) col -= 1;
    if (col > 0) {
      const own = classOf(line[col - 1], big);
      while (col > 0 && classOf(line[col - 1], big) === own) col -= 1;
      return { row, col };
    }
    if (row === 0) return { row, col: 0 };
    row -= 1;
    col = lineAt(editor, row).length;
    if (col === 0) return { row, col };
  }
}

function endBack(editor: Editor, from: Place, big: boolean): Place {
  let { row, col } = from;
  const own = classOf(lineAt(editor, row)[col], big);
  while (col > 0 && own !== 0 && classOf(lineAt(editor, row)[col], big) === own) col -= 1;
  if (classOf(lineAt(editor, row)[col], big) === own && own !== 0) col = -1;
  for (;;) {
    const line = lineAt(editor, row);
    while (col >= 0 && classOf(line[col], big) === 0) col -= 1;
    if (col >= 0) return { row, col };
    if (row === 0) return { row, col: 0 };
    row -= 1;
    col = lineAt(editor, row).length - 1;
    if (col < 0) return { row, col: 0 };
  }
}

function vertical(editor: Editor, by: number): Moved | undefined {
  const row = editor.row + by;
  if (row < 0 || row >= editor.lines.length) {
    const last = by < 0 ? 0 : editor.lines.length - 1;
    if (last === editor.row) return undefined;
    return undefined;
  }
  const col = Math.min(editor.want, lineAt(editor, row).length);
  return { row, col, linewise: true, want: editor.want };
}

/** The line's first letter, as motions to lines end there. */
function toLine(editor: Editor, row: number): Moved {
  const at = Math.max(0, Math.min(row, editor.lines.length - 1));
  return { row: at, col: firstLetter(lineAt(editor, at)), linewise: true };
}

function paragraph(editor: Editor, by: 1 | -1, count: number): Moved {
  let { row } = editor;
  const { lines } = editor;
  for (let i = 0; i < count; i++) {
    while (lines[row] === '' && row + by in lines) row += by;
    while (lines[row] !== '' && row + by in lines) row += by;
  }
  return { row, col: by > 0 && lines[row] !== '' ? lineAt(editor, row).length : 0, jump: true };
}

const pairs: Readonly<Record<string, readonly [other: string, by: 1 | -1]>> = {
  '(': [')', 1],
  ')': ['(', -1],
  '[': [']', 1],
  ']': ['[', -1],
  '{': ['}', 1],
  '}': ['{', -1],
};

/** The bracket that belongs to the next one on the line. */
function matching(editor: Editor): Moved | undefined {
  const line = lineAt(editor, editor.row);
  const start = [...line].findIndex((letter, at) => at >= editor.col && letter in pairs);
  if (start < 0) return undefined;
  const own = line[start] as string;
  const [other, by] = pairs[own] as readonly [string, 1 | -1];
  let depth = 0;
  let { row } = editor;
  let col = start;
  for (;;) {
    const letter = lineAt(editor, row)[col];
    if (letter === own) depth += 1;
    if (letter === other) depth -= 1;
    if (depth === 0) return { row, col, inclusive: true, jump: true };
    col += by;
    while (col < 0 || col >= lineAt(editor, row).length) {
      row += by;
      if (!(row in editor.lines)) return undefined;
      col = by > 0 ? 0 : lineAt(editor, row).length - 1;
      if (lineAt(editor, row) === '') col = by > 0 ? 0 : -1;
      if (lineAt(editor, row) !== '') break;
    }
  }
}

/** `f`, `F`, `t` and `T`: to a letter on the line. */
export function findLetter(
  editor: Editor,
  key: string,
  letter: string,
  count: number,
  again = false,
): Moved | undefined {
  const line = lineAt(editor, editor.row);
  const by = /[ft]/.test(key) ? 1 : -1;
  let col = editor.col;
  // `;` after `t` does not stay before the same letter.
  if (again && /[tT]/.test(key) && line[col + by] === letter) col += by;
  for (let left = count; left > 0; left--) {
    do col += by;
    while (col >= 0 && col < line.length && line[col] !== letter);
    if (line[col] !== letter) return undefined;
  }
  if (key === 't') col -= 1;
  if (key === 'T') col += 1;
  return { row: editor.row, col, inclusive: by > 0 };
}

function repeatFind(editor: Editor, count: number, back: boolean): Moved | undefined {
  if (!editor.find) return undefined;
  const { key, letter } = editor.find;
  const other = key === key.toLowerCase() ? key.toUpperCase() : key.toLowerCase();
  return findLetter(editor, back ? other : key, letter, count, true);
}

function searched(editor: Editor, count: number, back: boolean): Moved | undefined {
  if (!editor.search) return undefined;
  const forward = editor.search.forward !== back;
  let at: Place = editor;
  for (let i = 0; i < count; i++) {
    const found = findNext(editor, { ...editor.search, forward }, at);
    if (!found) return undefined;
    at = found;
  }
  return { ...at, jump: true };
}

const left: Motion = (editor, count) =>
  editor.col === 0 ? undefined : { row: editor.row, col: Math.max(0, editor.col - count) };

const right: Motion = (editor, count) => {
  const line = lineAt(editor, editor.row);
  if (editor.col >= line.length) return undefined;
  return { row: editor.row, col: Math.min(line.length, editor.col + count) };
};

const down: Motion = (editor, count) => vertical(editor, count);
const up: Motion = (editor, count) => vertical(editor, -count);
const home: Motion = ({ row }) => ({ row, col: 0 });
const end: Motion = (editor, count) => {
  const row = Math.min(editor.row + count - 1, editor.lines.length - 1);
  return { row, col: lastColumn(lineAt(editor, row)), inclusive: true, want: Infinity };
};
const enter: Motion = (editor, count) =>
  editor.row + count < editor.lines.length ? toLine(editor, editor.row + count) : undefined;

/** Motions by their keys. A count that is not given is 1; `given` tells the two apart. */
export const motions: Readonly<Record<string, Motion>> = {
  h: left,
  '\b': left,
  '\x7f': left,
  '\x1b[D': left,
  l: right,
  ' ': right,
  '\x1b[C': right,
  j: down,
  '\n': down,
  '\x0e': down,
  '\x1b[B': down,
  k: up,
  '\x10': up,
  '\x1b[A': up,
  '0': home,
  '\x1b[H': home,
  '\x1b[1~': home,
  $: end,
  '\x1b[F': end,
  '\x1b[4~': end,
  '^': (editor) => ({ row: editor.row, col: firstLetter(lineAt(editor, editor.row)) }),
  '|': ({ row }, count) => ({ row, col: count - 1 }),
  '+': enter,
  '\r': enter,
  '-': (editor, count) => (editor.row < count ? undefined : toLine(editor, editor.row - count)),
  _: (editor, count) => toLine(editor, editor.row + count - 1),
  w: (editor, count) => times(count, editor, (at) => wordForward(editor, at, false)),
  W: (editor, count) => times(count, editor, (at) => wordForward(editor, at, true)),
  b: (editor, count) => times(count, editor, (at) => wordBack(editor, at, false)),
  B: (editor, count) => times(count, editor, (at) => wordBack(editor, at, true)),
  e: (editor, count) => ({
    ...times(count, editor, (at) => wordEnd(editor, at, false)),
    inclusive: true,
  }),
  E: (editor, count) => ({
    ...times(count, editor, (at) => wordEnd(editor, at, true)),
    inclusive: true,
  }),
  ge: (editor, count) => ({
    ...times(count, editor, (at) => endBack(editor, at, false)),
    inclusive: true,
  }),
  gE: (editor, count) => ({
    ...times(count, editor, (at) => endBack(editor, at, true)),
    inclusive: true,
  }),
  gg: (editor, count) => ({ ...toLine(editor, count - 1), jump: true }),
  G: (editor, count, given) => ({
    ...toLine(editor, given ? count - 1 : editor.lines.length - 1),
    jump: true,
  }),
  g_: (editor) => {
    const line = lineAt(editor, editor.row).trimEnd();
    return { row: editor.row, col: lastColumn(line), inclusive: true };
  },
  '%': (editor, count, given) =>
    given
      ? { ...toLine(editor, Math.ceil((count * editor.lines.length) / 100) - 1), jump: true }
      : matching(editor),
  '{': (editor, count) => paragraph(editor, -1, count),
  '}': (editor, count) => paragraph(editor, 1, count),
  H: (editor, count) => ({ ...toLine(editor, editor.top + count - 1), jump: true }),
  M: (editor, _count, _given, { rows }) => {
    const shown = Math.min(rows - 1, editor.lines.length - editor.top);
    return { ...toLine(editor, editor.top + Math.ceil(shown / 2) - 1), jump: true };
  },
  L: (editor, count, _given, { rows }) => {
    const bottom = Math.min(editor.top + rows - 2, editor.lines.length - 1);
    return { ...toLine(editor, bottom - count + 1), jump: true };
  },
  ';': (editor, count) => repeatFind(editor, count, false),
  ',': (editor, count) => repeatFind(editor, count, true),
  n: (editor, count) => searched(editor, count, false),
  N: (editor, count) => searched(editor, count, true),
};
