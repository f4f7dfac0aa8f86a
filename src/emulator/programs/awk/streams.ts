import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Fd, Pid, Sys } from '../../host/syscalls.ts';
import { createRecords, type Records } from '../gnu/records.ts';
import { AwkError } from './lexer.ts';

/** Characters of output that are kept before they are written. */
const KEPT = 8_192;

/** Files and commands that a script has open, and its standard output. */
export interface Streams {
  print(text: string, how?: '>' | '>>' | '|', name?: string): Call<void>;
  /** Records of a file or of a command's output; undefined where it cannot be opened. */
  input(how: '<' | '|', name: string): Call<Records | undefined>;
  flush(): Call<void>;
  /** What `close` gives: the exit code of a command, 0, or -1 where nothing is open. */
  close(name: string): Call<number>;
  closeAll(): Call<void>;
  /** Runs a command to its end; gives its exit code. */
  system(command: string): Call<number>;
}

interface Stream {
  readonly fd: Fd;
  readonly pid?: Pid;
  readonly records?: Records;
}

/** Makes the streams of one run. Output is written before any input is awaited. */
export function createStreams(sys: Sys): Streams {
  const open = new Map<string, Stream>();
  let kept = '';

  const start = (command: string, end: 0 | 1): Stream => {
    const pipe = sys.pipe();
    const [theirs, ours] = end === 0 ? [pipe.read, pipe.write] : [pipe.write, pipe.read];
    const fds = end === 0 ? { 0: theirs, 1: 1, 2: 2 } : { 0: 0, 1: theirs, 2: 2 };
    const pid = sys.spawn(['sh', '-c', command], { fds });
    sys.close(theirs);
    if (isErrno(pid)) throw new AwkError(`cannot run "${command}" (${strerror(pid)})`);
    return { fd: ours, pid, ...(end === 1 && { records: createRecords(sys, ours) }) };
  };
  const output = function* (how: '>' | '>>' | '|', name: string): Call<Stream> {
    const found = open.get(name);
    if (found) return found;
    let made: Stream;
    if (how === '|') {
      yield* streams.flush();
      made = start(name, 0);
    } else if (name === '/dev/stdout' || name === '-') made = { fd: 1 };
    else if (name === '/dev/stderr') made = { fd: 2 };
    else {
      const fd = sys.open(name, how === '>' ? 'w' : 'a');
      if (isErrno(fd)) throw new AwkError(`cannot open "${name}" for output`);
      made = { fd };
    }
    open.set(name, made);
    return made;
  };
  const streams: Streams = {
    *print(text, how, name) {
      if (how === undefined) {
        kept += text;
        if (kept.length >= KEPT) yield* streams.flush();
        return;
      }
      const { fd } = yield* output(how, name as string);
      if (fd === 1 || fd === 2) yield* streams.flush();
      yield* sys.write(fd, text);
    },
    *input(how, name) {
      const found = open.get(name);
      if (found?.records) return found.records;
      let made: Stream;
      if (how === '|') {
        yield* streams.flush();
        made = start(name, 1);
      } else {
        const fd = name === '-' || name === '/dev/stdin' ? 0 : sys.open(name, 'r');
        if (isErrno(fd)) return undefined;
        made = { fd, records: createRecords(sys, fd) };
      }
      open.set(name, made);
      return made.records;
    },
    *flush() {
      const text = kept;
      kept = '';
      if (text !== '') yield* sys.write(1, text);
    },
    *close(name) {
      const found = open.get(name);
      if (!found) return -1;
      yield* streams.flush();
      open.delete(name);
      if (found.fd > 2) sys.close(found.fd);
      if (found.pid === undefined) return 0;
      const status = yield* sys.wait(found.pid);
      return 'exited' in status ? status.exited : 128;
    },
    *closeAll() {
      yield* streams.flush();
      for (const name of open.keys()) yield* streams.close(name);
    },
    *system(command) {
      yield* streams.flush();
      const pid = sys.spawn(['sh', '-c', command]);
      if (isErrno(pid)) return 127;
      const status = yield* sys.wait(pid);
      return 'exited' in status ? status.exited : 128;
    },
  };
  return streams;
}
