import { isErrno, strerror } from '../host/errno.ts';
import type { Call, Sys } from '../host/syscalls.ts';

/** All of standard input. */
export function* readAll(sys: Sys): Call<string> {
  let text = '';
  for (
    let piece = yield* sys.read(0);
    piece !== null && !isErrno(piece);
    piece = yield* sys.read(0)
  )
    text += piece;
  return text;
}

/** Text of the named files, or of standard input; missing ones are told, and `failed` is set. */
export function* readInputs(
  sys: Sys,
  name: string,
  paths: readonly string[],
): Call<{
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  readonly failed: boolean;
}> {
  if (paths.length === 0)
    return { texts: [{ path: '-', text: yield* readAll(sys) }], failed: false };
  const texts: { path: string; text: string }[] = [];
  let failed = false;
  for (const path of paths) {
    if (path === '-') {
      texts.push({ path, text: yield* readAll(sys) });
      continue;
    }
    const found = sys.files.read(path);
    if (isErrno(found)) {
      yield* sys.write(2, `${name}: ${path}: ${strerror(found)}\n`);
      failed = true;
    } else texts.push({ path, text: found.text });
  }
  return { texts, failed };
}

/** Calls back for each line of standard input as it comes. */
export function* eachLine(
  sys: Sys,
  paths: readonly string[],
  name: string,
  work: (line: string) => Call<boolean>,
): Call<boolean> {
  if (paths.length > 0) {
    const { texts, failed } = yield* readInputs(sys, name, paths);
    for (const { text } of texts) {
      for (const line of linesOf(text)) if (!(yield* work(line))) return failed;
    }
    return failed;
  }
  let buffer = '';
  for (
    let piece = yield* sys.read(0);
    piece !== null && !isErrno(piece);
    piece = yield* sys.read(0)
  ) {
    buffer += piece;
    const lines = buffer.split('\n');
    buffer = lines.pop() ?? '';
    for (const line of lines) if (!(yield* work(line))) return false;
  }
  if (buffer !== '') yield* work(buffer);
  return false;
}

/** Lines without their ends. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
