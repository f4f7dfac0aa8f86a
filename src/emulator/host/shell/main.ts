import type { Call, ExitCode, Process, Sys } from '../syscalls.ts';
import { refreshJobs } from './builtins.ts';
import { Flow, runText, subshell, type Shell } from './interpreter.ts';
import { readScript } from './parse.ts';
import { assign, HANDED, newState, unpack, valueOf } from './state.ts';

/** What a shell program is called and looks like. */
export interface ShellLook {
  readonly name: string;
  readonly bash: boolean;
  /** Prompt of an interactive shell, before each line. */
  prompt(sys: Sys): string;
}

/** The whole of `bash` or `sh`: `-c text`, a script, standard input, or a prompt. */
export function* shellMain(look: ShellLook, argv: readonly string[], sys: Sys): Process {
  const handed = sys.env[HANDED];
  delete sys.env[HANDED];
  const options = readOptions(argv);
  if ('error' in options) {
    yield* sys.write(2, `${look.name}: ${options.error}\n`);
    return 2;
  }
  const title = options.file ?? (options.login || options.interactive ? look.name : look.name);
  const shell = createShell(look, sys, title, handed);
  Object.assign(shell.state.options, options.set);
  try {
    if (options.command !== undefined) {
      if (!handed) {
        shell.state.name = options.rest[0] ?? look.name;
        shell.state.positional = options.rest.slice(1);
      }
      return yield* finish(shell, yield* runText(shell, options.command));
    }
    if (options.file !== undefined) {
      const found = sys.files.read(options.file);
      if (typeof found === 'string') {
        yield* sys.write(2, `${look.name}: ${options.file}: No such file or directory\n`);
        return 127;
      }
      shell.state.name = options.file;
      shell.state.positional = options.rest;
      return yield* finish(shell, yield* runText(shell, found.text));
    }
    if (sys.isTerminal(0)) return yield* interact(look, shell);
    return yield* finish(shell, yield* runText(shell, yield* readAll(sys)));
  } catch (error) {
    if (error instanceof Flow)
      return yield* finish(shell, error.kind === 'interrupt' ? 130 : error.value);
    throw error;
  }
}

/** The EXIT trap, then the status. */
function* finish(shell: Shell, status: number): Call<ExitCode> {
  const trap = shell.state.traps.get('EXIT');
  shell.state.traps.delete('EXIT');
  if (trap) yield* runText(shell, trap);
  return status;
}

interface ShellOptions {
  readonly command?: string;
  readonly file?: string;
  readonly rest: string[];
  readonly login: boolean;
  readonly interactive: boolean;
  readonly set: Partial<Record<'errexit' | 'nounset' | 'xtrace' | 'pipefail', boolean>>;
}

function readOptions(argv: readonly string[]): ShellOptions | { readonly error: string } {
  let rest = argv.slice(1);
  let login = false;
  let interactive = false;
  const set: Record<string, boolean> = {};
  while (/^[-+]./.test(rest[0] ?? '')) {
    const word = rest[0] as string;
    rest = rest.slice(1);
    if (word === '--') break;
    if (word === '--login' || word === '-l') login = true;
    else if (word === '--norc' || word === '--noprofile') continue;
    else if (word.startsWith('--')) return { error: `${word}: invalid option` };
    else if (word.includes('c')) {
      const [command, ...more] = rest;
      if (command === undefined) return { error: '-c: option requires an argument' };
      flags(word, set);
      return { command, rest: more, login, interactive, set };
    } else if (word.includes('i')) interactive = true;
    else flags(word, set);
  }
  const [file, ...more] = rest;
  return { ...(file !== undefined && { file }), rest: more, login, interactive, set };
}

function flags(word: string, set: Record<string, boolean>): void {
  if (word.includes('e')) set['errexit'] = true;
  if (word.includes('u')) set['nounset'] = true;
  if (word.includes('x')) set['xtrace'] = true;
}

