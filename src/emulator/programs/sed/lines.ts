import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Fd } from '../../host/syscalls.ts';
import type { Line } from '../gnu/input.ts';
import { createRecords, type Records } from '../gnu/records.ts';
import type { Tool } from '../gnu/tool.ts';
import type { Mode } from './run.ts';

/** Lines of all files, one ahead of the script, and what is written. */
export interface Lines {
  next(): Call<string | undefined>;
  /** Whether the present line is the last one (of its file, with `-s` or `-i`). */
  isLast(): Call<boolean>;
  number(): number;
  file(): string;
  /** Writes the pattern space, without a line's end where the input had none. */
  print(text: string): Call<void>;
  write(text: string): Call<void>;
  /** What `w` writes to a file. */
  writeTo(path: string, text: string): Call<void>;
  /** Ends the output; after `q` the rest of a file that is changed in place is kept. */
  finish(keepsRest: boolean): Call<void>;
  failed(): boolean;
}

/** Makes the input and output of one run. */
export function createLines(tool: Tool, files: readonly string[], mode: Mode): Lines {
  const { sys } = tool;
  const alone = mode.separate || mode.backup !== undefined;
  const waiting = files.length > 0 ? [...files] : ['-'];
  const outputs = new Map<string, Fd>();
  let present: { readonly path: string; readonly fd: Fd; readonly records: Records } | undefined;
  let ahead: Line | undefined;
  let ended = true;
  let number = 0;
  let failed = false;
  let path = '-';
  let kept = '';
  let inPlace: string | undefined;
  /** A line without its end was written; the end comes before anything else. */
  let owed = false;

  const flush = function* (): Call<void> {
    const text = kept;
    kept = '';
    if (text !== '') yield* sys.write(1, text);
  };
  const open = function* (name: string): Call<void> {
    const stat = name === '-' ? undefined : sys.files.stat(name);
    const isFolder = stat !== undefined && !isErrno(stat) && stat.type === 'directory';
    const fd = name === '-' ? 0 : sys.open(name, 'r');
    if (isErrno(fd) || isFolder) {
      failed = true;
      yield* flush();
      if (!isErrno(fd)) {
        const what = mode.backup === undefined ? `read error on ${name}: Is a directory` : '';
        yield* tool.complain(what || `couldn't edit ${name}: not a regular file`);
      } else yield* tool.complain(`can't read ${name}: ${strerror(fd)}`);
      return;
    }
    present = { path: name, fd, records: createRecords(sys, fd) };
    if (alone) number = 0;
  };
  const closePresent = () => {
    if (!present) return;
    if (present.fd !== 0) sys.close(present.fd);
    if (inPlace !== undefined) saveInPlace(tool, present.path, inPlace, mode.backup ?? '');
    inPlace = undefined;
    owed = false;
    present = undefined;
  };
  /** Reads one line ahead; false at the end of everything, or of the file where `within`. */
  const look = function* (within: boolean): Call<boolean> {
    while (ahead === undefined) {
      if (!present) {
        if (within) return false;
        const name = waiting.shift();
        if (name === undefined) return false;
        yield* open(name);
        continue;
      }
      const line = yield* present.records.next(mode.end, flush);
      if (line !== undefined && !isErrno(line)) ahead = line;
      else if (within) return false;
      else closePresent();
    }
    return true;
  };
  const lines: Lines = {
    *next() {
      if (!(yield* look(false))) return undefined;
      const line = ahead as Line;
      ahead = undefined;
      number += 1;
      ended = line.ended;
      path = present?.path ?? '-';
      if (mode.backup !== undefined && path !== '-') inPlace ??= '';
      return line.text;
    },
    *isLast() {
      return !(yield* look(alone));
    },
    number: () => number,
    file: () => path,
    *print(text) {
      yield* lines.write(text + mode.end);
      if (ended) return;
      owed = true;
      if (inPlace !== undefined) inPlace = inPlace.slice(0, -1);
      else kept = kept.slice(0, -1);
    },
    *write(text) {
      const whole = (owed ? mode.end : '') + text;
      owed = false;
      if (inPlace !== undefined) inPlace += whole;
      else kept += whole;
      if (kept.length > 8_192 && ended) yield* flush();
    },
    *writeTo(name, text) {
      if (name === '/dev/stdout') return yield* lines.write(text);
      const fd = outputs.get(name) ?? (name === '/dev/stderr' ? 2 : sys.open(name, 'w'));
      if (isErrno(fd)) {
        failed = true;
        return yield* tool.complain(`couldn't open file ${name}: ${strerror(fd)}`);
      }
      outputs.set(name, fd);
      yield* sys.write(fd, text);
      return undefined;
    },
    *finish(keepsRest) {
      if (keepsRest && inPlace !== undefined) {
        while (yield* look(true)) {
          inPlace += (ahead as Line).text + ((ahead as Line).ended ? mode.end : '');
          ahead = undefined;
        }
      }
      closePresent();
      yield* flush();
      for (const fd of outputs.values()) if (fd > 2) sys.close(fd);
    },
    failed: () => failed,
  };
  return lines;
}

/** Puts the new text in the place of a file, and keeps the old one where it is asked for. */
function saveInPlace({ sys }: Tool, path: string, text: string, backup: string): void {
  if (backup !== '') {
    const before = sys.files.read(path);
    const name = path.split('/').at(-1) ?? '';
    const folder = path.slice(0, path.length - name.length);
    const to = backup.includes('*') ? backup.replaceAll('*', name) : name + backup;
    if (!isErrno(before)) sys.files.write(to.includes('/') ? to : folder + to, before.text);
  }
  sys.files.write(path, text);
}
