import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';
import { FindError, parseWords, type Expression, type Place } from './expression.ts';

/** find: walks through directories and tests what it meets. */
const program: ProgramCode = {
  *run(argv, sys) {
    try {
      const { paths, depths, depthFirst, expression } = parseWords(argv.slice(1), sys);
      let code = 0;
      for (const path of paths) {
        if (!(yield* walk(sys, { path, depth: 0 }, expression, depths, depthFirst))) code = 1;
      }
      return code;
    } catch (problem) {
      if (!(problem instanceof FindError)) throw problem;
      yield* sys.write(2, `find: ${problem.message}\n`);
      return 1;
    }
  },
};

function* walk(
  sys: Sys,
  { path, depth }: Omit<Place, 'stat'>,
  expression: Expression,
  [least, most]: readonly [number, number],
  depthFirst: boolean,
): Call<boolean> {
  const stat = sys.files.stat(path, { follow: false });
  if (isErrno(stat)) {
    yield* sys.write(2, `find: ‘${path}’: ${strerror(stat)}\n`);
    return false;
  }
  const place = { path, depth, stat, pruned: false };
  let good = true;
  if (!depthFirst && depth >= least) yield* expression(place);
  if (stat.type === 'directory' && depth < most && !place.pruned) {
    const names = sys.files.list(path);
    if (isErrno(names)) {
      yield* sys.write(2, `find: ‘${path}’: ${strerror(names)}\n`);
      good = false;
    }
    for (const name of isErrno(names) ? [] : names) {
      const inner = { path: `${path.replace(/\/$/, '')}/${name}`, depth: depth + 1 };
      if (!(yield* walk(sys, inner, expression, [least, most], depthFirst))) good = false;
    }
  }
  if (depthFirst && depth >= least) yield* expression(place);
  return good;
}

export default program;
