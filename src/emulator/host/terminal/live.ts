import type { Running } from '../kernel/state.ts';
import type { LineOptions } from '../syscalls.ts';
import type { EditorState } from './editor.ts';

/** What a line editor gave to the shell. */
export type LineAnswer = { readonly line: string } | 'interrupt' | null;

/** A terminal's present: what is typed, and who waits for it. */
export interface Live {
  editor: EditorState | undefined;
  reader: Running | undefined;
  options: LineOptions;
  answer: LineAnswer | undefined;
  /** Letters of a line that no program has been given, and whole lines before them. */
  typed: string;
  input: string;
  ended: boolean;
  raw: boolean;
  /** Completions that are shown after a `y`. */
  asking: readonly string[] | undefined;
  /** Output that stands before the prompt on its row, as part of it. */
  before: string;
}

/** A terminal in which nothing was typed yet. */
export function newLive(): Live {
  return {
    editor: undefined,
    reader: undefined,
    options: {},
    answer: undefined,
    ended: false,
    raw: false,
    ...{ typed: '', input: '', before: '' },
    asking: undefined,
  };
}
