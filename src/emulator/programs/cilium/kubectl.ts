import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Runs kubectl, and gives what it printed. */
export function* kubectl(sys: Sys, words: readonly string[]): Call<Ran> {
  const out = sys.pipe();
  const err = sys.pipe();
  const fds = { 0: 'null', 1: out.write, 2: err.write } as const;
  const pid = sys.spawn(['kubectl', ...words], { fds });
  sys.close(out.write);
  sys.close(err.write);
  if (typeof pid !== 'number') return { stdout: '', stderr: 'kubectl: not found', exit: 127 };
  const stdout = yield* drain(sys, out.read);
  const stderr = yield* drain(sys, err.read);
  const ended = yield* sys.wait(pid);
  return { stdout, stderr, exit: 'exited' in ended ? Number(ended.exited) : 1 };
}

function* drain(sys: Sys, fd: number): Call<string> {
  let text = '';
  for (;;) {
    const piece = yield* sys.read(fd);
    if (piece === null || isErrno(piece)) break;
    text += piece;
  }
  sys.close(fd);
  return text;
}
