import { isErrno } from '../../host/errno.ts';
import type { Call, Fd } from '../../host/syscalls.ts';
import type { Context } from './command.ts';
import { notStarted, placeOf, signalCodes } from './exec-place.ts';
import type { PodObject } from './pods.ts';

/** What a command in a container wrote, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in a container with a text as its input, and collects what it says. */
export function* runInside(
  context: Context,
  pod: PodObject,
  container: string,
  command: readonly string[],
  input?: string,
): Call<Ran> {
  const { sys } = context;
  const place = yield* placeOf(context, pod, container, command);
  const [stdin, stdout, stderr] = [sys.pipe(), sys.pipe(), sys.pipe()];
  const pid = sys.spawn(command, {
    sandbox: `${place.host}:${place.sandbox}`,
    fds: { 0: stdin.read, 1: stdout.write, 2: stderr.write },
  });
  for (const fd of [stdin.read, stdout.write, stderr.write]) sys.close(fd);
  if (isErrno(pid)) throw notStarted(context, command[0] as string, pid, place.sandbox);
  if (input !== undefined) yield* sys.write(stdin.write, input);
  sys.close(stdin.write);
  const texts: Record<Fd, string> = { [stdout.read]: '', [stderr.read]: '' };
  const open = new Set([stdout.read, stderr.read]);
  while (open.size > 0) {
    const ready: readonly Fd[] = yield* sys.poll([...open]);
    for (const fd of ready) {
      const text = yield* sys.read(fd);
      if (text === null || isErrno(text)) open.delete(fd);
      else texts[fd] += text;
    }
  }
  const status = yield* sys.wait(pid);
  const code = 'exited' in status ? status.exited : 128 + (signalCodes[status.signalled] ?? 0);
  return { code, out: texts[stdout.read] ?? '', err: texts[stderr.read] ?? '' };
}
