import { isErrno, strerror } from '../../host/errno.ts';
import type { Errno } from '../../network/api.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';
import { readOptions, type OptionSpec, type Options } from '../options.ts';

/** A tool that only needs its options and does its work on paths. */
function tool(
  name: string,
  spec: OptionSpec,
  work: (sys: Sys, options: Options) => Call<number>,
): Program {
  return {
    name,
    paths: [`/usr/bin/${name}`, `/bin/${name}`],
    *run(argv, sys) {
      const options = yield* readOptions(sys, argv, spec);
      return typeof options === 'number' ? options : yield* work(sys, options);
    },
  };
}

function* missing(sys: Sys, name: string, what = 'missing operand'): Call<number> {
  yield* sys.write(2, `${name}: ${what}\nTry '${name} --help' for more information.\n`);
  return 1;
}

/** Does something to each path; what fails is told as `mkdir: cannot create directory 'x': …`. */
function* each(
  sys: Sys,
  paths: readonly string[],
  lead: string,
  act: (path: string) => Errno | undefined,
): Call<number> {
  let code = 0;
  for (const path of paths) {
    const failed = act(path);
    if (!failed) continue;
    yield* sys.write(2, `${lead} '${path}': ${strerror(failed)}\n`);
    code = 1;
  }
  return code;
}

function* copy(sys: Sys, options: Options): Call<number> {
  const [target, ...sources] = options.rest.toReversed();
  if (target === undefined) return yield* missing(sys, 'cp', 'missing file operand');
  if (sources.length === 0)
    return yield* missing(sys, 'cp', `missing destination file operand after '${target}'`);
  let code = 0;
  for (const source of sources.toReversed()) {
    const stat = sys.files.stat(source);
    if (isErrno(stat)) {
      yield* sys.write(2, `cp: cannot stat '${source}': ${strerror(stat)}\n`);
      code = 1;
    } else if (stat.type === 'directory' && !options.has('r')) {
      yield* sys.write(2, `cp: -r not specified; omitting directory '${source}'\n`);
      code = 1;
    } else if (copyOne(sys, source, intoFolder(sys, source, target))) code = 1;
  }
  return code;
}

function intoFolder(sys: Sys, source: string, target: string): string {
  const stat = sys.files.stat(target);
  return !isErrno(stat) && stat.type === 'directory'
    ? `${target}/${source.replace(/\/$/, '').split('/').at(-1)}`
    : target;
}

function copyOne(sys: Sys, source: string, target: string): Errno | undefined {
  const names = sys.files.list(source);
  if (!isErrno(names)) {
    sys.files.makeDirectory(target, { parents: true });
    for (const name of names) copyOne(sys, `${source}/${name}`, `${target}/${name}`);
    return undefined;
  }
  const found = sys.files.read(source);
  return isErrno(found) ? found : sys.files.write(target, found.text);
}

export const fileTools: readonly Program[] = [
  tool(
    'mkdir',
    { flags: 'pv', values: 'm', long: { parents: 'p' } },
    function* (sys, { rest, has }) {
      if (rest.length === 0) return yield* missing(sys, 'mkdir');
      return yield* each(sys, rest, 'mkdir: cannot create directory', (path) =>
        sys.files.makeDirectory(path, { parents: has('p') }),
      );
    },
  ),
  tool(
    'rm',
    { flags: 'rRfiv', long: { recursive: 'r', force: 'f' } },
    function* (sys, { rest, has }) {
      if (rest.length === 0 && !has('f')) return yield* missing(sys, 'rm');
      return yield* each(sys, rest, 'rm: cannot remove', (path) => {
        const stat = sys.files.stat(path, { follow: false });
        if (isErrno(stat)) return has('f') ? undefined : stat;
        if (stat.type === 'directory' && !has('r') && !has('R')) return 'EISDIR';
        return sys.files.remove(path, { recursive: true });
      });
    },
  ),
  tool('cp', { flags: 'rRafpvn', long: { recursive: 'r', force: 'f' } }, (sys, options) =>
    copy(sys, {
      ...options,
      has: (letter) =>
        options.has(letter) || (letter === 'r' && (options.has('R') || options.has('a'))),
    }),
  ),
  tool('mv', { flags: 'fnv' }, function* (sys, { rest }) {
    const target = rest.at(-1);
    if (rest.length < 2 || target === undefined)
      return yield* missing(sys, 'mv', 'missing file operand');
    return yield* each(sys, rest.slice(0, -1), 'mv: cannot stat', (path) =>
      sys.files.rename(path, target),
    );
  }),
  tool('touch', { flags: 'acm' }, function* (sys, { rest }) {
    if (rest.length === 0) return yield* missing(sys, 'touch', 'missing file operand');
    return yield* each(sys, rest, 'touch: cannot touch', (path) =>
      sys.files.write(path, '', { append: true }),
    );
  }),
  tool('chmod', { flags: 'Rv' }, function* (sys, { rest }) {
    const [mode = '', ...paths] = rest;
    if (paths.length === 0) return yield* missing(sys, 'chmod');
    if (!/^([0-7]{3,4}|[ugoa]*[+-][rwx]+)$/.test(mode)) {
      yield* sys.write(
        2,
        `chmod: invalid mode: '${mode}'\nTry 'chmod --help' for more information.\n`,
      );
      return 1;
    }
    return yield* each(sys, paths, 'chmod: cannot access', (path) => {
      const stat = sys.files.stat(path);
      if (isErrno(stat)) return stat;
      if (/^\d/.test(mode)) return sys.files.setMode(path, Number.parseInt(mode, 8));
      const bits = [...mode.replace(/^[ugoa]*[+-]/, '')].reduce(
        (sum, letter) => sum | { r: 0o444, w: 0o200, x: 0o111 }[letter as 'r'],
        0,
      );
      return sys.files.setMode(path, mode.includes('+') ? stat.mode | bits : stat.mode & ~bits);
    });
  }),
  tool('ln', { flags: 'sfv' }, function* (sys, { rest, has }) {
    const [target, path] = rest;
    if (target === undefined || path === undefined)
      return yield* missing(sys, 'ln', 'missing file operand');
    if (!has('s')) {
      yield* sys.write(2, 'ln: hard links are not modelled here\n');
      return 2;
    }
    return yield* each(sys, [path], 'ln: failed to create symbolic link', () =>
      sys.files.link(target, path),
    );
  }),
  tool('readlink', { flags: 'f' }, function* (sys, { rest, has }) {
    for (const path of rest) {
      const stat = sys.files.stat(path, { follow: false });
      if (has('f')) yield* sys.write(1, `${sys.files.resolve(path)}\n`);
      else if (!isErrno(stat) && stat.target) yield* sys.write(1, `${stat.target}\n`);
      else return 1;
    }
    return 0;
  }),
];
