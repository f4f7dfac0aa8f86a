import { lineAt, type Editor, type Options, type Place, type Search } from './state.ts';

/**
 * A pattern of vi as an expression of JavaScript: `\(`, `\|`, `\+` and the like are the special
 * signs, without a backslash they stand for themselves. undefined where it is none.
 */
export function expression(pattern: string, options: Options, flags = ''): RegExp | undefined {
  let source = '';
  let insensitive = options.ignorecase && !(options.smartcase && /[A-Z]/.test(pattern));
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] as string;
    if (letter === '[') {
      const close = /^\[\^?\]?[^\]]*\]/.exec(pattern.slice(at))?.[0];
      source += close ? close.replaceAll('\\', '\\\\').replace(/^\[(\^?)\]/, '[$1\\]') : '\\[';
      if (close) at += close.length - 1;
      continue;
    }
    if (letter !== '\\') {
      source += /[+?(){}|]/.test(letter) ? `\\${letter}` : letter;
      continue;
    }
    const next = pattern[++at] ?? '';
    if (next === 'c') insensitive = true;
    else if (next === 'C') insensitive = false;
    else if (next === '<' || next === '>') source += '\\b';
    else if (next === '=') source += '?';
    else if (/[+?(){}|]/.test(next)) source += next;
    else if (next === 'a') source += '[A-Za-z]';
    else source += /[\w/]/.test(next) && !/[dDwWsSnt1-9]/.test(next) ? next : `\\${next}`;
  }
  try {
    return new RegExp(source, `g${insensitive ? 'i' : ''}${flags}`);
  } catch {
    return undefined;
  }
}

/** The next match after (or before) a place, around the ends of the text. */
export function findNext(
  editor: Editor,
  { pattern, forward }: Search,
  from: Place,
): (Place & { readonly wrapped: boolean }) | undefined {
  const regexp = expression(pattern, editor.options);
  if (!regexp) return undefined;
  const count = editor.lines.length;
  for (let i = 0; i <= count; i++) {
    const row = (from.row + (forward ? i : -i) + count * 2) % count;
    const starts = [...lineAt(editor, row).matchAll(regexp)].map(({ index }) => index);
    const fits = starts.filter((col) => {
      if (i === 0) return forward ? col > from.col : col < from.col;
      if (i === count) return forward ? col <= from.col : col >= from.col;
      return true;
    });
    const col = forward ? fits[0] : fits.at(-1);
    if (col !== undefined) {
      const wrapped = forward ? row < from.row || i === count : row > from.row || i === count;
      return { row, col, wrapped };
    }
  }
  return undefined;
}

/** The editor after a search: the cursor at the match, or what is said where there is none. */
export function searchFor(editor: Editor, search: Search): Editor {
  const next = { ...editor, search, lit: true };
  const found = findNext(next, search, editor);
  if (!found) return { ...next, message: `E486: Pattern not found: ${search.pattern}` };
  const message = !found.wrapped
    ? `${search.forward ? '/' : '?'}${search.pattern}`
    : search.forward
      ? 'search hit BOTTOM, continuing at TOP'
      : 'search hit TOP, continuing at BOTTOM';
  const marks = { ...editor.marks, "'": { row: editor.row, col: editor.col } };
  return { ...next, marks, row: found.row, col: found.col, want: found.col, message };
}
