import type {
  AndOr,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Redirection,
  Statement,
  Word,
} from 'unbash';
import type { Call, Fd, Pid, SpawnOptions, Sys } from '../syscalls.ts';
import { ArithmeticError, evaluateText } from './arithmetic.ts';
import { builtins } from './builtins.ts';
import { compound } from './compound.ts';
import { ExpansionError, expandText, expandWords, type Expander } from './expand.ts';
import { readScript } from './parse.ts';
import { redirect, type Redirected } from './redirect.ts';
import { assign, environment, HANDED, pack, type ShellState } from './state.ts';

/** Leaves loops, functions or the shell. */
export class Flow extends Error {
  readonly kind: 'break' | 'continue' | 'return' | 'exit' | 'interrupt';
  readonly value: number;
  constructor(kind: Flow['kind'], value: number) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}

/** A shell that runs: its state, its process, and where its standard streams are now. */
export interface Shell extends Expander {
  readonly state: ShellState;
  readonly sys: Sys;
  /** Name in messages: `bash`, `sh`, or the script's. */
  readonly title: string;
  /** Text that the syntax tree being walked points into. */
  source: string;
  /** Where descriptors of the shell's own commands go, changed by redirections. */
  readonly fds: Map<Fd, Fd | 'null'>;
  interrupted: boolean;
  interactive: boolean;
  out(text: string): Call<void>;
  error(text: string): Call<void>;
}

/** Runs a script and gives its status. */
export function* runScript(shell: Shell, script: ParsedScript, source: string): Call<number> {
  const before = shell.source;
  shell.source = source;
  try {
    return yield* runList(shell, script.commands);
  } finally {
    shell.source = before;
  }
}

/** Reads and runs text; a syntax error is told and is status 2. */
export function* runText(shell: Shell, text: string): Call<number> {
  const parsed = readScript(text);
  if (!parsed.ok) {
    yield* shell.error(`${shell.title}: ${parsed.error}`);
    return (shell.state.status = 2);
  }
  return yield* runScript(shell, parsed.script, parsed.source);
}

export function* runList(shell: Shell, statements: readonly Statement[]): Call<number> {
  for (const statement of statements) {
    if (shell.interrupted) throw new Flow('interrupt', 130);
    if (statement.background) yield* background(shell, statement);
    else {
      const status = yield* runNode(shell, statement.command, true);
      const exempt = statement.command.type === 'AndOr' || isNegated(statement.command);
      if (status !== 0 && shell.state.options.errexit && !exempt) throw new Flow('exit', status);
    }
  }
  return shell.state.status;
}

export function runCompound(shell: Shell, list: CompoundList): Call<number> {
  return runList(shell, list.commands);
}

function isNegated(node: PipelineNode | AndOr): boolean {
  return node.type === 'Pipeline' && node.prefixes.some(({ type }) => type === 'Negation');
}

export function* runNode(
  shell: Shell,
  node: PipelineNode | AndOr,
  _foreground = true,
): Call<number> {
  switch (node.type) {
    case 'AndOr':
      return yield* andOr(shell, node);
    case 'Pipeline':
      return yield* pipeline(shell, node);
    default:
      return (shell.state.status = yield* runCommand(shell, node));
  }
}

function* andOr(shell: Shell, { commands, operators }: AndOr): Call<number> {
  let status = yield* guarded(shell, commands[0] as PipelineNode);
  for (const [index, operator] of operators.entries()) {
    if (operator === '&&' ? status === 0 : status !== 0) {
      const last = index === operators.length - 1;
      const next = commands[index + 1] as PipelineNode;
      status = last ? yield* runNode(shell, next) : yield* guarded(shell, next);
    }
  }
  return status;
}

/** A command whose failure is looked at: `set -e` does not end the shell for it. */
function* guarded(shell: Shell, node: PipelineNode): Call<number> {
  const { options } = shell.state;
  const before = options.errexit;
  options.errexit = false;
  try {
    return yield* runNode(shell, node);
  } finally {
    options.errexit = before;
  }
}

export { guarded };

