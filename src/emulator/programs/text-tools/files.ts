import { isErrno, strerror } from '../../host/errno.ts';
import { patternToRegExp } from '../../host/shell/expand/pattern.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';
import { linesOf, readAll } from '../input.ts';
import { unifiedDiff } from '../unified-diff.ts';

/** find: `-name -type -maxdepth -print`. */
export const find: Program = {
  name: 'find',
  paths: ['/usr/bin/find', '/bin/find'],
  *run(argv, sys) {
    const paths: string[] = [];
    const tests: ((path: string, type: string) => boolean)[] = [];
    let depth = Infinity;
    for (let i = 1; i < argv.length; i++) {
      const word = argv[i] as string;
      if (!word.startsWith('-')) paths.push(word);
      else if (word === '-name' || word === '-iname') {
        const pattern = patternToRegExp(argv[++i] ?? '');
        tests.push((path) => pattern.test(path.split('/').at(-1) ?? ''));
      } else if (word === '-type') {
        const wanted = { f: 'file', d: 'directory', l: 'symlink' }[argv[++i] ?? ''];
        tests.push((_path, type) => type === wanted);
      } else if (word === '-maxdepth') depth = Number(argv[++i]);
      else if (word !== '-print') {
        yield* sys.write(
          2,
          /^-(exec|mtime|size|perm|user|newer|delete|not|o|a|regex|path)$/.test(word)
            ? `find: ${word} is not modelled here\n`
            : `find: unknown predicate \`${word}'\n`,
        );
        return 1;
      }
    }
    let code = 0;
    for (const path of paths.length > 0 ? paths : ['.']) {
      if (!(yield* walk(sys, path, depth, (each, type) => tests.every((test) => test(each, type)))))
        code = 1;
    }
    return code;
  },
};

function* walk(
  sys: Sys,
  path: string,
  depth: number,
  shows: (path: string, type: string) => boolean,
): Call<boolean> {
  const stat = sys.files.stat(path, { follow: false });
  if (isErrno(stat)) {
    yield* sys.write(2, `find: '${path}': ${strerror(stat)}\n`);
    return false;
  }
  if (shows(path, stat.type)) yield* sys.write(1, `${path}\n`);
  if (stat.type !== 'directory' || depth <= 0) return true;
  const names = sys.files.list(path);
  for (const name of isErrno(names) ? [] : names)
    yield* walk(sys, `${path.replace(/\/$/, '')}/${name}`, depth - 1, shows);
  return true;
}

/** xargs: `-n -I -r`. */
export const xargs: Program = {
  name: 'xargs',
  paths: ['/usr/bin/xargs'],
  *run(argv, sys) {
    let rest = argv.slice(1);
    let size = Infinity;
    let replace: string | undefined;
    while (/^-/.test(rest[0] ?? '')) {
      const word = rest[0] as string;
      if (word.startsWith('-n')) {
        size = Number(word.slice(2) || rest[1]);
        rest = rest.slice(word.length > 2 ? 1 : 2);
      } else if (word.startsWith('-I')) {
        replace = word.slice(2) || rest[1];
        rest = rest.slice(word.length > 2 ? 1 : 2);
      } else if (word === '-r' || word === '-t') rest = rest.slice(1);
      else {
        yield* sys.write(2, `xargs: ${word} is not modelled here\n`);
        return 2;
      }
    }
    const command = rest.length > 0 ? rest : ['echo'];
    const text = yield* readAll(sys);
    const items = replace === undefined ? text.split(/\s+/).filter(Boolean) : linesOf(text);
    const calls: string[][] = [];
    if (replace !== undefined)
      for (const item of items) calls.push(command.map((word) => word.replaceAll(replace, item)));
    else
      for (let i = 0; i < Math.max(1, items.length); i += size)
        calls.push([...command, ...items.slice(i, i + size)]);
    let code = 0;
    for (const call of calls) {
      const pid = sys.spawn(call, { fds: { 0: 'null' } });
      if (isErrno(pid)) {
        yield* sys.write(2, `xargs: ${call[0]}: No such file or directory\n`);
        return 127;
      }
      const status = yield* sys.wait(pid);
      if (!('exited' in status) || status.exited !== 0) code = 123;
    }
    return code;
  },
};

/** diff -u and plain diff (as a unified one would be read, plain is not modelled). */
export const diffTool: Program = {
  name: 'diff',
  paths: ['/usr/bin/diff', '/bin/diff'],
  *run(argv, sys) {
    const paths = argv.slice(1).filter((word) => !word.startsWith('-'));
    const unified = argv.some((word) => /^-\w*u/.test(word));
    const texts: string[] = [];
    for (const path of paths.slice(0, 2)) {
      const found = sys.files.read(path);
      if (isErrno(found)) {
        yield* sys.write(2, `diff: ${path}: ${strerror(found)}\n`);
        return 2;
      }
      texts.push(found.text);
    }
    if (texts.length < 2) {
      yield* sys.write(
        2,
        "diff: missing operand after 'diff'\ndiff: Try 'diff --help' for more information.\n",
      );
      return 2;
    }
    if (texts[0] === texts[1]) return 0;
    if (!unified) {
      yield* sys.write(2, 'diff: the plain format is not modelled here, use -u\n');
      return 2;
    }
    yield* sys.write(
      1,
      `--- ${paths[0]}\n+++ ${paths[1]}\n${unifiedDiff(texts[0] as string, texts[1] as string)}`,
    );
    return 1;
  },
};
