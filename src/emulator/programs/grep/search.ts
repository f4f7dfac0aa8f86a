import { isErrno, strerror } from '../../host/errno.ts';
import { patternToRegExp } from '../../host/shell/expand/pattern.ts';
import type { Call, Errno, FileStat } from '../../host/syscalls.ts';
import { openInput } from '../gnu/input.ts';
import { createRecords } from '../gnu/records.ts';
import type { Tool } from '../gnu/tool.ts';
import type { Settings } from './options.ts';
import { createPrinter, type Printer } from './print.ts';

/** Searches all files; the exit code: 0 found, 1 not found, 2 where something could not be read. */
export function* searchAll(tool: Tool, settings: Settings): Call<number> {
  const { has, sys } = tool;
  const { recursive } = settings;
  const files = settings.files.length > 0 ? settings.files : [recursive ? '.' : '-'];
  const printer = createPrinter(tool, settings);
  let found = false;
  let failed = false;
  const complain = function* (path: string, why: string): Call<void> {
    failed = true;
    if (!has('s')) yield* tool.complain(`${path}: ${why}`);
  };
  const visit = function* (path: string, given: boolean): Call<boolean> {
    const stat = path === '-' ? undefined : sys.files.stat(path);
    if (isErrno(stat)) {
      yield* complain(path, strerror(stat));
      return true;
    }
    if (stat?.type === 'directory') {
      if (recursive) return yield* enter(path, given);
      yield* complain(path, strerror('EISDIR'));
      return true;
    }
    if (!wanted(tool, path, stat)) return true;
    const hits = yield* searchOne(tool, settings, printer, path);
    if (typeof hits === 'string') yield* complain(path, strerror(hits));
    else if (hits > 0 !== has('L')) {
      found = true;
      if (has('q')) return false;
    }
    return true;
  };
  const enter = function* (path: string, given: boolean): Call<boolean> {
    const name = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
    const hidden = tool.given.some(
      ({ key, value = '' }) =>
        key === 'exclude-dir' && !given && patternToRegExp(value.replace(/\/$/, '')).test(name),
    );
    if (hidden) return true;
    const names = sys.files.list(path);
    if (isErrno(names)) {
      yield* complain(path, strerror(names));
      return true;
    }
    const lead = settings.files.length === 0 && path === '.' ? '' : `${path.replace(/\/$/, '')}/`;
    for (const each of names) {
      const stat = sys.files.stat(lead + each, { follow: false });
      if (!isErrno(stat) && stat.type === 'symlink' && !has('R')) continue;
      if (!(yield* visit(lead + each, false))) return false;
    }
    return true;
  };
  for (const path of files) if (!(yield* visit(path, true))) break;
  yield* printer.flush();
  if (has('q') && found) return 0;
  return failed ? 2 : found ? 0 : 1;
}

/** `--include` and `--exclude`, by the file's name. */
function wanted(tool: Tool, path: string, stat: FileStat | undefined): boolean {
  if (!stat) return true;
  const name = path.split('/').at(-1) ?? '';
  const globs = tool.given.filter(({ key }) => key === 'include' || key === 'exclude');
  if (globs.length === 0) return true;
  const last = globs.findLast(({ value = '' }) => patternToRegExp(value).test(name));
  if (last) return last.key === 'include';
  return globs[0]?.key !== 'include';
}

/** Searches one file; how many lines were hits. */
function* searchOne(
  tool: Tool,
  settings: Settings,
  printer: Printer,
  path: string,
): Call<number | Errno> {
  const { has, sys } = tool;
  const { matcher, limit, after, before } = settings;
  const fd = openInput(sys, path);
  if (isErrno(fd)) return fd;
  const name = path === '-' ? (tool.value('label') ?? '(standard input)') : path;
  const quiet = has('q', 'l', 'L');
  const shows = !quiet && !has('c');
  const records = createRecords(sys, fd);
  let hits = 0;
  let number = 0;
  let offset = 0;
  let left = 0;
  let kept: { text: string; number: number; offset: number }[] = [];
  printer.begin(name);
  while (hits < limit || left > 0) {
    const line = yield* records.next(settings.end, printer.flush);
    if (line === undefined) break;
    if (isErrno(line)) return line;
    number += 1;
    const at = { text: line.text, number, offset };
    offset += line.text.length + 1;
    matcher.lastIndex = 0;
    if (hits < limit && matcher.test(line.text) !== has('v')) {
      hits += 1;
      if (quiet) break;
      if (shows) {
        for (const old of kept) yield* printer.line(old, false);
        yield* printer.line(at, true);
      }
      kept = [];
      left = after;
    } else if (hits >= limit && line.text !== '' && matcher.test(line.text) !== has('v')) break;
    else if (left > 0) {
      left -= 1;
      if (shows) yield* printer.line(at, false);
    } else if (before > 0) {
      kept.push(at);
      if (kept.length > before) kept.shift();
    }
  }
  if (fd !== 0) sys.close(fd);
  yield* printer.summary(hits);
  return hits;
}
