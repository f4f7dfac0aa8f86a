import { runEx } from './ex.ts';
import { searchFor } from './search.ts';
import type { Editor } from './state.ts';

/** A key while a command or a pattern is typed on the last line. */
export function commandKey(editor: Editor, key: string): Editor {
  const { typed, history } = editor;
  switch (key) {
    case '\x1b':
    case '\x03':
      return { ...editor, mode: 'normal', typed: '', pending: [] };
    case '\r':
    case '\n':
      return entered({ ...editor, mode: 'normal', typed: '', pending: [] }, typed);
    case '\x7f':
    case '\b':
      return typed.length === 1
        ? { ...editor, mode: 'normal', typed: '', pending: [] }
        : { ...editor, typed: typed.slice(0, -1) };
    case '\x15':
      return { ...editor, typed: typed.slice(0, 1) };
    case '\x17':
      return { ...editor, typed: typed.slice(0, 1) + typed.slice(1).replace(/\S*\s*$/, '') };
    case '\x1b[A': {
      const own = history.filter((each) => each[0] === typed[0]);
      const at = own.lastIndexOf(typed);
      return { ...editor, typed: (at > 0 ? own[at - 1] : own.at(-1)) ?? typed };
    }
    case '\x1b[B': {
      const own = history.filter((each) => each[0] === typed[0]);
      const at = own.lastIndexOf(typed);
      return { ...editor, typed: (at >= 0 ? own[at + 1] : undefined) ?? typed.slice(0, 1) };
    }
    default:
      return key.startsWith('\x1b') || key < ' ' ? editor : { ...editor, typed: typed + key };
  }
}

function entered(editor: Editor, typed: string): Editor {
  const text = typed.slice(1);
  const kept = text === '' ? editor.history : [...editor.history, typed];
  const next = { ...editor, history: kept };
  if (typed.startsWith(':')) return runEx(next, text);
  const forward = typed.startsWith('/');
  // The pattern ends at its own sign; what stands behind is passed over.
  const pattern = text.replace(forward ? /(^|[^\\])\/.*$/ : /(^|[^\\])\?.*$/, '$1');
  const wanted = pattern === '' ? editor.search?.pattern : pattern;
  if (wanted === undefined) return { ...next, message: 'E35: No previous regular expression' };
  return searchFor(next, { pattern: wanted, forward });
}
