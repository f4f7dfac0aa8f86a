import { parse, type Word } from 'unbash';

/** Most words that one brace expression may become. */
const MOST = 100_000;

/** `{a,b}` and `{1..5}`: a word for each; other words stay as they are. */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.parts?.some(({ type }) => type === 'BraceExpansion')) return [word];
  const texts = expand(word.text);
  if (texts.length === 1 && texts[0] === word.text) return [word];
  return texts.map((text) => read(text, word));
}

/** A text as the word that it is; plain ones need no parser. */
function read(text: string, { pos, end }: Word): Word {
  if (/^[\w./:,@%+=-]*$/.test(text)) return { type: 'Word', text, value: text, pos, end };
  const command = parse(`: ${text}`).commands[0]?.command;
  const made = command?.type === 'Command' ? command.suffix[0] : undefined;
  if (made?.type === 'Word') return made;
  return { type: 'Word', text, value: text, pos, end };
}

function expand(text: string): string[] {
  const open = findOpen(text);
  if (!open) return [text];
  const { start, end } = open;
  const inside = text.slice(start + 1, end);
  const before = text.slice(0, start);
  const rests = expand(text.slice(end + 1));
  const choices = sequence(inside) ?? splitTop(inside).flatMap((choice) => expand(choice));
  return choices.flatMap((choice) => rests.map((rest) => before + choice + rest)).slice(0, MOST);
}

/** First brace pair that is one: with a comma on its own level, or a sequence. */
function findOpen(text: string): { start: number; end: number } | undefined {
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    if (quote) {
      if (letter === quote) quote = '';
      continue;
    }
    if (letter === '\\') i += 1;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '$' && /[({]/.test(text[i + 1] ?? '')) i = closing(text, i + 1);
    else if (letter === '{') {
      const end = closing(text, i);
      if (end < 0) continue;
      const inside = text.slice(i + 1, end);
      if (splitTop(inside).length > 1 || sequence(inside)) return { start: i, end };
    }
    if (i < 0) return undefined;
  }
  return undefined;
}

function closing(text: string, start: number): number {
  const [open, close] = text[start] === '(' ? ['(', ')'] : ['{', '}'];
  let depth = 0;
  let quote = '';
  for (let i = start; i < text.length; i++) {
    const letter = text[i] as string;
    if (quote) {
      if (letter === quote) quote = '';
    } else if (letter === '\\') i += 1;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === open) depth += 1;
    else if (letter === close && --depth === 0) return i;
  }
  return -1;
}

function splitTop(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    if (quote) {
      if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '{') depth += 1;
    else if (letter === '}') depth -= 1;
    if (letter === ',' && depth === 0 && !quote) parts.push('');
    else if (letter === '\\') parts[parts.length - 1] += letter + (text[++i] ?? '');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function sequence(text: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(text);
  const found = numbers ?? letters;
  if (!found) return undefined;
  const [, first = '', last = ''] = found;
  const from = numbers ? Number(first) : first.charCodeAt(0);
  const to = numbers ? Number(last) : last.charCodeAt(0);
  const step = Math.abs(Number(found[3] ?? 1)) || 1;
  const count = Math.min(MOST, Math.floor(Math.abs(to - from) / step) + 1);
  const padded = numbers && [first, last].some((each) => /^-?0\d/.test(each));
  const width = padded ? Math.max(first.length, last.length) : 0;
  return Array.from({ length: count }, (_, i) => {
    const value = from + (to >= from ? 1 : -1) * step * i;
    if (!numbers) return String.fromCharCode(value);
    const sign = value < 0 ? '-' : '';
    return sign + String(Math.abs(value)).padStart(width - sign.length, '0');
  });
}
