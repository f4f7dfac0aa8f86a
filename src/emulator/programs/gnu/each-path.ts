import { strerror } from '../../host/errno.ts';
import type { Call, Errno } from '../../host/syscalls.ts';
import { quoteName } from './quote.ts';
import type { Tool } from './tool.ts';

/** Does something to each path; what fails is told as `mkdir: LEAD 'x': …`. Gives the exit code. */
export function* eachPath(
  tool: Tool,
  paths: readonly string[],
  lead: string,
  act: (path: string) => Errno | undefined | void,
  done?: (path: string) => string,
  named: (path: string) => string = quoteName,
): Call<number> {
  let code = 0;
  for (const path of paths) {
    const failed = act(path);
    if (failed) {
      yield* tool.complain(`${lead} ${named(path)}: ${strerror(failed)}`);
      code = 1;
    } else if (done && tool.has('v')) yield* tool.out(done(path));
  }
  return code;
}

/** Where a file goes that is copied or moved to a target: into it, where it is a directory. */
export function intoFolder({ sys }: Tool, source: string, target: string, into = true): string {
  const stat = sys.files.stat(target);
  const isFolder = typeof stat === 'object' && stat.type === 'directory';
  if (!isFolder || !into) return target;
  return `${target.replace(/\/+$/, '')}/${source.replace(/\/+$/, '').split('/').at(-1)}`;
}
