import type { Call, Signal } from '../syscalls.ts';
import { evaluateText } from './arithmetic.ts';
import { echo, printf } from './echo.ts';
import { Flow, quoteWord, runText, waitFor, type Shell } from './interpreter.ts';
import { readBuiltin } from './read.ts';
import { assign, environment, valueOf, type Job } from './state.ts';
import { evaluateTest } from './test.ts';

/** A command that the shell does itself; gives its status. */
export type Builtin = (shell: Shell, words: readonly string[]) => Call<number>;

/** All builtins by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>(
  Object.entries({
    ':': ok,
    true: ok,
    false: fail,
    '.': source,
    source,
    '[': bracket,
    test: testBuiltin,
    alias,
    unalias,
    bg,
    fg,
    jobs,
    wait,
    kill,
    break: leave('break'),
    continue: leave('continue'),
    cd,
    pwd,
    command,
    type,
    echo,
    printf,
    eval: evaluateWords,
    exec,
    exit: exitBuiltin,
    return: returnBuiltin,
    export: exportBuiltin,
    declare: declareBuiltin,
    typeset: declareBuiltin,
    readonly: readonlyBuiltin,
    local,
    unset: unsetBuiltin,
    set: setBuiltin,
    shift,
    getopts,
    history,
    hash: ok,
    let: letBuiltin,
    read: readBuiltin,
    trap,
    umask,
    ulimit,
    shopt: ok,
    times: ok,
  }),
);

// oxlint-disable-next-line require-yield -- a builtin is a generator whether it waits or not
function* ok(): Call<number> {
  return 0;
}

// oxlint-disable-next-line require-yield
function* fail(): Call<number> {
  return 1;
}

function leave(kind: 'break' | 'continue'): Builtin {
  // oxlint-disable-next-line require-yield
  return function* (_shell, words) {
    throw new Flow(kind, Math.max(1, Number(words[1] ?? 1) || 1));
  };
}

function* source(shell: Shell, words: readonly string[]): Call<number> {
  const path = words[1];
  if (path === undefined) {
    yield* shell.error(`${shell.title}: ${words[0]}: filename argument required`);
    return 2;
  }
  const found = shell.sys.files.read(path);
  if (typeof found === 'string') {
    yield* shell.error(`${shell.title}: ${path}: No such file or directory`);
    return 1;
  }
  return yield* runText(shell, found.text);
}

function* bracket(shell: Shell, words: readonly string[]): Call<number> {
  if (words.at(-1) !== ']') {
    yield* shell.error(`${shell.title}: [: missing \`]'`);
    return 2;
  }
  return yield* testBuiltin(shell, words.slice(0, -1));
}

function* testBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  const result = evaluateTest(shell, words.slice(1));
  if (typeof result !== 'string') return result ? 0 : 1;
  yield* shell.error(`${shell.title}: ${words[0]}: ${result}`);
  return 2;
}

function* alias(shell: Shell, words: readonly string[]): Call<number> {
  const { aliases } = shell.state;
  if (words.length === 1) {
    for (const [name, value] of [...aliases].sort()) yield* shell.out(`alias ${name}='${value}'\n`);
    return 0;
  }
  let status = 0;
  for (const word of words.slice(1)) {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(word) ?? [];
    if (name !== undefined) aliases.set(name, value ?? '');
    else if (aliases.has(word)) yield* shell.out(`alias ${word}='${aliases.get(word)}'\n`);
    else {
      yield* shell.error(`${shell.title}: alias: ${word}: not found`);
      status = 1;
    }
  }
  return status;
}

function* unalias(shell: Shell, words: readonly string[]): Call<number> {
  if (words[1] === '-a') shell.state.aliases.clear();
  for (const name of words.slice(1)) {
    if (!shell.state.aliases.delete(name) && name !== '-a') {
      yield* shell.error(`${shell.title}: unalias: ${name}: not found`);
      return 1;
    }
  }
  return 0;
}

/** Looks whether jobs have ended, without waiting. */
export function refreshJobs(shell: Shell): void {
  const alive = new Set(shell.sys.processes().map(({ pid }) => pid));
  for (const job of shell.state.jobs)
    if (job.state === 'Running' && !alive.has(job.pid)) job.state = 'Done';
}

function jobLine({ number, state, status, command }: Job, last: boolean): string {
  const text = state === 'Exit' ? `Exit ${status}` : state;
  return (
    `[${number}]${last ? '+' : '-'}  ${text.padEnd(23)}${command}` +
    `${state === 'Running' ? ' &' : ''}\n`
  );
}

function* jobs(shell: Shell): Call<number> {
  refreshJobs(shell);
  const list = shell.state.jobs;
  for (const job of list) yield* shell.out(jobLine(job, job === list.at(-1)));
  shell.state.jobs = list.filter(({ state }) => state === 'Running');
  return 0;
}

