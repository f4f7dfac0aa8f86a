import { isErrno } from '../../host/errno.ts';
import type { Call, Errno, Fd, Sys } from '../../host/syscalls.ts';
import type { Line } from './input.ts';

/** How an input is cut into records: by a text, by an expression, or into paragraphs (`''`). */
export type Separator = string | RegExp;

/** Records of one open descriptor, read piece by piece, so that one may stop at any of them. */
export interface Records {
  /** The next record; undefined at the end. `before` runs each time that input is awaited. */
  next(separator: Separator, before?: () => Call<void>): Call<Line | Errno | undefined>;
}

/** Makes a reader of records; the descriptor stays the caller's to close. */
export function createRecords(sys: Sys, fd: Fd): Records {
  let buffer = '';
  let at = 0;
  let ended = false;

  const fill = function* (before: (() => Call<void>) | undefined): Call<Errno | undefined> {
    if (before) yield* before();
    const piece = yield* sys.read(fd);
    if (piece === null) ended = true;
    else if (isErrno(piece)) return piece;
    else {
      buffer = buffer.slice(at) + piece;
      at = 0;
    }
    return undefined;
  };
  return {
    *next(separator, before) {
      for (;;) {
        if (separator === '') at += /^\n*/.exec(buffer.slice(at))?.[0].length ?? 0;
        const cut = find(buffer, at, separator, ended);
        if (cut) {
          const text = buffer.slice(at, cut.start);
          at = cut.end;
          return { text, ended: true };
        }
        if (ended) {
          if (at >= buffer.length) return undefined;
          const text = buffer.slice(at);
          at = buffer.length;
          return { text: separator === '' ? text.replace(/\n$/, '') : text, ended: false };
        }
        const failed = yield* fill(before);
        if (failed) return failed;
      }
    },
  };
}

/** Where the next record ends; a match at the end of what has come may still grow. */
function find(
  buffer: string,
  at: number,
  separator: Separator,
  ended: boolean,
): { readonly start: number; readonly end: number } | undefined {
  if (typeof separator === 'string' && separator !== '') {
    const start = buffer.indexOf(separator, at);
    return start < 0 ? undefined : { start, end: start + separator.length };
  }
  const pattern = separator === '' ? /\n\n+/ : (separator as RegExp);
  const found = pattern.exec(buffer.slice(at));
  if (!found || found[0] === '') return undefined;
  const end = at + found.index + found[0].length;
  return end >= buffer.length && !ended ? undefined : { start: at + found.index, end };
}
