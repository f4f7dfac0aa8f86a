const letters: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

/** How `echo -e`, the format of printf and `$'…'` read what follows a backslash. */
export interface EscapeRules {
  /** Octal digits after `\0` (echo, `%b`) or after the backslash itself (printf). */
  readonly octal: 'zero' | 'plain';
  /** Letters beyond the usual ones that stand for themselves: quotes, `?`. */
  readonly quotes: string;
}

/** Backslash sequences as the letters they mean. `\c` ends the text where `stops` is told. */
export function unescape(text: string, rules: EscapeRules): { text: string; stopped: boolean } {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    if (letter !== '\\' || i + 1 >= text.length) {
      result += letter;
      continue;
    }
    const rest = text.slice(i + 1);
    if (rest.startsWith('c') && rules.octal === 'zero') return { text: result, stopped: true };
    const found = one(rest, rules);
    result += found.text;
    i += found.length;
  }
  return { text: result, stopped: false };
}

function one(rest: string, { octal, quotes }: EscapeRules): { text: string; length: number } {
  const digits = octal === 'zero' ? /^0[0-7]{0,3}|^[1-7][0-7]{0,2}/ : /^[0-7]{1,3}/;
  const number = digits.exec(rest)?.[0];
  if (number !== undefined) {
    const code = Number.parseInt(number, 8) & 255;
    return { text: String.fromCharCode(code), length: number.length };
  }
  const hex = /^x([0-9a-fA-F]{1,2})|^u([0-9a-fA-F]{1,4})|^U([0-9a-fA-F]{1,8})/.exec(rest);
  if (hex) {
    const code = Number.parseInt((hex[1] ?? hex[2] ?? hex[3]) as string, 16);
    return { text: String.fromCodePoint(Math.min(code, 0x10ffff)), length: hex[0].length };
  }
  const letter = rest[0] as string;
  if (letters[letter] !== undefined) return { text: letters[letter], length: 1 };
  return { text: quotes.includes(letter) ? letter : `\\${letter}`, length: 1 };
}

/** The inside of `$'…'`. */
export function unescapeAnsi(text: string): string {
  return unescape(text, { octal: 'plain', quotes: `'"?` }).text;
}
