import { isErrno, strerror } from '../../host/errno.ts';
import { fieldOf, readBody } from '../../host/http/message.ts';
import type { Call } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { quote } from '../gnu/quote.ts';
import type { Answer } from './exchange.ts';
import { bar, dots, humanSize, rateText, type Progress } from './progress.ts';
import { receive } from './secure.ts';
import { stamp, tell, warn, type Session } from './session.ts';
import { fileName, type Url } from './url.ts';

/** How the body's transfer ended; 'again' asks for another try. */
export type Saved = 'saved' | 'again' | 'failed';

/** Takes the body to its file or to standard output, with all that is told of it. */
export function* save(session: Session, url: Url, answer: Answer): Call<Saved> {
  const { sys, settings } = session;
  const path = pathFor(session, url);
  const plain = path === '-';
  yield* tell(session, lengthLine(answer));
  const out = plain
    ? 1
    : sys.open(path, settings.output !== undefined && session.files > 0 ? 'a' : 'w');
  if (isErrno(out)) {
    yield* warn(session, `${path}: ${strerror(out)}\n\n`);
    yield* warn(session, `Cannot write to ${quote(sys, path)} (${strerror(out)}).\n`);
    return 'failed';
  }
  const shown = quote(sys, plain ? 'STDOUT' : path);
  yield* tell(session, `Saving to: ${shown}\n`);
  const start = sys.now;
  const onTerminal = settings.verbose && sys.isTerminal(2);
  const { framing } = answer;
  const total = framing.kind === 'length' ? framing.length : undefined;
  const columns = sys.windowSize(2)?.columns ?? 80;
  const draw = (progress: Progress, done: boolean) => bar(path, columns, progress, done);
  if (onTerminal) yield* sys.write(2, `\n${draw({ received: 0, total, elapsed: 0 }, false)}`);
  const { received, problem } = yield* copy(session, answer, out);
  if (!plain) sys.close(out);
  const progress = { received, total, elapsed: sys.now - start };
  if (onTerminal) yield* sys.write(2, `${draw(progress, true)}\n\n`);
  else yield* tell(session, dots(progress));
  session.bytes += received;
  session.transferTime += progress.elapsed;
  const size = total === undefined ? `[${received}]` : `[${received}/${total}]`;
  if (problem !== undefined) {
    const at = total === undefined ? `byte ${received}` : `byte ${received}/${total}`;
    yield* tell(
      session,
      `${stamp(session)} (${rateText(received, progress.elapsed)}) - ${problem} at ${at}. `,
    );
    return 'again';
  }
  session.files += 1;
  const done = plain ? 'written to stdout' : `${quote(sys, path)} saved`;
  const rate = rateText(received, progress.elapsed);
  yield* tell(session, `${stamp(session)} (${rate}) - ${done} ${size}\n\n`);
  if (!settings.verbose && !settings.quiet) {
    yield* sys.write(2, `${stamp(session)} URL:${url.text} ${size} -> "${path}" [1]\n`);
  }
  return 'saved';
}

function lengthLine({ framing, head }: Answer): string {
  const type = fieldOf(head, 'content-type')?.replace(/\s*;.*$/s, '');
  const length = framing.kind === 'length' ? framing.length : undefined;
  const size =
    length === undefined
      ? 'unspecified'
      : `${length}${length >= 1024 ? ` (${humanSize(length, 1024, 1)})` : ''}`;
  return `Length: ${size}${type ? ` [${type}]` : ''}\n`;
}

/** `-O`, or the URL's own name with a number behind it where that file is there already. */
function pathFor({ sys, settings }: Session, url: Url): string {
  if (settings.output !== undefined) return settings.output;
  const folder = settings.folder === undefined ? '' : `${settings.folder.replace(/\/$/, '')}/`;
  const path = folder + fileName(url);
  if (isErrno(sys.files.stat(path))) return path;
  for (let number = 1; ; number++) {
    if (isErrno(sys.files.stat(`${path}.${number}`))) return `${path}.${number}`;
  }
}

function* copy(
  session: Session,
  { fd, framing, rest }: Answer,
  out: number,
): Call<{ readonly received: number; readonly problem?: string }> {
  const { sys } = session;
  let buffer = rest;
  let written = 0;
  for (;;) {
    const { body, done } = readBody(buffer, framing);
    if (body.length > written) yield* sys.write(out, body.slice(written));
    written = body.length;
    const received = byteLength(body);
    if (done) return { received };
    const piece = yield* receive(session, fd);
    if (piece === null && framing.kind === 'close') return { received };
    if (piece === null) return { received, problem: 'Connection closed' };
    if (isErrno(piece)) {
      const why = strerror(piece === 'EAGAIN' ? 'ETIMEDOUT' : piece);
      return { received, problem: `Read error (${why})` };
    }
    buffer += piece;
  }
}