/** Commands side by side with pipes between; the status is the last one's. */
function* pipeline(shell: Shell, node: Pipeline): Call<number> {
  const negated = node.prefixes.some(({ type }) => type === 'Negation');
  const timed = node.prefixes.some(({ type }) => type === 'Time');
  const from = shell.sys.now;
  let status: number;
  if (node.commands.length === 1) {
    const only = node.commands[0] as CommandNode;
    status = negated ? yield* guarded(shell, only) : yield* runCommand(shell, only);
  } else status = yield* pipes(shell, node);
  if (timed)
    yield* shell.error(`\nreal\t${clock(shell.sys.now - from)}\nuser\t0m0.001s\nsys\t0m0.001s`);
  if (negated) status = status === 0 ? 1 : 0;
  return (shell.state.status = status);
}

function clock(micros: number): string {
  const seconds = micros / 1_000_000;
  return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
}

function* pipes(shell: Shell, { commands, operators }: Pipeline): Call<number> {
  const { sys } = shell;
  const pids: Pid[] = [];
  let input: Fd | undefined;
  for (const [index, command] of commands.entries()) {
    const last = index === commands.length - 1;
    const pipe = last ? undefined : sys.pipe();
    const fds: Record<number, Fd | 'null'> = {};
    if (input !== undefined) fds[0] = input;
    if (pipe) fds[1] = pipe.write;
    if (pipe && operators[index] === '|&') fds[2] = pipe.write;
    pids.push(yield* startPart(shell, command, fds));
    if (input !== undefined) sys.close(input);
    if (pipe) sys.close(pipe.write);
    input = pipe?.read;
  }
  const statuses: number[] = [];
  for (const pid of pids) statuses.push(pid < 0 ? -pid : yield* waitFor(shell, pid));
  if (shell.state.options.pipefail) return statuses.findLast((each) => each !== 0) ?? 0;
  return statuses.at(-1) ?? 0;
}

/** Starts one part of a pipeline; a negative number is the status of what could not start. */
function* startPart(
  shell: Shell,
  command: CommandNode,
  fds: Record<number, Fd | 'null'>,
): Call<number> {
  if (command.type === 'Command' && command.name && isSimple(command)) {
    const words = yield* expandCommand(shell, command);
    const name = words[0];
    if (name !== undefined && !shell.state.functions.has(name) && !builtins.has(name)) {
      const assigned = yield* prefixEnv(shell, command);
      const inner = { ...shell, fds: withFds(shell, fds) } as Shell;
      const made = yield* redirect(inner, command.redirects);
      if (!made.ok) return -1;
      const pid = yield* spawn(inner, words, assigned);
      made.undo();
      return pid;
    }
  }
  return subshell(shell, shell.source.slice(command.pos, hereEnd(shell, command)), fds);
}

/** A simple command without here-documents can be started by its words alone. */
function isSimple(command: Command): boolean {
  return command.name !== undefined;
}

/** End of a node's text, here-documents that follow it included. */
function hereEnd(shell: Shell, command: CommandNode): number {
  const redirects =
    command.type === 'Command' || command.type === 'Redirected' ? command.redirects : [];
  const ends = redirects.flatMap((each) =>
    each.type === 'HereDoc' ? [each.closing?.end ?? each.body.end] : [],
  );
  return Math.max(command.end, ...ends) === command.end
    ? command.end
    : Math.min(shell.source.length, Math.max(...ends));
}

function withFds(shell: Shell, fds: Record<number, Fd | 'null'>): Map<Fd, Fd | 'null'> {
  const map = new Map(shell.fds);
  for (const [fd, to] of Object.entries(fds)) map.set(Number(fd), to);
  return map;
}

/** Runs text in a shell of its own with this one's state; gives its pid, or minus its status. */
export function subshell(
  shell: Shell,
  text: string,
  fds: Record<number, Fd | 'null'> = {},
  options: SpawnOptions = {},
): number {
  const { sys, state } = shell;
  const env = { ...environment(state), [HANDED]: pack(state) };
  const made = sys.spawn(
    [shell.state.variables.has('BASH') ? 'bash' : 'sh', '-c', text, state.name],
    {
      env,
      cwd: sys.cwd,
      fds: Object.fromEntries(withFds(shell, fds)),
      ...options,
    },
  );
  return typeof made === 'string' ? -(made === 'EAGAIN' ? 254 : 127) : made;
}