function findJob(shell: Shell, word: string | undefined): Job | undefined {
  const { jobs: list } = shell.state;
  if (word === undefined || word === '%%' || word === '%+') return list.at(-1);
  const number = /^%(\d+)$/.exec(word)?.[1];
  if (number) return list.find((job) => job.number === Number(number));
  return list.find(
    (job) =>
      job.pid === Number(word) || (word.startsWith('%') && job.command.startsWith(word.slice(1))),
  );
}

function* fg(shell: Shell, words: readonly string[]): Call<number> {
  const job = findJob(shell, words[1]);
  if (!job) {
    yield* shell.error(`${shell.title}: fg: ${words[1] ?? 'current'}: no such job`);
    return 1;
  }
  yield* shell.out(`${job.command}\n`);
  shell.state.jobs = shell.state.jobs.filter((each) => each !== job);
  return yield* waitFor(shell, job.pid);
}

function* bg(shell: Shell, words: readonly string[]): Call<number> {
  const job = findJob(shell, words[1]);
  if (job) yield* shell.out(`[${job.number}]+ ${job.command} &\n`);
  else yield* shell.error(`${shell.title}: bg: ${words[1] ?? 'current'}: no such job`);
  return job ? 0 : 1;
}

function* wait(shell: Shell, words: readonly string[]): Call<number> {
  let status = 0;
  const wanted =
    words.length > 1 ? words.slice(1).map((word) => findJob(shell, word)) : [...shell.state.jobs];
  for (const job of wanted) {
    if (!job) {
      yield* shell.error(`${shell.title}: wait: pid ${words[1]} is not a child of this shell`);
      return 127;
    }
    status = yield* waitFor(shell, job.pid);
    shell.state.jobs = shell.state.jobs.filter((each) => each !== job);
  }
  return status;
}

const signals = ['HUP', 'INT', 'QUIT', 'KILL', 'TERM', 'PIPE', 'STOP', 'TSTP', 'CONT', 'WINCH'];
const numbers: Readonly<Record<string, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  13: 'PIPE',
  15: 'TERM',
  18: 'CONT',
  19: 'STOP',
};

function* kill(shell: Shell, words: readonly string[]): Call<number> {
  let rest = words.slice(1);
  let signal = 'TERM';
  const given = /^-(?:s)?(.+)$/.exec(rest[0] ?? '');
  if (rest[0] === '-l') {
    yield* shell.out(
      `${Object.entries(numbers)
        .map(([n, name]) => `${n}) SIG${name}`)
        .join('\t')}\n`,
    );
    return 0;
  }
  if (given) {
    const word = rest[0] === '-s' ? (rest[1] ?? '') : (given[1] as string);
    rest = rest.slice(rest[0] === '-s' ? 2 : 1);
    signal = numbers[word] ?? word.toUpperCase().replace(/^SIG/, '');
    if (!signals.includes(signal)) {
      yield* shell.error(`${shell.title}: kill: ${word}: invalid signal specification`);
      return 1;
    }
  }
  let status = 0;
  for (const word of rest) {
    const pid = word.startsWith('%') ? findJob(shell, word)?.pid : Number(word);
    if (pid === undefined || !Number.isInteger(pid)) {
      yield* shell.error(
        `${shell.title}: kill: ${word}: ` +
          `${word.startsWith('%') ? 'no such job' : 'arguments must be process or job IDs'}`,
      );
      status = 1;
    } else if (shell.sys.kill(pid, signal as Signal)) {
      yield* shell.error(`${shell.title}: kill: (${pid}) - No such process`);
      status = 1;
    }
  }
  return status;
}

function* cd(shell: Shell, words: readonly string[]): Call<number> {
  const { state, sys } = shell;
  const to = words[1] === '-' ? valueOf(state, 'OLDPWD') : (words[1] ?? valueOf(state, 'HOME'));
  if (to === undefined) {
    yield* shell.error(`${shell.title}: cd: OLDPWD not set`);
    return 1;
  }
  const stat = sys.files.stat(to === '' ? '.' : to);
  if (typeof stat === 'string' || stat.type !== 'directory') {
    const why = typeof stat === 'string' ? 'No such file or directory' : 'Not a directory';
    const ash = !state.variables.has('BASH');
    yield* shell.error(
      ash ? `${shell.title}: cd: can't cd to ${to}: ${why}` : `${shell.title}: cd: ${to}: ${why}`,
    );
    return 1;
  }
  assign(state, 'OLDPWD', sys.cwd);
  sys.cwd = sys.files.resolve(to);
  assign(state, 'PWD', sys.cwd);
  if (words[1] === '-') yield* shell.out(`${sys.cwd}\n`);
  return 0;
}

