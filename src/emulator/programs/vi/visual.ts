import { readCommand } from './grammar.ts';
import { movedBy } from './normal.ts';
import { objectAt } from './objects.ts';
import { operators, put, textIn, type Range } from './operators.ts';
import { joinLines } from './simple.ts';
import {
  clamp,
  lineAt,
  moveTo,
  remember,
  replaceLines,
  type Editor,
  type Place,
  type Size,
} from './state.ts';

/** Keys of visual mode and the operators that they are. */
const keys: Readonly<Record<string, string>> = {
  d: 'd',
  x: 'd',
  '\x1b[3~': 'd',
  c: 'c',
  s: 'c',
  y: 'y',
  '>': '>',
  '<': '<',
  '=': '=',
  u: 'gu',
  U: 'gU',
  '~': 'g~',
};
/** The same on whole lines. */
const wholeLines: Readonly<Record<string, string>> = {
  D: 'd',
  X: 'd',
  C: 'c',
  S: 'c',
  R: 'c',
  Y: 'y',
};

/** What is chosen, in order. */
export function chosen(editor: Editor): Range {
  const { anchor, row, col } = editor;
  const here: Place = { row, col };
  const back = row < anchor.row || (row === anchor.row && col < anchor.col);
  const [from, far] = back ? [here, anchor] : [anchor, here];
  if (editor.mode === 'visual-line') {
    return { from: { row: from.row, col: 0 }, to: { row: far.row, col: 0 }, linewise: true };
  }
  const end = Math.min(far.col + 1, lineAt(editor, far.row).length);
  return { from, to: { row: far.row, col: end }, linewise: false };
}

const normal = (editor: Editor): Editor => ({ ...editor, mode: 'normal', pending: [] });

/** A key in visual mode. */
export function visualKey(editor: Editor, key: string, size: Size): Editor {
  if (key === '\x1b' || key === '\x03') return clamp(normal(editor));
  const pending = [...editor.pending, key];
  const command = readCommand(pending, true);
  if (command === 'more') return { ...editor, pending };
  const ready = { ...editor, pending: [], message: '' };
  if (command === 'wrong') return ready;
  const range = chosen(editor);
  const name = keys[command.key] ?? (/^g[uU~]$/.test(command.key) ? command.key : undefined);
  const lined = wholeLines[command.key];
  const work = operators[name ?? lined ?? ''];
  if (work) {
    const whole = lined !== undefined;
    const { from, to } = range;
    const over = whole
      ? { from: { row: from.row, col: 0 }, to: { row: to.row, col: 0 }, linewise: true }
      : range;
    return work(normal({ ...ready, row: from.row, col: from.col }), over, command.register);
  }
  if (/^[ia]./.test(command.key)) {
    const span = objectAt(editor, command.key, command.count);
    if (!span) return ready;
    const anchor = span.from;
    const mode = span.linewise ? 'visual-line' : editor.mode;
    return { ...ready, anchor, mode, row: span.to.row, col: Math.max(0, span.to.col - 1) };
  }
  return other(ready, command.key, command, range) ?? moved(ready, command, size);
}

function moved(editor: Editor, command: Parameters<typeof movedBy>[1], size: Size): Editor {
  const found = movedBy(editor, command, size);
  return found ? moveTo(editor, found, found.want ?? found.col) : editor;
}

function other(
  editor: Editor,
  key: string,
  { letter, register }: { readonly letter: string; readonly register: string | undefined },
  range: Range,
): Editor | undefined {
  switch (key) {
    case 'v':
    case 'V': {
      const mode = key === 'v' ? 'visual' : 'visual-line';
      return mode === editor.mode ? clamp(normal(editor)) : { ...editor, mode };
    }
    case 'o':
      return { ...editor, ...editor.anchor, anchor: { row: editor.row, col: editor.col } };
    case 'J': {
      const count = range.to.row - range.from.row + 1;
      return joinLines(normal({ ...editor, row: range.from.row }), count, true);
    }
    case 'r':
      return filled(editor, range, letter);
    case 'p':
    case 'P':
      return replaced(editor, range, register);
    case ':':
      return {
        ...normal(editor),
        mode: 'command',
        typed: ":'<,'>",
        marks: { ...editor.marks, '<': range.from, '>': range.to },
      };
    case '/':
    case '?':
      return { ...normal(editor), mode: 'command', typed: key };
    default:
      return undefined;
  }
}

function filled(editor: Editor, range: Range, letter: string): Editor {
  const lines = textIn(editor, range)
    .split('\n')
    .map((line) => letter.repeat(line.length));
  const { from, to, linewise } = range;
  if (!linewise) {
    lines[0] = lineAt(editor, from.row).slice(0, from.col) + (lines[0] ?? '');
    lines[lines.length - 1] += lineAt(editor, to.row).slice(to.col);
  }
  const next = replaceLines(remember(editor), from.row, to.row - from.row + 1, lines);
  return clamp(normal({ ...next, row: from.row, col: from.col }));
}

/** What is chosen gives its place to a register's text, and takes the register's. */
function replaced(editor: Editor, range: Range, register: string | undefined): Editor {
  const found = editor.registers[(register ?? '"').toLowerCase()];
  if (!found) return clamp(normal(editor));
  const remove = operators['d'];
  if (!remove) return editor;
  const at = { ...editor, row: range.from.row, col: range.from.col };
  const gone = remove(normal(at), range, undefined);
  const atEnd = range.linewise
    ? range.from.row >= gone.lines.length
    : range.from.col >= lineAt(gone, range.from.row).length && range.from.col > 0;
  const next = put({ ...gone, registers: { ...gone.registers, '"': found } }, undefined, 1, atEnd);
  return { ...next, registers: gone.registers, undo: next.undo.slice(0, -1) };
}
