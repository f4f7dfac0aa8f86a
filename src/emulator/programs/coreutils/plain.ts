import type { Program, Sys } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';
import type { Call } from '../../host/syscalls.ts';

function plain(name: string, run: (argv: readonly string[], sys: Sys) => Call<number>): Program {
  return { name, paths: [`/usr/bin/${name}`, `/bin/${name}`], run };
}

function* say(sys: Sys, text: string): Call<number> {
  yield* sys.write(1, text);
  return 0;
}

export const plainTools: readonly Program[] = [
  // oxlint-disable-next-line require-yield
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
    const cut = suffix !== '' && name.endsWith(suffix) && name !== suffix;
    return say(sys, `${cut ? name.slice(0, -suffix.length) : name}\n`);
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
