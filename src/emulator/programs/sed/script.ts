/** Where a command applies. */
export type Address =
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'step'; readonly first: number; readonly step: number }
  | { readonly type: 'last' }
  /** Undefined: the expression used last. */
  | { readonly type: 'match'; readonly pattern: RegExp | undefined };

/** The end of a range: an address, `+N` lines more, or up to a multiple (`~N`). */
export type RangeEnd =
  | Address
  | { readonly type: 'more'; readonly lines: number }
  | { readonly type: 'multiple'; readonly of: number };

export interface Substitution {
  /** Undefined: the expression used last. */
  readonly pattern: RegExp | undefined;
  readonly replacement: readonly Part[];
  readonly all: boolean;
  readonly nth: number;
  readonly print: boolean;
  readonly file: string | undefined;
}

/** A piece of a replacement: text, a group (0 is the whole), or a change of case. */
export type Part =
  | { readonly text: string }
  | { readonly group: number }
  | { readonly letters: 'U' | 'L' | 'u' | 'l' | 'E' };

export interface Command {
  readonly name: string;
  readonly from: Address | undefined;
  readonly to: RangeEnd | undefined;
  readonly negated: boolean;
  /** Text of `a i c`, a label, a file's name. */
  readonly text: string;
  readonly number: number | undefined;
  readonly substitution: Substitution | undefined;
  readonly letters: ReadonlyMap<string, string> | undefined;
  /** Index of the command to go on with: of `b t T` and of `{` when it does not apply. */
  goTo: number;
}

/** A script that cannot be read: GNU's words, and the place in characters. */
export class SedError extends Error {
  readonly at: number;
  constructor(text: string, at: number) {
    super(text);
    this.at = at;
  }
}
