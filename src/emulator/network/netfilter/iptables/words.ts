/**
 * Splits a line of `iptables-restore` into words. Double quotes hold a word together; a backslash
 * takes the next character as it is. Undefined if a quote is never closed.
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (
      char === '\\' &&
      i + 1 < line.length &&
      (quoted || '\\"\' '.includes(line[i + 1] as string))
    ) {
      word = (word ?? '') + (line[++i] as string);
    } else if (char === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (!quoted && (char === ' ' || char === '\t' || char === '\n')) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quoted) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** A string as `xtables_save_string` writes it: quoted unless it is made of plain letters. */
export function quoteWord(text: string): string {
  if (/^[-_0-9A-Za-z]+$/.test(text)) return text;
  return `"${text.replace(/["\\']/g, '\\$&')}"`;
}
