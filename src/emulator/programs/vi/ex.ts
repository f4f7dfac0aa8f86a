import { expression, findNext } from './search.ts';
import { redo, undo } from './simple.ts';
import { operators, put } from './operators.ts';
import { setOptions } from './set.ts';
import { substitute } from './substitute.ts';
import {
  firstLetter,
  isModified,
  lineAt,
  moveTo,
  remember,
  replaceLines,
  textOf,
  type Editor,
} from './state.ts';

/** Lines that a command of the last line is for, from 0; both ends count. */
export interface Lines {
  readonly from: number;
  readonly to: number;
  readonly given: boolean;
}

/** Runs what was typed after `:`. */
export function runEx(editor: Editor, text: string): Editor {
  const found = readRange(editor, text.trim());
  if (typeof found === 'string') return { ...editor, message: found };
  const { lines, rest } = found;
  if (rest === '') {
    if (!lines.given) return editor;
    const row = Math.min(lines.to, editor.lines.length - 1);
    return moveTo(editor, { row, col: firstLetter(lineAt(editor, row)) });
  }
  if (lines.to >= editor.lines.length || lines.from > lines.to) {
    return { ...editor, message: 'E16: Invalid range' };
  }
  const [, name = '', bang = '', argument = ''] =
    /^([a-zA-Z]+|[<>=&!])(!?)\s*([^]*)$/.exec(rest) ?? [];
  const command = Object.keys(commands).find((key) => isShort(key, name));
  if (command === undefined) return { ...editor, message: `E492: Not an editor command: ${text}` };
  return (commands[command] as Run)(editor, { lines, bang: bang === '!', argument, text });
}

/** Commands are written with the part before the bracket at least: `s[ubstitute]`. */
function isShort(key: string, name: string): boolean {
  const [least = '', more = ''] = key.replace(']', '').split('[');
  return name.startsWith(least) && (least + more).startsWith(name) && name !== '';
}

interface Asked {
  readonly lines: Lines;
  readonly bang: boolean;
  readonly argument: string;
  readonly text: string;
}

type Run = (editor: Editor, asked: Asked) => Editor;

const UNSAVED = 'E37: No write since last change (add ! to override)';

const write: Run = (editor, { argument, bang, lines }) => {
  const path = argument || editor.path;
  if (path === '') return { ...editor, message: 'E32: No file name' };
  if (editor.options.readonly && !bang && path === editor.path) {
    return { ...editor, message: "E45: 'readonly' option is set (add ! to override)" };
  }
  const text = lines.given
    ? `${editor.lines.slice(lines.from, lines.to + 1).join('\n')}\n`
    : textOf(editor);
  return { ...editor, wish: { type: 'write', path, text, quit: false } };
};

const quit: Run = (editor, { bang }) =>
  isModified(editor) && !bang ? { ...editor, message: UNSAVED } : { ...editor, over: true };

const writeQuit: Run = (editor, asked) => {
  const next = write(editor, asked);
  if (!next.wish || next.wish.type !== 'write') return next;
  return { ...next, wish: { ...next.wish, quit: true } };
};

const edit: Run = (editor, { argument, bang }) => {
  if (isModified(editor) && !bang) {
    return { ...editor, message: UNSAVED };
  }
  const path = argument || editor.path;
  if (path === '') return { ...editor, message: 'E32: No file name' };
  return { ...editor, wish: { type: 'edit', path } };
};

/** An operator on the range's lines, in a register where one is named. */
const onLines =
  (operator: string): Run =>
  (editor, { lines, argument }) => {
    const [, register, count] = /^([a-zA-Z])?\s*(\d+)?$/.exec(argument) ?? [];
    const from = count === undefined ? lines.from : lines.to;
    const last = count === undefined ? lines.to : lines.to + Number(count) - 1;
    const to = Math.min(last, editor.lines.length - 1);
    const range = { from: { row: from, col: 0 }, to: { row: to, col: 0 }, linewise: true };
    const work = operators[operator];
    return work ? work({ ...editor, row: from }, range, register) : editor;
  };

/** `:m` and `:t`: the lines to behind another one. */
const carry =
  (copy: boolean): Run =>
  (editor, { lines, argument }) => {
    const found = readRange(editor, argument);
    if (typeof found === 'string' || argument === '') {
      return { ...editor, message: argument === '' ? 'E14: Invalid address' : String(found) };
    }
    const target = argument === '0' ? -1 : found.lines.to;
    const taken = editor.lines.slice(lines.from, lines.to + 1);
    if (!copy && target >= lines.from && target < lines.to) {
      return { ...editor, message: 'E134: Cannot move a range of lines into itself' };
    }
    const start = remember(editor);
    const left = copy ? start : replaceLines(start, lines.from, taken.length, []);
    const at = !copy && target > lines.to ? target - taken.length + 1 : target + 1;
    const next = replaceLines(left, at, 0, taken);
    return moveTo(next, { row: at + taken.length - 1, col: 0 });
  };

