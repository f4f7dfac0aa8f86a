const run = (from: string, to: string): string[] => {
  const letters: string[] = [];
  for (let code = from.codePointAt(0) as number; code <= (to.codePointAt(0) as number); code++) {
    letters.push(String.fromCodePoint(code));
  }
  return letters;
};

const [upper, lower, digits] = [run('A', 'Z'), run('a', 'z'), run('0', '9')];
const ascii = run('\0', '\x7f');

const classes: Readonly<Record<string, readonly string[]>> = {
  alnum: [...digits, ...upper, ...lower],
  alpha: [...upper, ...lower],
  blank: ['\t', ' '],
  cntrl: ascii.filter((letter) => letter < ' ' || letter === '\x7f'),
  digit: digits,
  graph: ascii.filter((letter) => letter > ' ' && letter < '\x7f'),
  lower,
  print: ascii.filter((letter) => letter >= ' ' && letter < '\x7f'),
  punct: ascii.filter((letter) => /[!-/:-@[-`{-~]/.test(letter)),
  space: ['\t', '\n', '\v', '\f', '\r', ' '],
  upper,
  xdigit: [...digits, ...run('A', 'F'), ...run('a', 'f')],
};

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The letters of a string of tr; a text is what is wrong with it. `fill` is the first's length. */
export function lettersOf(text: string, fill = 0): string[] | string {
  const letters: string[] = [];
  const piece = /\[:(\w*):\]|\[=(.)=\]|\[([^\\]|\\.)\*(\d*)\]|\\([0-7]{1,3}|[^])|[^]/gu;
  let from: string | undefined;
  let ranges = false;
  for (const [all, name, equal, repeated, count, code] of text.matchAll(piece)) {
    if (name !== undefined) {
      const members = classes[name];
      if (!members) return `invalid character class '${name}'`;
      letters.push(...members);
      from = undefined;
      continue;
    }
    if (repeated !== undefined) {
      const size =
        count === ''
          ? fill - letters.length
          : Number.parseInt(count as string, count?.startsWith('0') ? 8 : 10);
      letters.push(...Array.from({ length: Math.max(0, size) }, () => repeated));
      continue;
    }
    const letter = equal ?? (code === undefined ? all : unescape(code));
    if (ranges && from !== undefined) {
      if (letter < from) {
        return `range-endpoints of '${from}-${letter}' are in reverse collating sequence order`;
      }
      letters.push(...run(from, letter).slice(1));
      [from, ranges] = [undefined, false];
    } else if (all === '-' && from !== undefined) ranges = true;
    else {
      letters.push(letter);
      from = letter;
    }
  }
  if (ranges) letters.push('-');
  return letters;
}

function unescape(code: string): string {
  if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
  return escapes[code] ?? code;
}
