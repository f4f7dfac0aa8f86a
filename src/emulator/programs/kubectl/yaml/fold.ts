/** Where a scalar is written: the column that it begins in, and how far further lines go in. */
export interface Place {
  readonly indent: number;
  readonly column: number;
}

/** go-yaml v2's `best_width`: a line that is longer ends at its next single blank. */
const WIDTH = 80;

/** A scalar without quotes (`yaml_emitter_write_plain_scalar`). */
export function plain(value: string, place: Place | undefined): string {
  return place ? folded(value, place, (blank) => blank >= 0) : value;
}

/** A scalar in single quotes; its first and last letters are no place to break at. */
export function singleQuoted(value: string, place: Place | undefined): string {
  const last = value.length - 1;
  const inside = (blank: number) => blank > 0 && blank < last;
  const shown = place
    ? folded(value, { ...place, column: place.column + 1 }, inside, (c) => (c === "'" ? "''" : c))
    : value.replaceAll("'", "''");
  return `'${shown}'`;
}

/** Breaks text at single blanks behind the 80th column. */
function folded(
  value: string,
  { indent, column: start }: Place,
  allowed: (blank: number) => boolean,
  shown: (c: string) => string = (c) => c,
): string {
  let [text, column, blanks, at] = ['', start, false, 0];
  for (const c of value) {
    const single = c === ' ' && !blanks && value[at + 1] !== ' ';
    if (single && column > WIDTH && allowed(at)) {
      text += `\n${' '.repeat(indent)}`;
      column = indent;
    } else {
      text += shown(c);
      column += shown(c).length === 2 && c === "'" ? 2 : 1;
    }
    blanks = c === ' ';
    at += c.length;
  }
  return text;
}

/** Whether a letter is written as it is (`is_printable`). */
export function isPrintable(c: string): boolean {
  const code = c.codePointAt(0) as number;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true;
  if (code < 0xa0 || code === 0xfeff) return false;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(c: string): string {
  const code = c.codePointAt(0) as number;
  const short = shortEscapes[c];
  if (short !== undefined) return short;
  if (isPrintable(c)) return c;
  const hex = code.toString(16).toUpperCase();
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A scalar in double quotes; where it is broken, a blank that would be lost is escaped. */
export function doubleQuoted(value: string, place: Place | undefined): string {
  let [text, column, blanks, at] = ['', (place?.column ?? 0) + 1, false, 0];
  for (const c of value) {
    const inside = at > 0 && at < value.length - 1;
    if (place && c === ' ' && !blanks && column > WIDTH && inside) {
      const next = value[at + 1] === ' ' ? '\\' : '';
      text += `\n${' '.repeat(place.indent)}${next}`;
      column = place.indent + next.length;
      blanks = true;
    } else {
      const shown = escaped(c);
      text += shown;
      column += [...shown].length;
      blanks = c === ' ';
    }
    at += c.length;
  }
  return `"${text}"`;
}
