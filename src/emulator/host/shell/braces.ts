import { parse, type Word } from 'unbash';

/** `{a,b}` and `{1..5}`: a word for each; other words stay as they are. */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.parts?.some(({ type }) => type === 'BraceExpansion')) return [word];
  const texts = expand(word.text);
  if (texts.length === 1 && texts[0] === word.text) return [word];
  return texts.flatMap((text) => {
    const command = parse(`: ${text}`).commands[0]?.command;
    const made =
      command?.type === 'Command' ? command.suffix.find((each) => each.type === 'Word') : undefined;
    return made ? [made as Word] : [];
  });
}

function expand(text: string): string[] {
  const open = findOpen(text);
  if (!open) return [text];
  const { start, end } = open;
  const [before, inside, after] = [
    text.slice(0, start),
    text.slice(start + 1, end),
    text.slice(end + 1),
  ];
  const choices = sequence(inside) ?? splitTop(inside);
  return choices
    .flatMap((choice) => expand(choice))
    .flatMap((choice) => expand(after).map((rest) => before + choice + rest));
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
    else if (letter === '{' && text[i - 1] !== '$') {
      const end = closing(text, i);
      if (end < 0) continue;
      const inside = text.slice(i + 1, end);
      if (splitTop(inside).length > 1 || sequence(inside)) return { start: i, end };
    }
  }
  return undefined;
}

function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function splitTop(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '{') depth += 1;
    if (letter === '}') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function sequence(text: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(text);
  if (!numbers && !letters) return undefined;
  const from = numbers ? Number(numbers[1]) : (letters![1] as string).charCodeAt(0);
  const to = numbers ? Number(numbers[2]) : (letters![2] as string).charCodeAt(0);
  const step = Math.abs(Number(numbers?.[3] ?? 1)) || 1;
  const count = Math.min(100_000, Math.floor(Math.abs(to - from) / step) + 1);
  const width = numbers && /^-?0\d/.test(numbers[1] as string) ? (numbers[1] as string).length : 0;
  return Array.from({ length: count }, (_, i) => {
    const value = from + (to >= from ? 1 : -1) * step * i;
    return numbers ? String(value).padStart(width, '0') : String.fromCharCode(value);
  });
}
