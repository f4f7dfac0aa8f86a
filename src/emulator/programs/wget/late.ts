import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { decimal, humanSize, rateText } from './progress.ts';
import { retrieve } from './retrieve.ts';
import { dropKept, stamp, tell, type Session } from './session.ts';
import { parseArguments } from './settings.ts';

/** GNU Wget 1.21.3 for HTTP. */
const program: ProgramCode = {
  run,
};

export default program;

function* run(argv: readonly string[], sys: Sys): Process {
  const parsed = parseArguments(argv.slice(1));
  if (!('settings' in parsed)) {
    yield* sys.write(parsed.fd, parsed.said);
    return parsed.code;
  }
  const { settings } = parsed;
  const session: Session = {
    sys,
    settings,
    known: new Map(),
    kept: undefined,
    secured: new Map(),
    files: 0,
    bytes: 0,
    transferTime: 0,
  };
  const start = sys.now;
  const codes: number[] = [];
  for (const url of settings.urls) codes.push(yield* retrieve(session, url));
  dropKept(session);
  if (settings.urls.length > 1 && session.bytes > 0) yield* sumUp(session, sys.now - start);
  // The lowest code says most, but for 0.
  return codes.filter((code) => code !== 0).sort((a, b) => a - b)[0] ?? 0;
}

function* sumUp(session: Session, wall: number): Call<void> {
  const { files, bytes, transferTime } = session;
  const size = humanSize(bytes, 1024, 1);
  const time = `${decimal(transferTime / 1e6)}s (${rateText(bytes, transferTime)})`;
  yield* tell(
    session,
    `FINISHED --${stamp(session)}--\nTotal wall clock time: ${decimal(wall / 1e6)}s\n` +
      `Downloaded: ${files} files, ${size} in ${time}\n`,
  );
}
