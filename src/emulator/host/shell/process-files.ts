import type { ProcessSubstitutionPart } from 'unbash';
import { isErrno } from '../errno.ts';
import type { Call } from '../syscalls.ts';
import { forkShell } from './fork.ts';
import { runList } from './run.ts';
import type { Shell } from './shell.ts';

/** Gives what was written to `>( )` to its commands, and takes the files of a command away. */
export function* endSubstitutions(shell: Shell, from: number): Call<void> {
  const { sys } = shell;
  for (const { path, feed } of shell.substitutions.splice(from)) {
    const text = sys.files.read(path);
    sys.files.remove(path);
    if (!feed || isErrno(text)) continue;
    const { script } = feed as unknown as ProcessSubstitutionPart;
    const pipe = sys.pipe();
    const pid = forkShell(shell, (copy) => runList(copy, script?.commands ?? []), {
      fds: { 0: pipe.read },
    });
    sys.close(pipe.read);
    yield* sys.write(pipe.write, text.text);
    sys.close(pipe.write);
    if (!isErrno(pid)) yield* sys.wait(pid);
  }
}