function* pwd(shell: Shell): Call<number> {
  yield* shell.out(`${shell.sys.cwd}\n`);
  return 0;
}

function* command(shell: Shell, words: readonly string[]): Call<number> {
  if (words[1] === '-v' || words[1] === '-V') {
    const name = words[2] ?? '';
    if (shell.state.aliases.has(name))
      yield* shell.out(`alias ${name}='${shell.state.aliases.get(name)}'\n`);
    else if (shell.state.functions.has(name) || builtins.has(name)) yield* shell.out(`${name}\n`);
    else {
      const path = shell.sys.files.which(name);
      if (!path) return 1;
      yield* shell.out(`${path}\n`);
    }
    return 0;
  }
  const rest = words.slice(1);
  const builtin = builtins.get(rest[0] ?? '');
  if (builtin) return yield* builtin(shell, rest);
  return rest.length === 0 ? 0 : yield* runText(shell, rest.map(quoteWord).join(' '));
}

function* type(shell: Shell, words: readonly string[]): Call<number> {
  let status = 0;
  for (const name of words.slice(1)) {
    const path = shell.sys.files.which(name);
    const { aliases, functions } = shell.state;
    if (aliases.has(name)) yield* shell.out(`${name} is aliased to \`${aliases.get(name)}'\n`);
    else if (functions.has(name))
      yield* shell.out(`${name} is a function\n${name} () \n${functions.get(name)}\n`);
    else if (builtins.has(name)) yield* shell.out(`${name} is a shell builtin\n`);
    else if (path) yield* shell.out(`${name} is ${path}\n`);
    else {
      yield* shell.error(`${shell.title}: type: ${name}: not found`);
      status = 1;
    }
  }
  return status;
}

function* evaluateWords(shell: Shell, words: readonly string[]): Call<number> {
  return yield* runText(shell, words.slice(1).join(' '));
}

function* exec(shell: Shell, words: readonly string[]): Call<number> {
  if (words.length === 1) return 0;
  throw new Flow('exit', yield* runText(shell, words.slice(1).map(quoteWord).join(' ')));
}

// oxlint-disable-next-line require-yield
function* exitBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  throw new Flow('exit', words[1] === undefined ? shell.state.status : Number(words[1]) & 255);
}

// oxlint-disable-next-line require-yield
function* returnBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  throw new Flow('return', words[1] === undefined ? shell.state.status : Number(words[1]) & 255);
}

function* exportBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  const names = words.slice(1).filter((word) => !/^-[pn]$/.test(word));
  if (names.length === 0) {
    for (const [name, value] of Object.entries(environment(shell.state)).sort()) {
      yield* shell.out(`declare -x ${name}="${value}"\n`);
    }
    return 0;
  }
  for (const word of names) {
    const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(word) ?? [];
    const key = name ?? word;
    if (!/^[A-Za-z_]\w*$/.test(key)) {
      yield* shell.error(`${shell.title}: export: \`${word}': not a valid identifier`);
      return 1;
    }
    assign(shell.state, key, value ?? valueOf(shell.state, key) ?? '', words[1] !== '-n');
  }
  return 0;
}

function* declareBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  const flags = words
    .slice(1)
    .filter((word) => word.startsWith('-'))
    .join('');
  if (flags.includes('f')) {
    for (const [name, body] of [...shell.state.functions].sort())
      yield* shell.out(`${name} () \n${body}\n`);
    return 0;
  }
  for (const word of words.slice(1)) {
    if (word.startsWith('-')) continue;
    const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(word) ?? [];
    if (shell.state.locals.length > 0) remember(shell, name ?? word);
    const list =
      value !== undefined && /^\(.*\)$/.test(value)
        ? value.slice(1, -1).split(/\s+/).filter(Boolean)
        : value;
    assign(
      shell.state,
      name ?? word,
      list ?? valueOf(shell.state, word) ?? (flags.includes('a') ? [] : ''),
      flags.includes('x') || undefined,
    );
  }
  return 0;
}

// oxlint-disable-next-line require-yield
function* readonlyBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  for (const word of words.slice(1)) {
    const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(word) ?? [];
    const key = name ?? word;
    shell.state.variables.set(key, {
      value: value ?? valueOf(shell.state, key) ?? '',
      exported: false,
      readonly: true,
    });
  }
  return 0;
}

function remember(shell: Shell, name: string): void {
  const scope = shell.state.locals.at(-1);
  if (scope && !scope.has(name)) scope.set(name, shell.state.variables.get(name));
}

