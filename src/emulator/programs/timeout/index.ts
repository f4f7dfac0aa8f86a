import { isErrno, strerror } from '../../host/errno.ts';
import { signalNamed, signalNumbers } from '../../host/shell/shell.ts';
import type { Call, ExitStatus, Program, Signal, Sys } from '../../host/syscalls.ts';
import { readInterval } from '../gnu/interval.ts';
import { gnuTool } from '../gnu/tool.ts';

/** timeout: runs a command, and ends it when its time is over. */
const program: Program = gnuTool(
  {
    name: 'timeout',
    usage: ['[OPTION] DURATION COMMAND [ARG]...', '[OPTION]'],
    about: 'Start COMMAND, and kill it if still running after DURATION.',
    short: 'k:s:v',
    long: {
      'kill-after': 'k',
      signal: 's',
      verbose: 'v',
      'preserve-status': 'preserve-status',
      foreground: 'foreground',
    },
    inOrder: true,
    badUsage: 125,
  },
  function* ({ sys, has, value, operands, complain, misused, quote }) {
    const [time, ...command] = operands;
    if (time === undefined || command.length === 0) {
      yield* sys.write(2, "Try 'timeout --help' for more information.\n");
      return 125;
    }
    const signal = signalNamed(value('s') ?? 'TERM') as Signal | undefined;
    if (!signal) return yield* misused(`${quote(value('s') as string)}: invalid signal`);
    const spans = [time, value('k') ?? '0'].map(readInterval);
    const wrong = spans.indexOf(undefined);
    if (wrong >= 0) {
      const word = wrong === 0 ? time : (value('k') as string);
      return yield* misused(`invalid time interval ${quote(word)}`);
    }
    const [limit = 0, grace = 0] = spans as number[];
    const pid = sys.spawn(command);
    if (isErrno(pid)) {
      yield* complain(`failed to run command ${quote(command[0] as string)}: ${strerror(pid)}`);
      return pid === 'ENOENT' ? 127 : 126;
    }
    const status = limit > 0 ? yield* waitFor(sys, pid, limit) : yield* sys.wait(pid);
    if (status) return codeOf(status);
    const tell = function* (name: Signal): Call<void> {
      const to = quote(command[0] as string);
      if (has('v')) yield* complain(`sending signal ${name} to command ${to}`);
    };
    yield* tell(signal);
    sys.kill(pid, signal);
    let ended = grace > 0 ? yield* waitFor(sys, pid, grace) : yield* sys.wait(pid);
    if (!ended) {
      yield* tell('KILL');
      sys.kill(pid, 'KILL');
      ended = yield* sys.wait(pid);
      return has('preserve-status') ? codeOf(ended) : 137;
    }
    if (has('preserve-status')) return codeOf(ended);
    return signal === 'KILL' ? 137 : 124;
  },
);

function codeOf(status: ExitStatus): number {
  return 'exited' in status ? status.exited : 128 + (signalNumbers[status.signalled] ?? 0);
}

/** Waits for a child so long; undefined where it still runs. */
function* waitFor(sys: Sys, pid: number, micros: number): Call<ExitStatus | undefined> {
  // A child sleeps as the alarm; whichever ends first wakes this one.
  const fork = function* (own: Sys): ReturnType<Program['run']> {
    yield* own.sleep(micros);
    return 0;
  };
  const clock = sys.spawn(['timeout'], { fork, fds: {} });
  if (isErrno(clock)) return yield* sys.wait(pid);
  yield* sys.waitAny([pid, clock]);
  const status = sys.reap(pid);
  sys.kill(clock, 'KILL');
  yield* sys.wait(clock);
  return status && !('stopped' in status) ? status : undefined;
}

export default program;
