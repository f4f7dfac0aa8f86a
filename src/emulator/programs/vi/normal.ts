import { readCommand, type Command } from './grammar.ts';
import { findLetter, motions, wordForward, type Moved } from './motions.ts';
import { objectAt } from './objects.ts';
import { operators, type Range } from './operators.ts';
import { searchFor } from './search.ts';
import { simpleCommands } from './simple.ts';
import { clamp, firstLetter, lineAt, moveTo, type Editor, type Size } from './state.ts';

/** A key in normal mode: commands are done when all their keys are there. */
export function normalKey(editor: Editor, key: string, size: Size): Editor {
  if (key === '\x1b' || key === '\x03') return { ...editor, pending: [], message: '' };
  const pending = [...editor.pending, key];
  const command = readCommand(pending);
  if (command === 'more') return { ...editor, pending };
  const ready = { ...editor, pending: [], message: editor.message };
  if (command === 'wrong') return ready;
  return perform({ ...ready, message: '' }, command, size);
}

function perform(editor: Editor, command: Command, size: Size): Editor {
  if (command.operator !== undefined) return operate(editor, command, size);
  const moved = movedBy(editor, command, size);
  if (moved) return arrived(editor, command, moved);
  const simple = simpleCommands[command.key];
  return simple ? simple(editor, command, size) : editor;
}

/** Where a command leads that is a motion; undefined where it is none or leads nowhere. */
export function movedBy(editor: Editor, command: Command, size: Size): Moved | undefined {
  const { key, letter, count, given } = command;
  if (/^[fFtT]$/.test(key)) return findLetter(editor, key, letter, count);
  if (key === "'" || key === '`') {
    const mark = editor.marks[letter === '`' ? "'" : letter];
    if (!mark) return undefined;
    if (key === '`') return { ...mark, jump: true };
    const col = firstLetter(lineAt(editor, mark.row));
    return { row: mark.row, col, linewise: true, jump: true };
  }
  const motion = motions[key];
  return motion?.(editor, count, given, size);
}

function arrived(editor: Editor, { key, letter }: Command, moved: Moved): Editor {
  const marks = moved.jump
    ? { ...editor.marks, "'": { row: editor.row, col: editor.col } }
    : editor.marks;
  const find = /^[fFtT]$/.test(key) ? { key, letter } : editor.find;
  const next = { ...editor, marks, find, lit: /^[nN]$/.test(key) ? true : editor.lit };
  if (/^[nN]$/.test(key) && editor.search) {
    const forward = editor.search.forward === (key === 'n');
    const found = searchFor(editor, { ...editor.search, forward });
    return { ...found, search: editor.search };
  }
  return moveTo(next, moved, moved.want ?? moved.col);
}

/** An operator with its motion, its text object, or a whole line. */
function operate(editor: Editor, command: Command, size: Size): Editor {
  const { operator = '', register } = command;
  const range = rangeOf(editor, command, size);
  const work = operators[operator];
  if (!range || !work) return editor;
  const find = /^[fFtT]$/.test(command.key)
    ? { key: command.key, letter: command.letter }
    : editor.find;
  return work({ ...editor, find }, range, register);
}

function rangeOf(editor: Editor, command: Command, size: Size): Range | undefined {
  const { key, count, operator } = command;
  if (key === 'line') {
    const last = Math.min(editor.row + count - 1, editor.lines.length - 1);
    if (count > 1 && editor.row + count > editor.lines.length && operator !== 'y') {
      if (editor.row === editor.lines.length - 1) return undefined;
    }
    return { from: { row: editor.row, col: 0 }, to: { row: last, col: 0 }, linewise: true };
  }
  if (/^[ia]./.test(key)) {
    const span = objectAt(editor, key, count);
    return span && { from: span.from, to: span.to, linewise: span.linewise ?? false };
  }
  // `cw` on a word changes up to its end only.
  const onWord = /\S/.test(lineAt(editor, editor.row)[editor.col] ?? ' ');
  const asEnd = operator === 'c' && /^[wW]$/.test(key) && onWord;
  const moved = asEnd ? endOfWord(editor, key === 'W', count) : movedBy(editor, command, size);
  if (!moved) return undefined;
  return between(editor, moved, /^[wW]$/.test(key) && !asEnd);
}

/** `cw`: to the end of the word that the cursor is in, also where that is its last letter. */
function endOfWord(editor: Editor, big: boolean, count: number): Moved {
  let at = { row: editor.row, col: editor.col };
  for (let i = 1; i < count; i++) at = wordForward(editor, at, big);
  const line = lineAt(editor, at.row);
  const sort = (letter: string | undefined) =>
    letter === undefined || /\s/.test(letter) ? 0 : big || /[\p{L}\p{N}_]/u.test(letter) ? 1 : 2;
  let { col } = at;
  while (sort(line[col + 1]) === sort(line[at.col]) && col + 1 < line.length) col += 1;
  return { row: at.row, col, inclusive: true };
}

/** From the cursor to where a motion led, in order. */
export function between(editor: Editor, moved: Moved, word: boolean): Range {
  const here = { row: editor.row, col: editor.col };
  const back = moved.row < here.row || (moved.row === here.row && moved.col < here.col);
  const [from, far] = back ? [moved, here] : [here, moved];
  if (moved.linewise) {
    return { from: { row: from.row, col: 0 }, to: { row: far.row, col: 0 }, linewise: true };
  }
  // A word at the end of a line does not take the line's end with it.
  if (word && far.row > from.row) {
    const line = lineAt(editor, from.row);
    const blank = lineAt(editor, far.row).slice(0, far.col).trim() === '';
    if (blank && far.row === from.row + 1) {
      return { from, to: { row: from.row, col: line.length }, linewise: false };
    }
  }
  const end = moved.inclusive ? far.col + 1 : far.col;
  const to = { row: far.row, col: Math.min(end, lineAt(editor, far.row).length) };
  return { from: { row: from.row, col: from.col }, to, linewise: false };
}

export { clamp };
