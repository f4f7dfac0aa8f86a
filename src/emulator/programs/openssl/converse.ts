import { isErrno } from '../../host/errno.ts';
import type { Call, Fd } from '../../host/syscalls.ts';
import type { TlsSession } from '../../host/tls/client.ts';
import { MILLISECOND } from '../../world/time.ts';
import type { Line } from './options.ts';
import { sessionText, type Verified } from './report.ts';

/** What a real one needs for printing; tickets that are on their way come meanwhile. */
const PRINTING = MILLISECOND;

/** Passes text on in both directions until one side ends; gives the exit code. */
export function* converse(
  line: Line,
  fd: Fd,
  made: TlsSession,
  verified: Verified,
  serverName: string | undefined,
): Call<number> {
  const { sys } = line;
  const stays = (line.has('quiet') || line.has('ign_eof')) && !line.has('no_ign_eof');
  let open = true;
  let number = 0;
  if (made.version === 'TLSv1.3' && serverName !== undefined) yield* sys.poll([fd], PRINTING);
  for (;;) {
    if (made.waiting() || (yield* isReady(line, fd))) {
      const piece = yield* made.next();
      if (piece === null || isErrno(piece)) {
        if (!line.has('quiet')) yield* sys.write(line.has('brief') ? 2 : 1, 'closed\n');
        return 0;
      }
      if (piece !== '') yield* sys.write(1, piece);
      else if (!line.has('quiet') && !line.has('brief') && made.tickets.length > number) {
        number = made.tickets.length;
        const text = sessionText(sys, made, made.tickets.at(-1), verified, number);
        const head = '---\nPost-Handshake New Session Ticket arrived:\n';
        yield* sys.write(1, `${head}${text}---\nread R BLOCK\n`);
      }
      continue;
    }
    const ready = yield* sys.poll(open ? [fd, 0] : [fd]);
    if (!ready.includes(0) || ready.includes(fd)) continue;
    const text = yield* sys.read(0);
    if (text === null || isErrno(text)) {
      open = false;
      if (stays) continue;
      yield* sys.write(2, 'DONE\n');
      yield* made.end();
      return 0;
    }
    if (!stays && text.startsWith('Q')) {
      yield* sys.write(2, 'DONE\n');
      yield* made.end();
      return 0;
    }
    yield* made.write(text);
  }
}

function* isReady({ sys }: Line, fd: Fd): Call<boolean> {
  return (yield* sys.poll([fd], 0)).length > 0;
}
