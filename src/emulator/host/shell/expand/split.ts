/** How a text falls into fields, and whether separators stand at its ends. */
export interface Split {
  readonly fields: readonly string[];
  readonly leading: boolean;
  readonly trailing: boolean;
}

const WHITE = /[ \t\n]/;

/** Splits at the letters of IFS as POSIX has it: blanks together, others each for themselves. */
export function splitFields(text: string, ifs: string): Split {
  const isWhite = (letter: string) => WHITE.test(letter) && ifs.includes(letter);
  const isHard = (letter: string) => !WHITE.test(letter) && ifs.includes(letter);
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && isWhite(text[at] as string)) at += 1;
  const leading = at > 0;
  let trailing = false;
  while (at < text.length) {
    let field = '';
    while (at < text.length && !ifs.includes(text[at] as string)) field += text[at++];
    fields.push(field);
    const before = at;
    while (at < text.length && isWhite(text[at] as string)) at += 1;
    if (at < text.length && isHard(text[at] as string)) {
      at += 1;
      while (at < text.length && isWhite(text[at] as string)) at += 1;
    }
    trailing = at > before && at >= text.length;
  }
  return { fields, leading, trailing };
}
