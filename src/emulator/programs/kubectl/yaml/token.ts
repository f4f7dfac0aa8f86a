/** A place in the text, all counted from 0. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  readonly mark: Mark;
  readonly value: string;
  /** Of scalars: plain ones are resolved, the others are text. */
  readonly plain: boolean;
}

/**
 * A mistake in the text. The line is told as go-yaml tells it: the scanner counts from 1, the
 * parser from 0, and the first line of all is not told.
 */
export class YamlError extends Error {
  override readonly name = 'YamlError';

  static scanner(mark: Mark, problem: string): YamlError {
    return new YamlError(mark.line === 0 ? problem : `line ${mark.line + 1}: ${problem}`);
  }

  static parser(mark: Mark, context: Mark, problem: string): YamlError {
    const line = mark.line || context.line;
    return new YamlError(line === 0 ? problem : `line ${line}: ${problem}`);
  }
}
