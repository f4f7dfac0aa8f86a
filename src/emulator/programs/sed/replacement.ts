import type { Part } from './script.ts';

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
};

/** A pattern with `\n` and its like as the letters themselves, in brackets as well. */
export function toPattern(text: string): string {
  return text.replaceAll(/\\([^])/g, (all, letter: string) => escapes[letter] ?? all);
}

/** Cuts the right side of `s` into parts. */
export function parseReplacement(text: string): readonly Part[] {
  const parts: Part[] = [];
  let plain = '';
  const push = (part: Part) => {
    if (plain !== '') parts.push({ text: plain });
    plain = '';
    parts.push(part);
  };
  for (const [all, code] of text.matchAll(/\\(x[0-9a-fA-F]{2}|[^])|[^\\]/g)) {
    if (all === '&') push({ group: 0 });
    else if (code === undefined) plain += all;
    else if (/^\d$/.test(code)) push({ group: Number(code) });
    else if (/^[ULulE]$/.test(code)) push({ letters: code as 'U' });
    else if (code.length === 3) plain += String.fromCharCode(Number.parseInt(code.slice(1), 16));
    else plain += escapes[code] ?? code;
  }
  if (plain !== '') parts.push({ text: plain });
  return parts;
}

/** What a match is replaced by. */
export function replace(parts: readonly Part[], groups: readonly (string | undefined)[]): string {
  let text = '';
  let all: 'U' | 'L' | 'E' = 'E';
  let once: 'u' | 'l' | undefined;
  for (const part of parts) {
    if ('letters' in part) {
      if (part.letters === 'u' || part.letters === 'l') once = part.letters;
      else all = part.letters;
      continue;
    }
    let piece = 'text' in part ? part.text : (groups[part.group] ?? '');
    if (all === 'U') piece = piece.toUpperCase();
    if (all === 'L') piece = piece.toLowerCase();
    if (once && piece !== '') {
      const first = piece.slice(0, 1);
      piece = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + piece.slice(1);
      once = undefined;
    }
    text += piece;
  }
  return text;
}
