import { isErrno } from '../../host/errno.ts';
import type { Call, Errno, Fd, Sys } from '../../host/syscalls.ts';
import type { Tool } from './tool.ts';

/** Opens an operand: `-` is standard input. */
export function openInput(sys: Sys, path: string): Fd | Errno {
  return path === '-' || path === '/dev/stdin' ? 0 : sys.open(path, 'r');
}

/** Calls back for each piece of an operand as it comes; an errno where it cannot be read. */
export function* eachPiece(
  sys: Sys,
  path: string,
  work: (piece: string) => Call<boolean | void>,
): Call<Errno | undefined> {
  const fd = openInput(sys, path);
  if (isErrno(fd)) return fd;
  try {
    for (;;) {
      const piece = yield* sys.read(fd);
      if (piece === null) return undefined;
      if (isErrno(piece)) return piece;
      if ((yield* work(piece)) === false) return undefined;
    }
  } finally {
    if (fd !== 0) sys.close(fd);
  }
}

/** The whole text of an operand. */
export function* readText(sys: Sys, path: string): Call<string | Errno> {
  let text = '';
  const failed = yield* eachPiece(sys, path, function* (piece) {
    text += piece;
  });
  return failed ?? text;
}

/** A line without its end, and whether it had one. */
export interface Line {
  readonly text: string;
  readonly ended: boolean;
}

/**
 * Calls back with the lines of an operand, as many at once as have come; `false` ends the reading.
 * Gives an errno where the operand cannot be read.
 */
export function* eachLines(
  sys: Sys,
  path: string,
  work: (lines: readonly string[], ended: boolean) => Call<boolean | void>,
  end = '\n',
): Call<Errno | undefined> {
  let rest = '';
  let stopped = false;
  const failed = yield* eachPiece(sys, path, function* (piece) {
    const cut = piece.lastIndexOf(end);
    if (cut < 0) {
      rest += piece;
      return true;
    }
    const whole = rest + piece.slice(0, cut);
    rest = piece.slice(cut + 1);
    stopped = (yield* work(whole.split(end), true)) === false;
    return !stopped;
  });
  if (!failed && !stopped && rest !== '') yield* work([rest], false);
  return failed;
}

/**
 * All operands' texts in order; what cannot be read is told. Standard input where there is none.
 */
export function* readAll(
  tool: Tool,
  operands: readonly string[] = tool.operands,
): Call<{
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  readonly failed: boolean;
}> {
  const texts: { path: string; text: string }[] = [];
  let failed = false;
  for (const path of operands.length > 0 ? operands : ['-']) {
    const text = yield* readText(tool.sys, path);
    if (isErrno(text)) {
      yield* tool.fail(path, text);
      failed = true;
    } else texts.push({ path, text });
  }
  return { texts, failed };
}

/** Lines of a text without their ends. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
