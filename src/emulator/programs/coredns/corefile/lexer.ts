/** A word of a Corefile with the place it came from. */
export interface Token {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/**
 * Splits text into tokens as caddyfile's lexer does: blanks separate, `#` begins a comment, a token
 * that begins with a double quote goes on to the next one and may hold line ends.
 */
export function lex(file: string, text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let start = 1;
  let value = '';
  let [comment, quoted, escaped] = [false, false, false];
  const put = () => {
    tokens.push({ text: value, file, line: start });
    value = '';
  };
  for (const letter of text) {
    if (quoted) {
      if (!escaped && letter === '\\') {
        escaped = true;
        continue;
      }
      if (!escaped && letter === '"') {
        quoted = false;
        put();
        continue;
      }
      if (letter === '\n') line += 1;
      value += escaped && letter !== '"' ? `\\${letter}` : letter;
      escaped = false;
    } else if (/\s/.test(letter)) {
      if (letter === '\r') continue;
      if (value !== '') put();
      if (letter === '\n') {
        line += 1;
        comment = false;
      }
    } else {
      if (letter === '#') comment = true;
      if (comment) continue;
      if (value === '') {
        start = line;
        if (letter === '"') {
          quoted = true;
          continue;
        }
      }
      value += letter;
    }
  }
  if (value !== '') put();
  return tokens;
}
