import { shifted } from './operators.ts';
import { clamp, lineAt, replaceLines, type Editor } from './state.ts';

const ARROWS: Readonly<Record<string, readonly [row: number, col: number]>> = {
  '\x1b[A': [-1, 0],
  '\x1b[B': [1, 0],
  '\x1b[C': [0, 1],
  '\x1b[D': [0, -1],
};

/** A key in insert or replace mode. */
export function insertKey(editor: Editor, key: string): Editor {
  const line = lineAt(editor, editor.row);
  const arrow = ARROWS[key.replace('\x1bO', '\x1b[')];
  if (arrow) {
    const [row, col] = [editor.row + arrow[0], editor.col + arrow[1]];
    return clamp({ ...editor, row, col, want: col });
  }
  switch (key) {
    case '\x1b':
    case '\x03':
      return left(editor);
    case '\r':
    case '\n':
      return breakLine(editor);
    case '\x7f':
    case '\b':
      return editor.mode === 'replace'
        ? clamp({ ...editor, col: editor.col - 1 })
        : backspace(editor, 1);
    case '\x1b[3~':
      return put(editor, editor.col, editor.col + 1, '');
    case '\x17': {
      const word = /(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+)?\s*$/u.exec(
        line.slice(0, editor.col),
      )?.[0];
      return backspace(editor, Math.max(1, word?.length ?? 1));
    }
    case '\x15':
      return backspace(editor, Math.max(1, editor.col));
    case '\x14':
    case '\x04': {
      const moved = shifted(editor, line, key === '\x14' ? 1 : -1);
      const col = editor.col + moved.length - line.length;
      return clamp({ ...replaceLines(editor, editor.row, 1, [moved]), col });
    }
    case '\x1b[H':
    case '\x1b[1~':
      return { ...editor, col: 0, want: 0 };
    case '\x1b[F':
    case '\x1b[4~':
      return { ...editor, col: line.length, want: line.length };
    case '\t':
      return typed(
        editor,
        editor.options.expandtab && !editor.options.paste ? blanks(editor) : '\t',
      );
    default:
      return key.startsWith('\x1b') || key < ' ' ? editor : typed(editor, key);
  }
}

function blanks({ col, options }: Editor): string {
  const width = options.tabstop;
  return ' '.repeat(width - (col % width));
}

function typed(editor: Editor, text: string): Editor {
  const over = editor.mode === 'replace' ? text.length : 0;
  return put(editor, editor.col, editor.col + over, text);
}

/** Letters of the line replaced; the cursor stands behind them. */
function put(editor: Editor, from: number, to: number, text: string): Editor {
  const line = lineAt(editor, editor.row);
  const next = line.slice(0, from) + text + line.slice(to);
  const col = from + text.length;
  return { ...replaceLines(editor, editor.row, 1, [next]), col, want: col };
}

function breakLine(editor: Editor): Editor {
  const line = lineAt(editor, editor.row);
  const { autoindent, paste } = editor.options;
  const lead = autoindent && !paste ? (/^[ \t]*/.exec(line.slice(0, editor.col))?.[0] ?? '') : '';
  const before = line.slice(0, editor.col);
  const kept = lead !== '' && before.trim() === '' ? '' : before;
  const next = replaceLines(editor, editor.row, 1, [kept, lead + line.slice(editor.col)]);
  return { ...next, row: editor.row + 1, col: lead.length, want: lead.length };
}

function backspace(editor: Editor, count: number): Editor {
  if (editor.col > 0) return put(editor, Math.max(0, editor.col - count), editor.col, '');
  if (editor.row === 0) return editor;
  const before = lineAt(editor, editor.row - 1);
  const joint = before + lineAt(editor, editor.row);
  const next = replaceLines(editor, editor.row - 1, 2, [joint]);
  return { ...next, row: editor.row - 1, col: before.length, want: before.length };
}

/** Back to normal mode: the cursor goes one to the left, and a count puts the text in again. */
function left(editor: Editor): Editor {
  let next = editor;
  if (editor.repeat > 1) {
    const keys = editor.recording ?? [];
    const start = keys.findIndex((key) => /^[aAiIoOR]$/.test(key));
    const text = keys.slice(start + 1, -1);
    const opens = /^[oO]$/.test(keys[start] ?? '');
    for (let i = 1; i < editor.repeat; i++) {
      if (opens) next = insertKey({ ...next, col: lineAt(next, next.row).length }, '\r');
      for (const key of text) next = insertKey(next, key);
    }
  }
  const line = lineAt(next, next.row);
  // Indentation that nothing was typed behind does not stay.
  const bare = next.options.autoindent && line.trim() === '' && line !== '';
  const tidy = bare ? replaceLines(next, next.row, 1, ['']) : next;
  const col = Math.max(0, next.col - 1);
  return clamp({ ...tidy, mode: 'normal', repeat: 1, col, want: col, message: '' });
}