function* local(shell: Shell, words: readonly string[]): Call<number> {
  if (shell.state.locals.length === 0) {
    yield* shell.error(`${shell.title}: local: can only be used in a function`);
    return 1;
  }
  for (const word of words.slice(1)) {
    const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(word) ?? [];
    remember(shell, name ?? word);
    assign(shell.state, name ?? word, value ?? '');
  }
  return 0;
}

// oxlint-disable-next-line require-yield
function* unsetBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  for (const word of words.slice(1)) {
    if (word.startsWith('-')) continue;
    if (words[1] === '-f' || !shell.state.variables.has(word)) shell.state.functions.delete(word);
    shell.state.variables.delete(word);
  }
  return 0;
}

const letters: Readonly<Record<string, 'errexit' | 'nounset' | 'xtrace' | 'noglob'>> = {
  e: 'errexit',
  u: 'nounset',
  x: 'xtrace',
  f: 'noglob',
};

function* setBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  const { state } = shell;
  if (words.length === 1) {
    for (const [name, { value }] of [...state.variables].sort()) {
      yield* shell.out(
        `${name}=${quoteWord(typeof value === 'string' ? value : `(${value.join(' ')})`)}\n`,
      );
    }
    return 0;
  }
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      state.positional = words.slice(i + 1);
      return 0;
    }
    const match = /^([-+])(\w+)$/.exec(word);
    if (!match) {
      state.positional = words.slice(i);
      return 0;
    }
    const on = match[1] === '-';
    for (const letter of match[2] as string) {
      const name = letter === 'o' ? words[++i] : letters[letter];
      if (name && name in state.options) state.options[name as 'errexit'] = on;
      else if (!/[hmB]/.test(letter)) {
        yield* shell.error(
          `${shell.title}: set: ` + letter === 'o'
            ? `${name}: invalid option name`
            : `${match[1]}${letter}: invalid option`,
        );
        return 2;
      }
    }
  }
  return 0;
}

// oxlint-disable-next-line require-yield
function* shift(shell: Shell, words: readonly string[]): Call<number> {
  const count = Number(words[1] ?? 1);
  if (count > shell.state.positional.length) return 1;
  shell.state.positional = shell.state.positional.slice(count);
  return 0;
}

function* getopts(shell: Shell, words: readonly string[]): Call<number> {
  const [, spec = '', name = 'opt', ...given] = words;
  const { state } = shell;
  const args = given.length > 0 ? given : state.positional;
  let index = Number(valueOf(state, 'OPTIND') ?? 1);
  let offset = Number(valueOf(state, '__OPTOFF') ?? 1);
  const word = args[index - 1];
  if (word === undefined || !/^-./.test(word) || word === '--') {
    assign(state, name, '?');
    return 1;
  }
  const letter = word[offset] as string;
  const place = spec.indexOf(letter);
  offset += 1;
  let value = '';
  if (place >= 0 && spec[place + 1] === ':') {
    value = word.slice(offset) || (args[index++] ?? '');
    offset = Infinity;
  }
  if (offset >= word.length) {
    index += 1;
    offset = 1;
  }
  assign(state, 'OPTIND', String(index));
  assign(state, '__OPTOFF', String(offset));
  assign(state, 'OPTARG', value);
  assign(state, name, place >= 0 ? letter : '?');
  if (place < 0 && !spec.startsWith(':'))
    yield* shell.error(`${state.name}: illegal option -- ${letter}`);
  return 0;
}

function* history(shell: Shell): Call<number> {
  const lines = valueOf(shell.state, '__HISTORY')?.split('\n').filter(Boolean) ?? [];
  for (const [index, line] of lines.entries())
    yield* shell.out(`${String(index + 1).padStart(5)}  ${line}\n`);
  return 0;
}

// oxlint-disable-next-line require-yield
function* letBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  let value = 0;
  for (const word of words.slice(1)) value = evaluateText(shell.state, word);
  return value === 0 ? 1 : 0;
}

// oxlint-disable-next-line require-yield
function* trap(shell: Shell, words: readonly string[]): Call<number> {
  const [, action, ...names] = words;
  for (const name of names) {
    const signal = (numbers[name] ?? name).replace(/^SIG/, '');
    if (action === '-') {
      shell.state.traps.delete(signal);
      if (signals.includes(signal)) shell.sys.trap(signal as Signal, 'default');
    } else {
      shell.state.traps.set(signal, action ?? '');
      if (signals.includes(signal))
        shell.sys.trap(
          signal as Signal,
          action === '' ? 'ignore' : () => void (shell.interrupted = true),
        );
    }
  }
  return 0;
}

function* umask(shell: Shell): Call<number> {
  yield* shell.out('0022\n');
  return 0;
}

function* ulimit(shell: Shell, words: readonly string[]): Call<number> {
  yield* shell.out(words[1] === '-u' ? '512\n' : 'unlimited\n');
  return 0;
}
