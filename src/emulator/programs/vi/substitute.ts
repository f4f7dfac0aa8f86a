import type { Lines } from './ex.ts';
import { expression } from './search.ts';
import { firstLetter, lineAt, remember, type Editor } from './state.ts';

/** `:s/pattern/replacement/flags` on lines; without a pattern the last one once more. */
export function substitute(editor: Editor, { from, to }: Lines, text: string): Editor {
  const parts = text === '' ? [editor.search?.pattern ?? '', ''] : split(text);
  const [pattern = '', replacement = '', flags = ''] = parts;
  if (/[^giIn&c]/.test(flags.trim())) return { ...editor, message: 'E488: Trailing characters' };
  if (flags.includes('c')) return { ...editor, message: 'vi: :s with c is not modelled here' };
  const wanted = pattern || editor.search?.pattern;
  if (!wanted) return { ...editor, message: 'E35: No previous regular expression' };
  const options = {
    ...editor.options,
    ...(flags.includes('i') && { ignorecase: true, smartcase: false }),
    ...(flags.includes('I') && { ignorecase: false }),
  };
  const regexp = expression(wanted, options);
  if (!regexp) return { ...editor, message: `E486: Pattern not found: ${wanted}` };
  const all = flags.includes('g');
  let count = 0;
  let touched = 0;
  let last = editor.row;
  const lines: string[] = [];
  editor.lines.forEach((line, row) => {
    if (row < from || row > to) {
      lines.push(line);
      return;
    }
    let first = true;
    const next = line.replace(regexp, (...match: unknown[]) => {
      if (!all && !first) return String(match[0]);
      first = false;
      count += 1;
      return expand(replacement, match as string[]);
    });
    lines.push(...next.split('\n'));
    if (first) return;
    touched += 1;
    last = lines.length - 1;
  });
  const search = { pattern: wanted, forward: true };
  if (count === 0) return { ...editor, search, message: `E486: Pattern not found: ${wanted}` };
  if (flags.includes('n')) {
    const lineWord = touched > 1 ? 'lines' : 'line';
    const shown = `${count} match${count > 1 ? 'es' : ''} on ${touched} ${lineWord}`;
    return { ...editor, search, message: shown };
  }
  const message =
    touched > 2 || count > 2
      ? `${count} substitution${count > 1 ? 's' : ''} on ${touched} line${touched > 1 ? 's' : ''}`
      : '';
  const next = { ...remember(editor), lines, row: last, search, lit: true, message };
  const col = firstLetter(lineAt(next, last));
  return { ...next, col, want: col };
}

/** Pattern, replacement and flags, cut at the sign that comes first. */
function split(text: string): readonly string[] {
  const sign = text[0] as string;
  const parts = [''];
  for (let at = 1; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\' && text[at + 1] === sign) {
      parts[parts.length - 1] += sign;
      at += 1;
    } else if (letter === '\\') {
      parts[parts.length - 1] += letter + (text[++at] ?? '');
    } else if (letter === sign && parts.length < 3) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** `&`, `\1`, `\r` and the like in a replacement. */
function expand(replacement: string, match: readonly string[]): string {
  return replacement.replace(/\\(.)|&/g, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return match[0] ?? '';
    if (/\d/.test(escaped)) return (match[Number(escaped)] as string | undefined) ?? '';
    if (escaped === 'r' || escaped === 'n') return '\n';
    return escaped === 't' ? '\t' : whole.slice(1);
  });
}
