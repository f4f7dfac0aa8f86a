import { isErrno } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import type { Flags } from './flags.ts';

/**
 * Standard input to the peer, the peer's text to standard output, until the peer ends or both have
 * been idle for `-w`. The end of standard input alone does not end it.
 */
export function* pump(sys: Sys, fd: Fd, flags: Flags): Call<number> {
  let open = !flags.detached;
  let until = Infinity;
  for (;;) {
    const idle = flags.wait ?? Infinity;
    const left = Math.min(idle, until - sys.now);
    const ready = yield* sys.poll(
      open ? [0, fd] : [fd],
      left === Infinity ? undefined : Math.max(0, left),
    );
    if (ready.length === 0) return 0;
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) {
        open = false;
        if (flags.shutdown) sys.shutdown(fd);
        if (flags.quit !== undefined) until = sys.now + flags.quit;
      } else if (isErrno((yield* sys.write(fd, text)) ?? '')) return 1;
    }
    if (ready.includes(fd)) {
      const text = yield* sys.read(fd);
      if (text === null) return 0;
      if (isErrno(text)) return 1;
      yield* sys.write(1, text);
    }
  }
}
