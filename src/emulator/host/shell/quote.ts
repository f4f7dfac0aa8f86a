/** A word as bash shows it so that it could be read again (`set -x`, `declare -p`). */
export function quoteWord(word: string, always = false): string {
  if (/[\x00-\x1f\x7f]/.test(word)) return `$'${ansi(word)}'`;
  if (word === '') return "''";
  if (!always && /^[\w@%+=:,./^-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function ansi(word: string): string {
  const known: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\x07': '\\a',
    '\b': '\\b',
    '\x1b': '\\E',
    '\f': '\\f',
    '\v': '\\v',
    '\\': '\\\\',
    "'": "\\'",
  };
  return [...word]
    .map((letter) => {
      if (known[letter] !== undefined) return known[letter];
      const code = letter.charCodeAt(0);
      return code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, '0')}` : letter;
    })
    .join('');
}

/** A word with a backslash before each letter that needs one, as `printf %q` writes it. */
export function escapeWord(word: string): string {
  if (word === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(word)) return `$'${ansi(word)}'`;
  return word
    .replaceAll(/[^\w@%+=:./\u0080-\u{10ffff}-]/gu, '\\$&')
    .replace(/^[~#]/, '\\$&')
    .replaceAll('\\\\~', '\\~');
}

/** A value between double quotes, as `declare -p` and `export` show it. */
export function doubleQuote(value: string): string {
  if (/[\x00-\x1f\x7f]/.test(value)) return `$'${ansi(value)}'`;
  return `"${value.replaceAll(/["\\$`]/g, '\\$&')}"`;
}
