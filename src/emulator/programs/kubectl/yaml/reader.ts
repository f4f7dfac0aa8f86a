import type { Mark } from './token.ts';

/** A cursor over text that keeps line and column. Past the end it reads NUL, as libyaml does. */
export interface Reader {
  peek(ahead?: number): string;
  /** One character that is no line break. */
  skip(count?: number): void;
  /** A line break; gives it as one `\n`. */
  skipLine(): string;
  /** The next character, taken. */
  take(): string;
  mark(): Mark;
  readonly column: number;
  readonly line: number;
  readonly index: number;
  /** What stream end does to the position: as if a line break stood there. */
  endLine(): void;
}

export function createReader(text: string): Reader {
  let index = 0;
  let line = 0;
  let column = 0;
  const reader: Reader = {
    peek: (ahead = 0) => text[index + ahead] ?? '\0',
    skip(count = 1) {
      index += count;
      column += count;
    },
    skipLine() {
      index += text[index] === '\r' && text[index + 1] === '\n' ? 2 : 1;
      column = 0;
      line += 1;
      return '\n';
    },
    take() {
      const found = text[index] ?? '\0';
      reader.skip();
      return found;
    },
    mark: () => ({ index, line, column }),
    get column() {
      return column;
    },
    get line() {
      return line;
    },
    get index() {
      return index;
    },
    endLine() {
      if (column === 0) return;
      column = 0;
      line += 1;
    },
  };
  return reader;
}

export const isEnd = (c: string) => c === '\0';
export const isBreak = (c: string) => c === '\n' || c === '\r' || c === '\x85' || c === '\u2028';
export const isBlank = (c: string) => c === ' ' || c === '\t';
export const isBreakOrEnd = (c: string) => isBreak(c) || isEnd(c);
export const isBlankOrEnd = (c: string) => isBlank(c) || isBreakOrEnd(c);