function createShell(look: ShellLook, sys: Sys, title: string, handed: string | undefined): Shell {
  const state = handed ? unpack(handed) : newState(title, sys.env);
  if (look.bash) assign(state, 'BASH', '/bin/bash');
  assign(state, '$', String(sys.pid));
  assign(state, 'PWD', sys.cwd, true);
  if (!state.aliases.has('k') && look.bash) state.aliases.set('k', 'kubectl');
  const fds = new Map<number, number | 'null'>([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  const write = function* (fd: number, text: string): Call<void> {
    const to = shell.fds.get(fd) ?? fd;
    if (to !== 'null') yield* sys.write(to, text);
  };
  const shell: Shell = {
    state,
    sys,
    title,
    source: '',
    fds,
    interrupted: false,
    interactive: false,
    out: (text) => write(1, text),
    error: (text) => write(2, `${text}\n`),
    *substitute(text) {
      if (text.startsWith('<') && /^<\s*\S+\s*$/.test(text)) {
        const found = sys.files.read(text.slice(1).trim());
        return typeof found === 'string' ? '' : found.text.replace(/\n+$/, '');
      }
      const pipe = sys.pipe();
      const pid = subshell(shell, text, { 1: pipe.write });
      sys.close(pipe.write);
      let output = '';
      for (
        let piece = yield* sys.read(pipe.read);
        piece !== null && typeof piece === 'string';
        piece = yield* sys.read(pipe.read)
      ) {
        output += piece;
      }
      sys.close(pipe.read);
      if (pid > 0) {
        const status = yield* sys.wait(pid);
        state.status = 'exited' in status ? status.exited : 130;
      } else state.status = -pid;
      return output.replace(/\n+$/, '');
    },
  };
  return shell;
}

function* readAll(sys: Sys): Call<string> {
  let text = '';
  for (let piece = yield* sys.read(0); piece !== null; piece = yield* sys.read(0)) text += piece;
  return text;
}

/** Alias of the first word of each simple command of a line, put in before it is read. */
function withAliases(shell: Shell, line: string): string {
  return line.replaceAll(
    /(^|[;&|(]\s*|\bthen\s+|\bdo\s+|&&\s*|\|\|\s*)([A-Za-z_][\w-]*)(?=\s|$|[;|&)])/g,
    (all, before: string, word: string) => {
      const found = shell.state.aliases.get(word);
      return found === undefined ? all : before + found;
    },
  );
}

/** Lines at a prompt, until `exit` or Ctrl-D. */
function* interact(look: ShellLook, shell: Shell): Call<ExitCode> {
  const { sys, state } = shell;
  shell.interactive = true;
  sys.trap('INT', () => void (shell.interrupted = true));
  const saved = sys.files.read(`/run/shell-state/${sys.pid}`);
  if (typeof saved !== 'string')
    Object.assign(state, unpack(saved.text), { jobs: [], traps: new Map(), locals: [] });
  let pending = '';
  for (;;) {
    shell.interrupted = false;
    if (pending === '') yield* reportJobs(shell);
    const answer = yield* sys.readLine(pending === '' ? look.prompt(sys) : '> ');
    if (answer === null) {
      if (pending !== '') {
        pending = '';
        continue;
      }
      yield* sys.write(1, look.bash ? 'logout\n' : '');
      return state.status;
    }
    if (answer === 'interrupt') {
      pending = '';
      state.status = 130;
      continue;
    }
    const text = pending === '' ? answer.line : `${pending}\n${answer.line}`;
    const ready = withAliases(shell, text);
    const parsed = readScript(ready);
    if (!parsed.ok && parsed.incomplete) {
      pending = text;
      continue;
    }
    pending = '';
    if (text.trim() === '') continue;
    assign(
      state,
      '__HISTORY',
      `${valueOf(state, '__HISTORY') ?? ''}${text.replaceAll('\n', ' ')}\n`,
    );
    try {
      yield* runText(shell, ready);
    } catch (error) {
      if (!(error instanceof Flow)) throw error;
      if (error.kind === 'exit') return error.value;
      state.status = error.kind === 'interrupt' ? 130 : error.value;
    }
  }
}

/** Tells of jobs that have ended since the last prompt. */
function* reportJobs(shell: Shell): Call<void> {
  refreshJobs(shell);
  const over = shell.state.jobs.filter(({ state }) => state !== 'Running');
  for (const job of over) {
    yield* shell.error(`[${job.number}]+  Done                    ${job.command}`);
  }
  shell.state.jobs = shell.state.jobs.filter(({ state }) => state === 'Running');
}