function* background(shell: Shell, statement: Statement): Call<void> {
  const { state } = shell;
  const text = shell.source.slice(statement.command.pos, statement.command.end);
  const pid = subshell(shell, text, { 0: 'null' }, { background: true });
  if (pid < 0) {
    yield* shell.error(`${shell.title}: fork: retry: Resource temporarily unavailable`);
    state.status = 254;
    return;
  }
  const number = Math.max(0, ...state.jobs.map((job) => job.number)) + 1;
  state.jobs.push({ number, pid, command: text, state: 'Running', status: 0 });
  state.background = pid;
  if (shell.interactive) yield* shell.error(`[${number}] ${pid}`);
  state.status = 0;
}

/** Status of a child: 128 and the signal's number where a signal ended it. */
export function* waitFor(shell: Shell, pid: Pid): Call<number> {
  const status = yield* shell.sys.wait(pid);
  if ('exited' in status) return status.exited;
  const numbers: Readonly<Record<string, number>> = {
    HUP: 1,
    INT: 2,
    QUIT: 3,
    KILL: 9,
    PIPE: 13,
    TERM: 15,
  };
  if (status.signalled === 'INT') shell.interrupted = shell.interactive || shell.interrupted;
  if (status.signalled === 'TERM' || status.signalled === 'KILL') {
    if (shell.interactive)
      yield* shell.error(status.signalled === 'KILL' ? 'Killed' : 'Terminated');
  }
  return 128 + (numbers[status.signalled] ?? 0);
}

export function* runCommand(shell: Shell, node: CommandNode): Call<number> {
  try {
    if (node.type === 'Command') return yield* simple(shell, node);
    return yield* compound(shell, node);
  } catch (error) {
    if (error instanceof ExpansionError || error instanceof ArithmeticError) {
      yield* shell.error(`${shell.title}: ${error.message}`);
      if (!shell.interactive && error instanceof ExpansionError) throw new Flow('exit', 1);
      return (shell.state.status = 1);
    }
    throw error;
  }
}

function* simple(shell: Shell, command: Command): Call<number> {
  const { state } = shell;
  if (!command.name) return yield* assignments(shell, command);
  const words = yield* expandCommand(shell, command);
  const name = words[0];
  if (name === undefined) return yield* assignments(shell, command);
  if (state.options.xtrace) yield* shell.error(`+ ${words.map(quoteWord).join(' ')}`);
  const made = yield* redirect(shell, command.redirects);
  if (!made.ok) return (state.status = 1);
  const keep = name === 'exec' && words.length === 1;
  try {
    const body = state.functions.get(name);
    if (body !== undefined)
      return yield* withVariables(shell, command, () => callFunction(shell, body, words));
    const builtin = builtins.get(name);
    if (builtin) return yield* withVariables(shell, command, () => builtin(shell, words));
    const env = yield* prefixEnv(shell, command);
    const pid = yield* spawn(shell, words, env);
    return pid < 0 ? -pid : yield* waitFor(shell, pid);
  } finally {
    if (!keep) made.undo();
  }
}

export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words of a command, with its alias put in. */
function* expandCommand(shell: Shell, command: Command): Call<string[]> {
  const words: Word[] = [command.name as Word];
  const assignmentsAsWords: string[] = [];
  for (const item of command.suffix) {
    if (item.type === 'Word') words.push(item);
    else if (item.type === 'Assignment') {
      const value =
        item.value.type === 'ArrayValue'
          ? item.text
          : `${item.name}${item.append ? '+' : ''}=${yield* expandText(shell, item.value)}`;
      assignmentsAsWords.push(value);
      words.push({
        type: 'Word',
        text: value,
        value,
        pos: 0,
        end: 0,
        parts: [{ type: 'SingleQuoted', value, text: value, pos: 0, end: 0 }],
      });
    }
  }
  return yield* expandWords(shell, words);
}

function* prefixEnv(shell: Shell, command: Command): Call<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const item of command.prefix) {
    if (item.type === 'Assignment' && item.value.type === 'Word')
      env[item.name] = yield* expandText(shell, item.value);
  }
  return env;
}

