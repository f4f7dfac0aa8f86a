import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';
import { eachLine } from '../input.ts';
import { readOptions, type Options } from '../options.ts';
import { toRegExp } from './regex.ts';

const spec = {
  flags: 'ivnclLoqrRwxEFGhHse',
  values: 'eABCm',
  long: {
    'ignore-case': 'i',
    'invert-match': 'v',
    'line-number': 'n',
    count: 'c',
    'only-matching': 'o',
    quiet: 'q',
    recursive: 'r',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    color: 'G',
    'line-buffered': 'h',
  },
  unmodelled: ['-P', '-z', '-b', '--include', '--exclude'],
};

/** grep and egrep: lines that match, as they come. */
export function grep(name: 'grep' | 'egrep'): Program {
  return {
    name,
    paths: [`/usr/bin/${name}`, `/bin/${name}`],
    *run(argv, sys) {
      const options = yield* readOptions(sys, argv, spec, 2);
      if (typeof options === 'number') return options;
      const given = options.value('e');
      const [first, ...files] = given === undefined ? options.rest : [given, ...options.rest];
      if (first === undefined) {
        yield* sys.write(
          2,
          `Usage: ${name} [OPTION]... PATTERNS [FILE]...\nTry '${name} ` +
            `--help' for more information.\n`,
        );
        return 2;
      }
      const matcher = matcherOf(first, options, name === 'egrep');
      if (!matcher) {
        yield* sys.write(2, `${name}: Unmatched [, [^, [:, [., or [=\n`);
        return 2;
      }
      return yield* search(sys, name, matcher, options, files);
    },
  };
}

function matcherOf(pattern: string, { has }: Options, egrep: boolean): RegExp | undefined {
  const flags = has('i') ? 'gi' : 'g';
  const alternatives = pattern
    .split('\n')
    .map((each) =>
      has('F')
        ? each.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
        : (toRegExp(each, egrep || has('E'))?.source ?? '('),
    );
  const joined = alternatives.join('|');
  try {
    return new RegExp(
      has('x') ? `^(?:${joined})$` : has('w') ? `(?<!\\w)(?:${joined})(?!\\w)` : joined,
      flags,
    );
  } catch {
    return undefined;
  }
}

function* search(
  sys: Sys,
  name: string,
  matcher: RegExp,
  options: Options,
  paths: readonly string[],
): Call<number> {
  const { has, value } = options;
  const files =
    has('r') || has('R')
      ? (paths.length > 0 ? paths : ['.']).flatMap((path) => walk(sys, path))
      : paths;
  const many = (files.length > 1 || has('r') || has('R')) && !has('h');
  let found = false;
  let failed = false;
  const [before, after] = [
    Number(value('B') ?? value('C') ?? 0),
    Number(value('A') ?? value('C') ?? 0),
  ];
  const hit = (line: string) => {
    matcher.lastIndex = 0;
    return matcher.test(line) !== has('v');
  };
  const print = function* (line: string, number: number, lead: string, mark: string): Call<void> {
    const head = lead + (has('n') ? `${number}${mark}` : '');
    if (has('o') && !has('v'))
      for (const [text] of line.matchAll(matcher)) yield* sys.write(1, `${head}${text}\n`);
    else yield* sys.write(1, `${head}${line}\n`);
  };
  const one = function* (path: string | undefined): Call<void> {
    const lead = many && path !== undefined ? `${path}:` : '';
    let number = 0;
    let count = 0;
    let tail = 0;
    const kept: string[] = [];
    const limit = Number(value('m') ?? Infinity);
    failed =
      (yield* eachLine(sys, path === undefined ? [] : [path], name, function* (line) {
        number += 1;
        if (hit(line)) {
          found = true;
          count += 1;
          if (has('q')) return false;
          if (!has('c') && !has('l')) {
            for (const [i, old] of kept.entries())
              yield* print(old, number - kept.length + i, lead.replace(/:$/, '-'), '-');
            yield* print(line, number, lead, ':');
          }
          kept.length = 0;
          tail = after;
        } else if (tail > 0 && !has('c')) {
          tail -= 1;
          yield* print(line, number, lead.replace(/:$/, '-'), '-');
        } else if (before > 0) {
          kept.push(line);
          if (kept.length > before) kept.shift();
        }
        return count < limit;
      })) || failed;
    if (has('c')) yield* sys.write(1, `${lead}${count}\n`);
    if (has('l') && count > 0) yield* sys.write(1, `${path ?? '(standard input)'}\n`);
  };
  if (files.length === 0) yield* one(undefined);
  for (const path of files) {
    const stat = sys.files.stat(path);
    if (isErrno(stat)) {
      if (!has('s')) yield* sys.write(2, `${name}: ${path}: ${strerror(stat)}\n`);
      failed = true;
    } else if (stat.type === 'directory') yield* sys.write(2, `${name}: ${path}: Is a directory\n`);
    else yield* one(path);
  }
  return failed ? 2 : found ? 0 : 1;
}

function walk(sys: Sys, path: string): string[] {
  const names = sys.files.list(path);
  return isErrno(names) ? [path] : names.flatMap((name) => walk(sys, `${path}/${name}`));
}
