import type { Program, Sys } from '../../host/syscalls.ts';
import { echo as echoText, printf as printfText } from '../../host/shell/echo.ts';
import type { Shell } from '../../host/shell/interpreter.ts';
import { parseGoDuration } from '../../apimachinery/duration.ts';
import { civil } from '../../world/time.ts';
import type { Call } from '../../host/syscalls.ts';

function plain(name: string, run: (argv: readonly string[], sys: Sys) => Call<number>): Program {
  return { name, paths: [`/usr/bin/${name}`, `/bin/${name}`], run };
}

function* say(sys: Sys, text: string): Call<number> {
  yield* sys.write(1, text);
  return 0;
}

/** The two builtins as programs of their own need only where to write. */
function writer(sys: Sys): Shell {
  return {
    title: '',
    out: (text: string) => sys.write(1, text),
    error: (text: string) => sys.write(2, `${text}\n`),
  } as unknown as Shell;
}

export const plainTools: readonly Program[] = [
  plain('echo', (argv, sys) => echoText(writer(sys), argv)),
  plain('printf', (argv, sys) => printfText(writer(sys), argv)),
  // oxlint-disable-next-line require-yield -- programs are generators
  plain('true', function* () {
    return 0;
  }),
  // oxlint-disable-next-line require-yield
  plain('false', function* () {
    return 1;
  }),
  plain('pwd', (_argv, sys) => say(sys, `${sys.cwd}\n`)),
  plain('whoami', (_argv, sys) => say(sys, `${sys.user}\n`)),
  plain('hostname', (argv, sys) => {
    const address =
      sys.network.links().find(({ name }) => name === 'eth0')?.addresses[0]?.address ?? '';
    return say(
      sys,
      argv.includes('-i') || argv.includes('-I') ? `${address}\n` : `${sys.hostname}\n`,
    );
  }),
  plain('id', (argv, sys) => {
    const uid = sys.user === 'root' ? 0 : Number(sys.user) || 1000;
    if (argv[1] === '-u') return say(sys, `${uid}\n`);
    return say(sys, `uid=${uid}(${sys.user}) gid=${uid}(${sys.user}) groups=${uid}(${sys.user})\n`);
  }),
  plain('uname', (argv, sys) => {
    const all = argv.includes('-a');
    if (all)
      return say(sys, `Linux ${sys.hostname} 6.8.0-45-generic #45-Ubuntu SMP x86_64 GNU/Linux\n`);
    const part = { '-n': sys.hostname, '-r': '6.8.0-45-generic', '-m': 'x86_64' }[argv[1] ?? ''];
    return say(sys, `${part ?? 'Linux'}\n`);
  }),
  plain('env', function* (_argv, sys) {
    for (const [name, value] of Object.entries(sys.env))
      if (!name.startsWith('__')) yield* sys.write(1, `${name}=${value}\n`);
    return 0;
  }),
  plain('date', function* (argv, sys) {
    const c = civil(sys.now);
    const two = (n: number) => String(n).padStart(2, '0');
    const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
    const months = [
      'Jan',
      'Feb',
      'Mar',
      'Apr',
      'May',
      'Jun',
      'Jul',
      'Aug',
      'Sep',
      'Oct',
      'Nov',
      'Dec',
    ];
    const format =
      argv.find((word) => word.startsWith('+'))?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y';
    const parts: Readonly<Record<string, string>> = {
      Y: String(c.year),
      m: two(c.month),
      d: two(c.day),
      H: two(c.hour),
      M: two(c.minute),
      S: two(c.second),
      s: String(Math.floor(sys.now / 1_000_000)),
      a: days[c.weekday] as string,
      b: months[c.month - 1] as string,
      e: String(c.day).padStart(2),
      T: `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`,
      F: `${c.year}-${two(c.month)}-${two(c.day)}`,
      Z: 'UTC',
      N: String(c.micros * 1000).padStart(9, '0'),
      '%': '%',
    };
    return yield* say(
      sys,
      `${format.replaceAll(/%([A-Za-z%])/g, (all, letter: string) => parts[letter] ?? all)}\n`,
    );
  }),
  plain('sleep', function* (argv, sys) {
    let total = 0;
    for (const word of argv.slice(1)) {
      const time =
        word === 'infinity'
          ? 1e15
          : /^\d+(\.\d+)?$/.test(word)
            ? Number(word) * 1_000_000
            : parseGoDuration(word.replace(/d$/, 'h'));
      if (time === undefined) {
        yield* sys.write(
          2,
          `sleep: invalid time interval '${word}'\nTry 'sleep --help' for more information.\n`,
        );
        return 1;
      }
      total += time;
    }
    if (argv.length === 1) {
      yield* sys.write(2, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
      return 1;
    }
    yield* sys.sleep(total);
    return 0;
  }),
  plain('seq', function* (argv, sys) {
    const numbers = argv.slice(1).map(Number);
    const [first, step, last] =
      numbers.length === 1
        ? [1, 1, numbers[0]]
        : numbers.length === 2
          ? [numbers[0], 1, numbers[1]]
          : numbers;
    if (
      first === undefined ||
      step === undefined ||
      last === undefined ||
      numbers.some(Number.isNaN)
    ) {
      yield* sys.write(2, `seq: invalid floating point argument: '${argv.at(-1)}'\n`);
      return 1;
    }
    for (let n = first; step > 0 ? n <= last : n >= last; n += step) yield* sys.write(1, `${n}\n`);
    return 0;
  }),
  plain('basename', (argv, sys) => {
    const name = (argv[1] ?? '').replace(/\/+$/, '').split('/').at(-1) ?? '';
    const suffix = argv[2] ?? '';
    return say(
      sys,
      (suffix && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name) +
        '\n',
    );
  }),
  plain('dirname', (argv, sys) => {
    const path = (argv[1] ?? '').replace(/\/+$/, '');
    return say(sys, `${path.includes('/') ? path.replace(/\/[^/]*$/, '') || '/' : '.'}\n`);
  }),
  plain('yes', function* (argv, sys) {
    const line = `${argv.slice(1).join(' ') || 'y'}\n`;
    for (;;) if (yield* sys.write(1, line.repeat(100))) return 1;
  }),
];
