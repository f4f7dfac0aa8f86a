/** A part of a line that is compared, and how. */
export interface Key {
  readonly from: Place;
  readonly to: Place | undefined;
  /** Letters of its own options, or those of the whole run. */
  readonly letters: string;
}

interface Place {
  readonly field: number;
  readonly letter: number;
  readonly skipsBlanks: boolean;
}

/** Reads `2,3n` or `1.2`; a text is what is wrong with it. */
export function readKey(text: string, common: string): Key | string {
  const found = /^(\d+)(?:\.(\d+))?([bdfghiMnrRV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnrRV]*))?$/.exec(
    text,
  );
  if (!found) return `invalid number at field start: invalid count at start of '${text}'`;
  const [, field, letter, own = '', endField, endLetter, endOwn = ''] = found;
  if (Number(field) === 0) return `field number is zero: invalid field specification '${text}'`;
  const letters = own + endOwn === '' ? common : own + endOwn;
  const skips = (mine: string) =>
    mine.includes('b') || (own + endOwn === '' && common.includes('b'));
  return {
    from: { field: Number(field), letter: Number(letter ?? 1), skipsBlanks: skips(own) },
    to:
      endField === undefined
        ? undefined
        : { field: Number(endField), letter: Number(endLetter ?? 0), skipsBlanks: skips(endOwn) },
    letters,
  };
}

/** Where fields begin and end in a line. */
function fieldsOf(line: string, separator: string | undefined): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  if (separator === undefined) {
    for (const match of line.matchAll(/[ \t]*[^ \t]+/g)) {
      found.push([match.index, match.index + match[0].length]);
    }
    return found;
  }
  const mark = separator === '\\0' ? '\0' : separator;
  for (let at = 0; ;) {
    const next = line.indexOf(mark, at);
    found.push([at, next < 0 ? line.length : next]);
    if (next < 0) return found;
    at = next + mark.length;
  }
}

function textOf(line: string, { from, to }: Key, separator: string | undefined): string {
  if (from.field === 1 && from.letter === 1 && !to && !from.skipsBlanks) return line;
  const fields = fieldsOf(line, separator);
  const blanks = (at: number) => /^[ \t]*/.exec(line.slice(at))?.[0].length ?? 0;
  const first = fields[from.field - 1];
  if (!first) return '';
  const start = first[0] + (from.skipsBlanks ? blanks(first[0]) : 0) + from.letter - 1;
  if (!to) return line.slice(start);
  const last = fields[to.field - 1];
  if (!last) return line.slice(start);
  if (to.letter === 0) return line.slice(start, Math.max(start, last[1]));
  return line.slice(start, last[0] + (to.skipsBlanks ? blanks(last[0]) : 0) + to.letter);
}

const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const plain = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function number(text: string): number {
  return Number(/^[ \t]*-?(?:\d+\.?\d*|\.\d+)/.exec(text)?.[0] ?? 0);
}

function human(text: string): number {
  const [, digits = '0', unit = ''] = /^[ \t]*(-?\d*\.?\d*)([KkMGTPEZY]?)/.exec(text) ?? [];
  return Number(digits || 0) * 1024 ** ' KMGTPEZY'.indexOf(unit.toUpperCase() || ' ');
}

/** Versions: runs of digits as numbers, `~` before everything. */
function version(a: string, b: string): number {
  const cut = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const [one, other] = [cut(a), cut(b)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [x = '', y = ''] = [one[at], other[at]];
    const both = /^\d/.test(x) && /^\d/.test(y);
    const found = both
      ? Number(x) - Number(y)
      : plain(x.replaceAll('~', '\0'), y.replaceAll('~', '\0'));
    if (found !== 0) return found;
  }
  return 0;
}

function compare(a: string, b: string, letters: string): number {
  if (letters.includes('n')) return number(a) - number(b);
  if (letters.includes('g')) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  if (letters.includes('h')) return human(a) - human(b);
  if (letters.includes('M')) {
    const month = (text: string) => months.indexOf(text.trim().slice(0, 3).toUpperCase());
    return month(a) - month(b);
  }
  let [one, other] = [a, b];
  if (letters.includes('d'))
    [one, other] = [a, b].map((each) => each.replaceAll(/[^\p{L}\p{N}\s]/gu, '')) as [
      string,
      string,
    ];
  if (letters.includes('f')) [one, other] = [one.toUpperCase(), other.toUpperCase()];
  return letters.includes('V') ? version(one, other) : plain(one, other);
}

/** The order of lines by their keys; lines with equal keys by the whole of them. */
export function createOrder(
  keys: readonly Key[],
  separator: string | undefined,
  stable: boolean,
  reversed: boolean,
): (a: string, b: string) => number {
  return (a, b) => {
    for (const key of keys) {
      const found = compare(textOf(a, key, separator), textOf(b, key, separator), key.letters);
      if (found !== 0) return key.letters.includes('r') ? -found : found;
    }
    if (stable) return 0;
    return reversed ? plain(b, a) : plain(a, b);
  };
}
