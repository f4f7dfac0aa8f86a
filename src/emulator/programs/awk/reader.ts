import { AwkError, type Token } from './lexer.ts';

/** A place in the tokens of a script. */
export interface Reader {
  /** Whether the next token is this operator or keyword, or is of this type. */
  is(what: string): boolean;
  take(): Token;
  expect(what: string): Token;
  ahead(count: number): Token;
  /** Whether the token before is this operator. */
  behind(text: string): boolean;
  skipNewlines(): void;
  place(): number;
  back(place: number): void;
  fail(): never;
}

/** Makes a reader; what cannot be read is told in mawk's words. */
export function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  let depth = 0;
  const ahead = (count: number) => tokens[Math.min(at + count, tokens.length - 1)] as Token;
  const plain = new Set(['number', 'string', 'regular', 'name', 'builtin', 'newline', 'end']);
  const reader: Reader = {
    is(what) {
      const { type, text } = ahead(0);
      if (plain.has(what)) return type === what;
      if (what === 'function' && type === 'function') return true;
      return (type === 'operator' || type === 'keyword') && text === what;
    },
    take() {
      const token = ahead(0);
      if (at < tokens.length) at += 1;
      if (token.text === '{') depth += 1;
      if (token.text === '}') depth -= 1;
      return token;
    },
    expect(what) {
      if (!reader.is(what)) return reader.fail();
      return reader.take();
    },
    ahead,
    behind: (text) => tokens[at - 1]?.type === 'operator' && tokens[at - 1]?.text === text,
    skipNewlines() {
      while (ahead(0).type === 'newline') at += 1;
    },
    place: () => at,
    back(place) {
      at = place;
    },
    fail() {
      const { type, text, line } = ahead(0);
      if (type === 'end' && depth > 0) {
        throw new AwkError(`line ${line + 1}: missing } near end of file`);
      }
      if (text === ')') throw new AwkError(`line ${line}: extra ')'`);
      const shown = type === 'newline' || type === 'end' ? 'end of line' : text;
      throw new AwkError(`line ${line}: syntax error at or near ${shown}`);
    },
  };
  return reader;
}
