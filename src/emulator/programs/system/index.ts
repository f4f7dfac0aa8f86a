import { isErrno } from '../../host/errno.ts';
import type { Call, Program, Signal, Sys } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';

function* ps(argv: readonly string[], sys: Sys): Call<number> {
  const full = argv.slice(1).some((word) => /^(-?[aA]?u?x|aux|-ef|-e|-A)$/.test(word));
  const clock = (at: number) => {
    const c = civil(at);
    return `${String(c.hour).padStart(2, '0')}:${String(c.minute).padStart(2, '0')}`;
  };
  if (full && argv.includes('aux')) {
    yield* sys.write(
      1,
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n',
    );
    for (const each of sys.processes()) {
      yield* sys.write(
        1,
        `${each.user.padEnd(8)} ${String(each.pid).padStart(7)}  0.0  ` +
          `0.1  ${'10240'.padStart(5)}  4096 ` +
          `${(each.terminal ? 'pts/0' : '?').padEnd(8)} ` +
          `${each.state.padEnd(4)} ${clock(each.started)}   0:00 ` +
          `${each.argv.join(' ')}\n`,
      );
    }
    return 0;
  }
  yield* sys.write(
    1,
    full
      ? 'UID          PID    PPID  C STIME TTY          TIME CMD\n'
      : '    PID TTY          TIME CMD\n',
  );
  for (const each of sys.processes()) {
    const tty = each.terminal ? 'pts/0' : '?';
    if (full)
      yield* sys.write(
        1,
        `${each.user.padEnd(8)} ${String(each.pid).padStart(7)} ` +
          `${String(each.parent).padStart(7)}  0 ${clock(each.started)} ` +
          `${tty.padEnd(8)} 00:00:00 ${each.argv.join(' ')}\n`,
      );
    else
      yield* sys.write(
        1,
        `${String(each.pid).padStart(7)} ${tty.padEnd(8)} 00:00:00 ${each.argv[0]}\n`,
      );
  }
  return 0;
}

function* kill(argv: readonly string[], sys: Sys): Call<number> {
  const numbers: Readonly<Record<string, Signal>> = { 1: 'HUP', 2: 'INT', 9: 'KILL', 15: 'TERM' };
  const given = /^-(?:SIG)?(\w+)$/.exec(argv[1] ?? '')?.[1];
  const signal = given ? (numbers[given] ?? (given.toUpperCase() as Signal)) : 'TERM';
  let code = 0;
  for (const word of argv.slice(given ? 2 : 1)) {
    if (!sys.kill(Number(word), signal)) continue;
    yield* sys.write(2, `kill: (${word}) - No such process\n`);
    code = 1;
  }
  return code;
}

/** ssh from the workstation: a login shell, or a command, on a machine by its name. */
function* ssh(argv: readonly string[], sys: Sys): Call<number> {
  const words = argv.slice(1);
  while (/^-/.test(words[0] ?? ''))
    words.splice(0, /^-[tTqvn46]+$/.test(words[0] as string) ? 1 : 2);
  const [target, ...command] = words;
  if (target === undefined) {
    yield* sys.write(
      2,
      'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] destination [command [argument ...]]\n',
    );
    return 255;
  }
  const host = target.split('@').at(-1) ?? '';
  const hosts = sys.files.read('/etc/hosts');
  const lines = isErrno(hosts)
    ? []
    : hosts.text.split('\n').map((line) => line.trim().split(/\s+/));
  const line = lines.find(([address, ...names]) => names.includes(host) || address === host);
  const name = line?.[1];
  if (!name || name === 'localhost') {
    yield* sys.write(2, `ssh: Could not resolve hostname ${host}: Name or service not known\n`);
    return 255;
  }
  const shell = command.length > 0 ? ['bash', '-c', command.join(' ')] : ['bash', '-l'];
  const pid = sys.spawn(shell, {
    sandbox: `${name}:host`,
    user: name === 'workstation' ? 'learner' : 'root',
  });
  if (isErrno(pid)) {
    yield* sys.write(2, `ssh: connect to host ${host} port 22: Connection refused\n`);
    return 255;
  }
  const status = yield* sys.wait(pid);
  if (command.length === 0) yield* sys.write(2, `Connection to ${host} closed.\n`);
  return 'exited' in status ? status.exited : 255;
}

