import { commandKey } from './command-line.ts';
import { insertKey } from './insert.ts';
import { normalKey } from './normal.ts';
import { clamp, isVisual, type Editor, type Size } from './state.ts';
import { visualKey } from './visual.ts';

/** What a key makes of the editor. Keys come as `splitKeys` cuts them. */
export function act(editor: Editor, key: string, size: Size): Editor {
  const before = { ...editor, wish: undefined };
  return scrolled(clamp(recorded(before, key, size)), size);
}

function step(editor: Editor, key: string, size: Size): Editor {
  switch (editor.mode) {
    case 'insert':
    case 'replace':
      return insertKey(editor, key);
    case 'command':
      return commandKey(editor, key);
    case 'visual':
    case 'visual-line':
      return visualKey(editor, key, size);
    default:
      return key === '.' && editor.pending.length === 0
        ? again(editor, 1, size)
        : normalKey(editor, key, size);
  }
}

/** Notes the keys of a change, from its first key to the end of what it inserts. */
function recorded(editor: Editor, key: string, size: Size): Editor {
  const digits = editor.pending.join('');
  if (key === '.' && editor.mode === 'normal' && /^[1-9]\d*$/.test(digits)) {
    return again({ ...editor, pending: [] }, Number(digits), size);
  }
  const idle = editor.mode === 'normal' && editor.pending.length === 0;
  const keys = idle ? [key] : [...(editor.recording ?? []), key];
  const next = step({ ...editor, recording: keys }, key, size);
  const over = next.mode === 'normal' && next.pending.length === 0;
  if (!over) return next;
  const changed = next.undo.length > editor.undo.length || editor.mode !== 'normal';
  const plain = keys[0] === 'u' || keys[0] === '\x12' || keys[0] === ':' || key === '.';
  const last = changed && !plain && !isVisual(editor) ? keys : editor.last;
  return { ...next, recording: undefined, last };
}

/** `.`: the keys of the last change once more. */
function again(editor: Editor, count: number, size: Size): Editor {
  const keys = count > 1 ? [String(count), ...editor.last.filter(isNoCount)] : editor.last;
  let next: Editor = editor;
  for (const key of keys) next = clamp(step(next, key, size));
  return { ...next, last: editor.last, recording: undefined };
}

function isNoCount(key: string, at: number, all: readonly string[]): boolean {
  return !/^\d$/.test(key) || all.slice(0, at).some((each) => !/^\d$/.test(each));
}

/** The screen follows the cursor. */
function scrolled(editor: Editor, { rows }: Size): Editor {
  const height = rows - 1;
  const { row, top } = editor;
  if (row < top)
    return {
      ...editor,
      top: row < top - height / 2 ? Math.max(0, row - Math.floor(height / 2)) : row,
    };
  if (row < top + height) return editor;
  const far = row >= top + height + height / 2;
  const next = far ? row - Math.floor(height / 2) : row - height + 1;
  return { ...editor, top: Math.max(0, next) };
}
