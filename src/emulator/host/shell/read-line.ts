import { isErrno } from '../errno.ts';
import type { Call, Fd, Micros } from '../syscalls.ts';
import { Flow, type Shell } from './shell.ts';

/** A line of one of the shell's descriptors with its end; null at the end, undefined when late. */
export function* readLineOf(shell: Shell, fd: Fd): Call<string | null> {
  return (yield* readUntil(shell, fd, { delimiter: '\n' })).text || null;
}

export interface ReadUntil {
  readonly delimiter: string;
  readonly most?: number;
  readonly timeout?: Micros;
}

/** Reads up to a delimiter, and not a letter more, so that others can read what follows. */
export function* readUntil(
  shell: Shell,
  fd: Fd,
  how: ReadUntil,
): Call<{ readonly text: string; readonly late: boolean; readonly bad: boolean }> {
  const to = shell.fds.get(fd);
  if (to === undefined) return { text: '', late: false, bad: true };
  if (to === 'null') return { text: '', late: false, bad: false };
  const { delimiter, most = Infinity, timeout } = how;
  const deadline = timeout === undefined ? undefined : shell.sys.now + timeout;
  let text = '';
  for (;;) {
    const left = deadline === undefined ? undefined : Math.max(0, deadline - shell.sys.now);
    const wanted = {
      interruptible: true,
      until: delimiter,
      ...(most < Infinity && { most: most - text.length }),
    };
    const piece = yield* shell.sys.read(to, left, wanted);
    if (piece === null) return { text, late: false, bad: false };
    if (piece === 'EINTR') {
      if (shell.interrupted) throw new Flow('discard', 130);
      continue;
    }
    if (isErrno(piece)) return { text, late: piece === 'EAGAIN', bad: piece === 'EBADF' };
    text += piece;
    if (text.length >= most || text.endsWith(delimiter)) return { text, late: false, bad: false };
  }
}