function* which(argv: readonly string[], sys: Sys): Call<number> {
  let code = 0;
  for (const name of argv.slice(1)) {
    const path = sys.files.which(name);
    if (path) yield* sys.write(1, `${path}\n`);
    else code = 1;
  }
  return code;
}

function* sudo(argv: readonly string[], sys: Sys): Call<number> {
  const words = argv.slice(1);
  if (words[0] === '-i' || words[0] === '-s' || words[0] === 'su')
    words.splice(0, words.length, 'bash', '-l');
  if (words.length === 0) {
    yield* sys.write(2, 'usage: sudo -h | -K | -k | -V\nusage: sudo [-i] [-u user] command\n');
    return 1;
  }
  const pid = sys.spawn(words, { user: 'root', env: { ...sys.env, USER: 'root', HOME: '/root' } });
  if (isErrno(pid)) {
    yield* sys.write(2, `sudo: ${words[0]}: command not found\n`);
    return 1;
  }
  const status = yield* sys.wait(pid);
  return 'exited' in status ? status.exited : 130;
}

/** watch: runs a command again and again, on a cleared screen. */
function* watch(argv: readonly string[], sys: Sys): Call<number> {
  let words = argv.slice(1);
  let interval = 2;
  if (words[0]?.startsWith('-n')) {
    interval = Number(words[0].slice(2) || words[1]);
    words = words.slice(words[0].length > 2 ? 1 : 2);
  }
  if (words.length === 0) {
    yield* sys.write(2, 'Usage:\n watch [options] command\n');
    return 1;
  }
  sys.setPace('stream');
  for (;;) {
    yield* sys.write(1, `\x1b[H\x1b[2JEvery ${interval.toFixed(1)}s: ${words.join(' ')}\n\n`);
    const pid = sys.spawn(['sh', '-c', words.join(' ')]);
    if (isErrno(pid)) return 127;
    yield* sys.wait(pid);
    yield* sys.sleep(Math.max(0.1, interval) * 1_000_000);
  }
}

/** A pager that shows all: the terminal itself scrolls. */
function* pager(argv: readonly string[], sys: Sys): Call<number> {
  const path = argv.slice(1).find((word) => !word.startsWith('-'));
  if (path !== undefined) {
    const found = sys.files.read(path);
    if (isErrno(found)) {
      yield* sys.write(2, `${path}: No such file or directory\n`);
      return 1;
    }
    yield* sys.write(1, found.text);
    return 0;
  }
  for (
    let piece = yield* sys.read(0);
    piece !== null && !isErrno(piece);
    piece = yield* sys.read(0)
  )
    yield* sys.write(1, piece);
  return 0;
}

const made = (name: string, run: (argv: readonly string[], sys: Sys) => Call<number>): Program => ({
  name,
  paths: [`/usr/bin/${name}`, `/bin/${name}`],
  run,
});

/** Processes, other machines, and the terminal. */
const programs: readonly Program[] = [
  made('ps', ps),
  made('kill', kill),
  made('ssh', ssh),
  made('which', which),
  made('sudo', sudo),
  made('watch', watch),
  made('less', pager),
  made('more', pager),
  made('clear', (_argv, sys) =>
    (function* () {
      yield* sys.write(1, '\x1b[H\x1b[2J\x1b[3J');
      return 0;
    })(),
  ),
  made('test', (argv, sys) =>
    (function* () {
      const pid = sys.spawn([
        'sh',
        '-c',
        `test ${argv
          .slice(1)
          .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
          .join(' ')}`,
      ]);
      if (isErrno(pid)) return 2;
      const status = yield* sys.wait(pid);
      return 'exited' in status ? status.exited : 2;
    })(),
  ),
];

export default programs;