/** `:g/pattern/d` and `:v`; other commands behind a pattern are not modelled. */
const global: Run = (editor, { argument, lines, bang, text }) => {
  const keepsMatches = bang || /^v/.test(text);
  const sign = argument[0] ?? '';
  const [pattern = '', command = ''] = argument.slice(1).split(sign);
  const regexp = expression(pattern || editor.search?.pattern || '', editor.options);
  if (!regexp) return { ...editor, message: `E486: Pattern not found: ${pattern}` };
  const range = lines.given ? lines : { from: 0, to: editor.lines.length - 1 };
  const fits = (line: string, row: number) =>
    row >= range.from && row <= range.to && line.search(regexp) >= 0 !== keepsMatches;
  if (command.trim() !== 'd') {
    return { ...editor, message: `vi: :g with "${command}" is not modelled here` };
  }
  const left = editor.lines.filter((line, row) => !fits(line, row));
  const gone = editor.lines.length - left.length;
  if (gone === 0) return { ...editor, message: `E486: Pattern not found: ${pattern}` };
  const next = { ...remember(editor), lines: left.length === 0 ? [''] : left };
  return moveTo(
    { ...next, message: gone > 2 ? `${gone} fewer lines` : '' },
    { row: editor.row, col: 0 },
  );
};

const missing: Run = (editor, { text }) => ({
  ...editor,
  message: `vi: :${text} is not modelled here`,
});

const commands: Readonly<Record<string, Run>> = {
  'wq[uit]': writeQuit,
  'x[it]': (editor, asked) =>
    isModified(editor) || asked.argument ? writeQuit(editor, asked) : { ...editor, over: true },
  'exi[t]': (editor, asked) =>
    isModified(editor) ? writeQuit(editor, asked) : { ...editor, over: true },
  'wa[ll]': write,
  'wqa[ll]': writeQuit,
  'xa[ll]': writeQuit,
  'qa[ll]': quit,
  'w[rite]': write,
  'q[uit]': quit,
  'cq[uit]': missing,
  'e[dit]': edit,
  'r[ead]': (editor, { argument, lines }) =>
    argument === ''
      ? { ...editor, message: 'E32: No file name' }
      : { ...editor, wish: { type: 'insert', path: argument, row: lines.to } },
  's[ubstitute]': (editor, { lines, argument }) => substitute(editor, lines, argument),
  '&': (editor, { lines }) => substitute(editor, lines, ''),
  'g[lobal]': global,
  'v[global]': global,
  'd[elete]': onLines('d'),
  'y[ank]': onLines('y'),
  '>': onLines('>'),
  '<': onLines('<'),
  'pu[t]': (editor, { argument, lines }) =>
    put({ ...editor, row: lines.to }, argument || undefined, 1, true),
  'm[ove]': carry(false),
  t: carry(true),
  'co[py]': carry(true),
  'u[ndo]': (editor) => undo(editor, 1),
  'red[o]': (editor) => redo(editor, 1),
  'noh[lsearch]': (editor) => ({ ...editor, lit: false }),
  'se[t]': (editor, { argument }) => setOptions(editor, argument),
  k: (editor, { argument, lines }) => ({
    ...editor,
    marks: { ...editor.marks, [argument]: { row: lines.to, col: 0 } },
  }),
  'sy[ntax]': (editor) => editor,
  'f[ile]': (editor) => ({
    ...editor,
    message: `"${editor.path || '[No Name]'}" ${editor.lines.length} lines`,
  }),
  'h[elp]': missing,
  '!': missing,
};

/** `%`, `1,5`, `.,$`, `'<,'>`, `/x/`: the lines, and the command behind them. */
export function readRange(
  editor: Editor,
  text: string,
): { readonly lines: Lines; readonly rest: string } | string {
  const last = editor.lines.length - 1;
  if (text.startsWith('%')) {
    return { lines: { from: 0, to: last, given: true }, rest: text.slice(1).trim() };
  }
  const first = address(editor, text);
  if (typeof first === 'string') return first;
  if (!first.found && !/^[,;]/.test(first.rest)) {
    return { lines: { from: editor.row, to: editor.row, given: false }, rest: first.rest };
  }
  if (!/^[,;]/.test(first.rest)) {
    return { lines: { from: first.row, to: first.row, given: true }, rest: first.rest.trim() };
  }
  const second = address(editor, first.rest.slice(1));
  if (typeof second === 'string') return second;
  return { lines: { from: first.row, to: second.row, given: true }, rest: second.rest.trim() };
}

interface Address {
  readonly row: number;
  readonly rest: string;
  readonly found: boolean;
}

function address(editor: Editor, text: string): Address | string {
  const [, base = '', offset = ''] =
    /^\s*(\d+|\.|\$|'[a-z<>']|\/(?:[^/\\]|\\.)*\/?)?((?:[+-]\d*)*)/.exec(text) ?? [];
  const length = (/^\s*/.exec(text)?.[0].length ?? 0) + base.length + offset.length;
  let { row } = editor;
  if (/^\d/.test(base)) row = Number(base) - 1;
  else if (base === '$') row = editor.lines.length - 1;
  else if (base.startsWith("'")) {
    const mark = editor.marks[base.slice(1)];
    if (!mark) return 'E20: Mark not set';
    ({ row } = mark);
  } else if (base.startsWith('/')) {
    const pattern = base.slice(1).replace(/\/$/, '');
    const found = findNext(editor, { pattern, forward: true }, { row, col: Infinity });
    if (!found) return `E486: Pattern not found: ${pattern}`;
    ({ row } = found);
  }
  for (const [, sign, digits] of offset.matchAll(/([+-])(\d*)/g)) {
    row += (sign === '+' ? 1 : -1) * (digits === '' ? 1 : Number(digits));
  }
  return { row: Math.max(0, row), rest: text.slice(length), found: base !== '' || offset !== '' };
}
