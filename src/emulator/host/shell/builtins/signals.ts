import type { Call, Signal } from '../../syscalls.ts';
import { findJob } from '../jobs.ts';
import { signalNamed, signalNumbers, type Shell } from '../shell.ts';
import { setTrap } from '../traps.ts';
import { quoteWord } from '../quote.ts';
import type { Builtin } from './builtin.ts';

const others = ['EXIT', 'ERR', 'DEBUG', 'RETURN'];

/** Name of what a trap is for; undefined where there is no such signal. */
function trapNamed(word: string): string | undefined {
  if (word === '0') return 'EXIT';
  const upper = word.toUpperCase().replace(/^SIG/, '');
  return others.includes(upper) ? upper : signalNamed(word);
}

function* trap(shell: Shell, words: readonly string[]): Call<number> {
  const { traps } = shell.state;
  const rest = words.slice(words[1] === '--' ? 2 : 1);
  if (rest.length === 0 || rest[0] === '-p') {
    const order = ['EXIT', ...Object.keys(signalNumbers), 'DEBUG', 'ERR', 'RETURN'];
    const wanted = rest.slice(1).map(trapNamed);
    for (const name of order) {
      const action = traps.get(name);
      if (action === undefined || (wanted.length > 0 && !wanted.includes(name))) continue;
      const long = name in signalNumbers && shell.look.bash ? `SIG${name}` : name;
      yield* shell.out(`trap -- ${quoteWord(action, true)} ${long}\n`);
    }
    return 0;
  }
  if (rest[0] === '-l') {
    yield* shell.out(signalTable());
    return 0;
  }
  const onlyName =
    rest.length === 1 || (/^\d+$/.test(rest[0] as string) && trapNamed(rest[0] as string));
  const names = onlyName ? rest : rest.slice(1);
  const action = onlyName || rest[0] === '-' ? undefined : (rest[0] as string);
  let status = 0;
  for (const word of names) {
    const name = trapNamed(word);
    if (name !== undefined) {
      setTrap(shell, name, action);
      continue;
    }
    yield* shell.complain(
      shell.look.bash ? `trap: ${word}: invalid signal specification` : `trap: ${word}: bad trap`,
    );
    status = 1;
  }
  return status;
}

/** `kill -l`: five columns of all signals, the real-time ones as well. */
function signalTable(): string {
  const names: [number, string][] = Object.entries(signalNumbers).map(([name, number]) => [
    number,
    `SIG${name}`,
  ]);
  for (let i = 34; i <= 64; i++) {
    const base = i <= 49 ? ['SIGRTMIN', i - 34, '+'] : ['SIGRTMAX', 64 - i, '-'];
    names.push([i, `${base[0]}${base[1] === 0 ? '' : `${base[2]}${base[1]}`}`]);
  }
  let text = '';
  names.forEach(([number, name], index) => {
    const cell = `${String(number).padStart(2)}) ${name}`;
    const last = index === names.length - 1;
    text += cell + ((index + 1) % 5 === 0 || last ? '\n' : '\t');
  });
  return text;
}

function* listSignals(shell: Shell, words: readonly string[]): Call<number> {
  if (words.length === 0) {
    yield* shell.out(signalTable());
    return 0;
  }
  let status = 0;
  for (const word of words) {
    const number = Number(word);
    const name = signalNamed(
      /^\d+$/.test(word) ? String(number > 128 ? number - 128 : number) : word,
    );
    if (name !== undefined) {
      yield* shell.out(`${/^\d+$/.test(word) ? name : signalNumbers[name]}\n`);
      continue;
    }
    yield* shell.complain(`kill: ${word}: invalid signal specification`);
    status = 1;
  }
  return status;
}

const USAGE = 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]';

function* kill(shell: Shell, words: readonly string[]): Call<number> {
  const [, first = '', second] = words;
  if (first === '-l' || first === '-L') return yield* listSignals(shell, words.slice(2));
  let rest = words.slice(1);
  let signal: string | undefined = 'TERM';
  if ((first === '-s' || first === '-n') && second !== undefined) {
    signal = signalNamed(second) ?? (second === '0' ? '0' : undefined);
    rest = words.slice(3);
    if (signal === undefined) {
      yield* shell.complain(`kill: ${second}: invalid signal specification`);
      return 1;
    }
  } else if (/^-./.test(first) && first !== '--') {
    signal = signalNamed(first.slice(1)) ?? (first === '-0' ? '0' : undefined);
    rest = words.slice(2);
    if (signal === undefined) {
      yield* shell.complain(`kill: ${first.slice(1)}: invalid signal specification`);
      return 1;
    }
  }
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length === 0) {
    yield* shell.write(2, `kill: usage: ${USAGE}\n`);
    return 2;
  }
  let status = 0;
  for (const word of rest) if (!(yield* one(shell, word, signal))) status = 1;
  return status;
}

function* one(shell: Shell, word: string, signal: string): Call<boolean> {
  const job = word.startsWith('%') ? findJob(shell, word) : undefined;
  if (word.startsWith('%') && !job) {
    yield* shell.complain(`kill: ${word}: no such job`);
    return false;
  }
  if (!job && !/^-?\d+$/.test(word)) {
    yield* shell.complain(`kill: ${word}: arguments must be process or job IDs`);
    return false;
  }
  // Jobs have groups of their own only where there is job control.
  const pid = job ? (shell.interactive ? -job.group : job.group) : Number(word);
  const failed = signal === '0' ? probe(shell, pid) : shell.sys.kill(pid, signal as Signal);
  if (!failed) {
    if (job?.state === 'Stopped' && (signal === 'TERM' || signal === 'HUP')) {
      shell.sys.kill(pid, 'CONT');
    }
    return true;
  }
  const why = failed === 'EPERM' ? 'Operation not permitted' : 'No such process';
  const texts = {
    bash: `kill: (${word}) - ${why}`,
    dash: `kill: ${why}\n`,
    ash: `kill: can't kill pid ${word}: ${why}`,
  };
  yield* shell.complain(texts[shell.look.name]);
  return false;
}

function probe({ sys }: Shell, pid: number) {
  return sys.processes().some((each) => each.pid === pid) ? undefined : ('ESRCH' as const);
}

export const signals: Readonly<Record<string, Builtin>> = { trap, kill };
