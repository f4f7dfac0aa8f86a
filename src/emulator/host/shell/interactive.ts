import { isErrno } from '../errno.ts';
import type { Call, ExitCode } from '../syscalls.ts';
import { expandAliases } from './alias-text.ts';
import type { ShellArguments } from './arguments.ts';
import { complete } from './complete.ts';
import { expandQuoted } from './expand/words.ts';
import { expandHistory, historyLine } from './history.ts';
import { reportJobs } from './jobs.ts';
import { awaitedDelimiter, readScript, type Source } from './parse.ts';
import { promptText } from './prompt.ts';
import { runText } from './run-text.ts';
import { Flow, type Shell } from './shell.ts';
import { loadState, saveState } from './state.ts';
import { defaultTrap, setTrap } from './traps.ts';
import { valueOf } from './variables.ts';

/** Lines of history that a shell keeps. */
const HISTORY_KEPT = 500;

/** Lines at a prompt, until `exit` or Ctrl-D. */
export function* interact(shell: Shell, args: ShellArguments): Call<ExitCode> {
  const { sys, state } = shell;
  for (const signal of ['INT', 'TERM', 'QUIT', 'TSTP'] as const) defaultTrap(shell, signal);
  sys.setForeground(sys.group);
  const saved = sys.login?.state;
  if (saved !== undefined) {
    loadState(state, saved);
    for (const [signal, action] of state.traps) setTrap(shell, signal, action);
  } else yield* startUp(shell, args);
  for (;;) {
    const text = yield* nextCommand(shell);
    if (text === null) {
      yield* shell.write(
        2,
        args.login && shell.look.bash ? 'logout\n' : shell.look.bash ? 'exit\n' : '\n',
      );
      return state.status;
    }
    if (text.trim() === '') continue;
    try {
      state.lines += 1;
      shell.source = { ...shell.source, firstLine: state.lines };
      yield* runText(shell, { ...shell.source, text });
    } catch (error) {
      if (!(error instanceof Flow)) throw error;
      if (error.kind === 'exit') {
        const word = args.login ? 'logout' : 'exit';
        if (shell.look.bash && shell.calls.length === 0) yield* shell.write(2, `${word}\n`);
        return error.value;
      }
      state.status = error.value;
      if (shell.interrupted) yield* shell.write(2, '\n');
      reset(shell);
    }
  }
}

/** Nothing of a command that was given up is left over. */
function reset(shell: Shell): void {
  shell.guards = 0;
  shell.loops = 0;
  shell.calls.length = 0;
  shell.sys.setForeground(shell.sys.group);
}

function* startUp(shell: Shell, args: ShellArguments): Call<void> {
  const { sys, look, state } = shell;
  const home = valueOf(shell, 'HOME') ?? '/';
  if (look.bash && sys.files.which('kubectl')) state.aliases.set('k', 'kubectl');
  if (!args.rc) return;
  const login = ['/etc/profile', `${home}/.bash_profile`, `${home}/.profile`];
  const files = args.login || sys.login ? login : look.bash ? ['/etc/bash.bashrc'] : [];
  for (const name of [...files, ...(look.bash ? [`${home}/.bashrc`] : [])]) {
    const found = sys.files.read(name);
    if (!isErrno(found))
      yield* runText(shell, { text: found.text, firstLine: 1, kind: 'file', name });
  }
}

/** The next whole command, over as many lines as it takes; null at the end of input. */
function* nextCommand(shell: Shell): Call<string | null> {
  const { sys, state } = shell;
  let pending = '';
  for (;;) {
    shell.interrupted = false;
    if (pending === '') yield* beforePrompt(shell);
    const prompt = yield* promptOf(shell, pending === '' ? 'PS1' : 'PS2');
    const answer = yield* sys.readLine(prompt, {
      history: state.history,
      ...(pending === '' ? { status: state.status } : { continued: true }),
      complete: (before) => complete(shell, before),
    });
    if (answer === 'interrupt') {
      pending = '';
      state.status = 130;
      continue;
    }
    if (answer === null) {
      if (pending === '') return null;
      const delimiter = awaitedDelimiter(pending);
      if (delimiter !== undefined) {
        const line = state.lines + 1;
        yield* shell.write(
          2,
          `${shell.title}: warning: here-document at line ${line} delimited by end-of-file ` +
            `(wanted \`${delimiter}')\n`,
        );
        remember(shell, pending);
        return `${pending}\n${delimiter}`;
      }
      const source: Source = { ...shell.source, kind: 'input', text: pending };
      const { error } = readScript(source);
      yield* shell.write(
        2,
        `${shell.title}: ${error?.message || 'syntax error: unexpected end of file'}\n`,
      );
      state.status = 2;
      pending = '';
      continue;
    }
    shell.warned &&= /^\s*exit\b/.test(answer.line);
    const line = yield* withHistory(shell, answer.line);
    if (line === undefined) continue;
    const text = pending === '' ? line : `${pending}\n${line}`;
    const ready = expandAliases(shell, text);
    const parsed = readScript({ ...shell.source, kind: 'input', text: ready });
    if (parsed.error?.incomplete) {
      pending = text;
      continue;
    }
    remember(shell, text);
    return ready;
  }
}

function* beforePrompt(shell: Shell): Call<void> {
  const { sys, state } = shell;
  yield* reportJobs(shell);
  const command = valueOf(shell, 'PROMPT_COMMAND');
  if (command) {
    const { status } = state;
    yield* runText(shell, { text: command, firstLine: 1, kind: 'eval', name: '' });
    state.status = status;
  }
  sys.login?.save(saveState(state));
}

function* promptOf(shell: Shell, name: 'PS1' | 'PS2'): Call<string> {
  const text = valueOf(shell, name) ?? (name === 'PS2' ? '> ' : shell.look.prompt);
  const plain = promptText(shell, text);
  // `\$` is no expansion.
  return /(^|[^\\])\$|`/.test(text) ? yield* expandQuoted(shell, plain) : plain;
}

/** `!!` and the like are put in and shown; undefined where there is no such line. */
function* withHistory(shell: Shell, line: string): Call<string | undefined> {
  if (!shell.state.options.histexpand) return line;
  const made = expandHistory(line, shell.state.history);
  if ('missing' in made) {
    yield* shell.write(2, `${shell.title}: ${made.missing}: event not found\n`);
    return undefined;
  }
  if (made.changed) yield* shell.write(2, `${made.line}\n`);
  return made.line;
}

/** Lines that begin with a blank and repetitions are left out, as Debian's .bashrc has it. */
function remember({ state }: Shell, text: string): void {
  const line = historyLine(text);
  if (line.trim() === '' || line.startsWith(' ') || state.history.at(-1) === line) return;
  state.history.push(line);
  if (state.history.length > HISTORY_KEPT) state.history.shift();
}
