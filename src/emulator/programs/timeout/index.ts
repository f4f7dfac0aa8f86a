import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, ExitStatus, Pid, Process, Program, Signal, Sys } from '../../host/syscalls.ts';
import { readInterval } from '../gnu/interval.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

const EXIT_TIMEDOUT = 124;
const EXIT_CANCELED = 125;

/** timeout: starts a command, and ends it when its time is over. */
const program: Program = gnuTool(
  {
    name: 'timeout',
    usage: ['[OPTION] DURATION COMMAND [ARG]...', '[OPTION]'],
    about: 'Start COMMAND, and kill it if still running after DURATION.',
    short: 's:k:v',
    long: {
      signal: 's',
      'kill-after': 'k',
      verbose: 'v',
      'preserve-status': { key: 'preserve-status' },
      foreground: { key: 'foreground' },
    },
    inOrder: true,
    badUsage: EXIT_CANCELED,
  },
  run,
);

export default program;

const SIGNALS = 'HUP INT QUIT KILL TERM PIPE STOP TSTP CONT WINCH USR1 USR2 ALRM ABRT CHLD'.split(
  ' ',
) as Signal[];
const NUMBERS: Readonly<Record<string, Signal>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  6: 'ABRT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  14: 'ALRM',
  15: 'TERM',
};

const signalOf = (text: string): Signal | undefined =>
  NUMBERS[text] ?? SIGNALS.find((each) => each === text.toUpperCase().replace(/^SIG/, ''));

function* run(tool: Tool): Call<number> {
  const { sys, operands, misused, quote } = tool;
  const [duration, ...command] = operands;
  if (duration === undefined) return yield* misused('missing operand');
  if (command.length === 0) return yield* misused(`missing operand after ${quote(duration)}`);
  const after = tool.value('k');
  for (const word of [duration, after ?? '0']) {
    if (readInterval(word) === undefined)
      return yield* misused(`invalid time interval ${quote(word)}`);
  }
  const name = tool.value('s') ?? 'TERM';
  const signal = signalOf(name);
  if (!signal) return yield* misused(`${quote(name)}: invalid signal`);
  const pid = sys.spawn(command);
  if (isErrno(pid)) {
    const [first = ''] = command;
    yield* tool.complain(`failed to run command ${quote(first)}: ${strerror(pid)}`);
    return pid === 'ENOENT' ? 127 : 126;
  }
  const limit = readInterval(duration) as number;
  if (limit === 0 || (yield* endsWithin(sys, pid, limit))) return codeOf(yield* sys.wait(pid));
  if (tool.has('v')) {
    const shown = quote(command[0] ?? '');
    yield* tool.complain(`sending signal ${signal} to command ${shown}`);
  }
  sys.kill(pid, signal);
  let killed = signal === 'KILL';
  if (after !== undefined && !(yield* endsWithin(sys, pid, readInterval(after) as number))) {
    sys.kill(pid, 'KILL');
    killed = true;
  }
  const status = yield* sys.wait(pid);
  if (killed) return codeOf(status);
  return tool.has('preserve-status') ? codeOf(status) : EXIT_TIMEDOUT;
}

/** Whether a child ends by itself in so many microseconds. */
function* endsWithin(sys: Sys, pid: Pid, limit: number): Call<boolean> {
  const timer = sys.spawn([], { fork: (own) => sleepFor(own, limit) });
  if (isErrno(timer)) return true;
  yield* sys.waitAny([pid, timer]);
  const over = sys.reap(timer) !== undefined;
  if (over) return false;
  sys.kill(timer, 'KILL');
  yield* sys.wait(timer);
  return true;
}

function* sleepFor(sys: Sys, limit: number): Process {
  yield* sys.sleep(limit);
  return 0;
}

function codeOf(status: ExitStatus): number {
  if ('exited' in status) return status.exited;
  const number = Object.keys(NUMBERS).find((each) => NUMBERS[each] === status.signalled);
  return 128 + Number(number ?? 15);
}