function* assignments(shell: Shell, command: Command): Call<number> {
  const { state } = shell;
  state.status = 0;
  for (const item of command.prefix) if (item.type === 'Assignment') yield* assignOne(shell, item);
  const made = yield* redirect(shell, command.redirects);
  if (made.ok) made.undo();
  return made.ok ? state.status : (state.status = 1);
}

/** `x=…`, `x+=…`, `x[i]=…`, `x=(…)`. */
export function* assignOne(shell: Shell, { name, value, append, index }: Assignment): Call<void> {
  const { state } = shell;
  const before = state.variables.get(name);
  if (before?.readonly) throw new ExpansionError(`${name}: readonly variable`);
  const old = before?.value;
  if (value.type === 'ArrayValue') {
    const elements = yield* expandWords(shell, value.elements);
    assign(state, name, append && typeof old === 'object' ? [...old, ...elements] : elements);
    return;
  }
  const text = yield* expandText(shell, value);
  if (index) {
    const list = typeof old === 'object' ? [...old] : old === undefined ? [] : [old];
    const at = evaluateText(state, yield* expandText(shell, index));
    while (list.length < at) list.push('');
    list[at] = append ? (list[at] ?? '') + text : text;
    assign(state, name, list);
    return;
  }
  const joined = append ? (typeof old === 'object' ? [...old, text] : (old ?? '') + text) : text;
  assign(state, name, joined);
}

/** Variables before a builtin or a function count for its duration. */
function* withVariables(shell: Shell, command: Command, work: () => Call<number>): Call<number> {
  const set = command.prefix.filter((each): each is Assignment => each.type === 'Assignment');
  const before = set.map(({ name }) => [name, shell.state.variables.get(name)] as const);
  for (const each of set) yield* assignOne(shell, each);
  try {
    return (shell.state.status = yield* work());
  } finally {
    for (const [name, old] of before) {
      if (old) shell.state.variables.set(name, old);
      else shell.state.variables.delete(name);
    }
  }
}

function* callFunction(shell: Shell, body: string, words: readonly string[]): Call<number> {
  const { state, sys } = shell;
  if (state.depth >= 200) {
    yield* shell.error(
      `${shell.title}: ${words[0]}: maximum function nesting level exceeded (200)`,
    );
    return 1;
  }
  const positional = state.positional;
  state.positional = words.slice(1);
  state.locals.push(new Map());
  state.depth += 1;
  void sys;
  try {
    return yield* runText(shell, body);
  } catch (error) {
    if (error instanceof Flow && error.kind === 'return') return error.value;
    throw error;
  } finally {
    state.depth -= 1;
    state.positional = positional;
    for (const [name, old] of state.locals.pop() ?? []) {
      if (old) state.variables.set(name, old);
      else state.variables.delete(name);
    }
  }
}

/** Starts an external command; minus its status where it cannot be started. */
export function* spawn(
  shell: Shell,
  words: readonly string[],
  extra: Record<string, string>,
): Call<number> {
  const { sys, state } = shell;
  const name = words[0] as string;
  const made = sys.spawn(words, {
    env: { ...environment(state), ...extra },
    cwd: sys.cwd,
    fds: Object.fromEntries(shell.fds),
  });
  if (typeof made !== 'string') return made;
  if (made === 'EAGAIN') {
    yield* shell.error(`${shell.title}: fork: retry: Resource temporarily unavailable`);
    return -254;
  }
  yield* shell.error(notFound(shell, name, made));
  return made === 'EACCES' ? -126 : -127;
}

function notFound(shell: Shell, name: string, errno: string): string {
  const ash = !shell.state.variables.has('BASH');
  const line = shell.interactive ? '' : 'line 1: ';
  if (name.includes('/')) {
    const stat = shell.sys.files.stat(name);
    if (typeof stat !== 'string' && stat.type === 'directory')
      return `${shell.title}: ${name}: Is a directory`;
    if (errno === 'EACCES') return `${shell.title}: ${name}: Permission denied`;
    return ash
      ? `${shell.title}: ${name}: not found`
      : `${shell.title}: ${line}${name}: No such file or directory`;
  }
  return ash
    ? `${shell.title}: ${name}: not found`
    : `${shell.title}: ${line}${name}: command not found`;
}

export type { Redirected, Redirection };
