import { isErrno } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';

/**
 * Copies standard input to a connection and what comes from it to standard output, until the other
 * side closes. `quiet`: how long the network may be silent, in microseconds; undefined for ever.
 */
export function* pump(sys: Sys, fd: Fd, quiet: number | undefined): Call<void> {
  let open = true;
  for (;;) {
    const ready = yield* sys.poll(open ? [0, fd] : [fd], quiet);
    if (ready.length === 0) return;
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) {
        open = false;
        sys.shutdown(fd);
      } else if (yield* sys.write(fd, text)) return;
    }
    if (!ready.includes(fd)) continue;
    const text = yield* sys.read(fd);
    if (text === null || isErrno(text)) return;
    yield* sys.write(1, text);
  }
}
