import type { AndOr, CommandNode, CompoundList, Pipeline, PipelineNode, Statement } from 'unbash';
import { isErrno } from '../errno.ts';
import type { Call, Fd, Pid } from '../syscalls.ts';
import { ArithmeticError } from './arithmetic.ts';
import { compound } from './compound.ts';
import { ExpansionError, UnboundError } from './expand/parameter.ts';
import { forkFailed, retried } from './external.ts';
import { forkShell } from './fork.ts';
import { addJob, waitForeground } from './jobs.ts';
import { lineOf } from './parse.ts';
import { printNode } from './print.ts';
import { Flow, type Shell } from './shell.ts';
import { simpleCommand } from './simple.ts';
import { runErrTrap, runTraps } from './traps.ts';
import { VariableError } from './variables.ts';

/** Runs commands one after another and gives the last one's status. */
export function* runList(shell: Shell, statements: readonly Statement[]): Call<number> {
  for (const statement of statements) {
    if (shell.state.options.noexec && !shell.interactive) break;
    if (shell.signals.length > 0) yield* runTraps(shell);
    if (shell.interrupted) throw new Flow(shell.interactive ? 'discard' : 'exit', 130);
    if (statement.background) yield* background(shell, statement);
    else yield* runNode(shell, statement.command);
  }
  if (shell.signals.length > 0) yield* runTraps(shell);
  return shell.state.status;
}

export function runCompound(shell: Shell, list: CompoundList): Call<number> {
  return runList(shell, list.commands);
}

export function* runNode(shell: Shell, node: PipelineNode | AndOr): Call<number> {
  switch (node.type) {
    case 'AndOr':
      return yield* andOr(shell, node);
    case 'Pipeline':
      return yield* pipeline(shell, node);
    default:
      return yield* checked(shell, node, runCommand(shell, node));
  }
}

/** `set -e` and the trap of ERR look at the status of what is not itself a list. */
function* checked(shell: Shell, node: CommandNode | Pipeline, run: Call<number>): Call<number> {
  const status = yield* run;
  if (status === 0 || shell.guards > 0 || hasInnerChecks(node)) return status;
  yield* runErrTrap(shell);
  if (shell.state.options.errexit) throw new Flow('exit', status);
  return status;
}

function hasInnerChecks(node: CommandNode | Pipeline): boolean {
  const { type } = node.type === 'Redirected' ? node.command : node;
  return !['Command', 'Pipeline', 'Subshell', 'TestCommand', 'ArithmeticCommand'].includes(type);
}

function* andOr(shell: Shell, { commands, operators }: AndOr): Call<number> {
  const [first] = commands as readonly [PipelineNode];
  let status = yield* guarded(shell, runNode(shell, first));
  for (const [index, operator] of operators.entries()) {
    if (operator === '&&' ? status !== 0 : status === 0) continue;
    const next = runNode(shell, commands[index + 1] as PipelineNode);
    status = index === operators.length - 1 ? yield* next : yield* guarded(shell, next);
  }
  return status;
}

/** A command whose failure is looked at: `set -e` does not end the shell for it. */
export function* guarded(shell: Shell, run: Call<number>): Call<number> {
  shell.guards += 1;
  try {
    return yield* run;
  } finally {
    shell.guards -= 1;
  }
}

/** Commands side by side with pipes between; the status is the last one's. */
function* pipeline(shell: Shell, node: Pipeline): Call<number> {
  const negated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
  const timed = node.prefixes.find((each) => each.type === 'Time');
  const from = shell.sys.now;
  const run =
    node.commands.length === 0
      ? nothing()
      : node.commands.length === 1
        ? runCommand(shell, node.commands[0] as CommandNode)
        : pipes(shell, node);
  let status = yield* negated ? guarded(shell, run) : checked(shell, node, run);
  if (timed) yield* tellTime(shell, shell.sys.now - from, timed.posix !== undefined);
  if (negated) status = status === 0 ? 1 : 0;
  return (shell.state.status = status);
}

// oxlint-disable-next-line require-yield -- takes the place of a command
function* nothing(): Call<number> {
  return 0;
}

function* tellTime(shell: Shell, micros: number, posix: boolean): Call<void> {
  const seconds = micros / 1_000_000;
  if (posix) {
    yield* shell.write(2, `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`);
    return;
  }
  const clock = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
  yield* shell.write(2, `\nreal\t${clock}\nuser\t0m0.000s\nsys\t0m0.000s\n`);
}

function* pipes(shell: Shell, node: Pipeline): Call<number> {
  const { sys, state } = shell;
  const { commands, operators } = node;
  const pids: Pid[] = [];
  let input: Fd | undefined;
  for (const [index, command] of commands.entries()) {
    const pipe = index === commands.length - 1 ? undefined : sys.pipe();
    const fds: Record<number, Fd> = {};
    if (input !== undefined) fds[0] = input;
    if (pipe) fds[1] = pipe.write;
    if (pipe && operators[index] === '|&') fds[2] = pipe.write;
    const group = pids[0] ?? 'new';
    const options = { fds, ...(shell.interactive && { group }) };
    const pid = yield* retried(shell, () =>
      forkShell(shell, (copy) => partOf(copy, command), options),
    );
    if (input !== undefined) sys.close(input);
    if (pipe) sys.close(pipe.write);
    input = pipe?.read;
    if (isErrno(pid)) return yield* forkFailed(shell);
    pids.push(pid);
  }
  const statuses = yield* waitForeground(shell, pids, () => printNode(node));
  state.pipeStatus = statuses;
  const last = statuses.at(-1) as number;
  return (state.status = state.options.pipefail
    ? (statuses.findLast((each) => each !== 0) ?? 0)
    : last);
}

/** A part of a pipeline in its own process, which becomes the command where it is a simple one. */
export function* partOf(copy: Shell, node: PipelineNode | AndOr): Call<number> {
  if (node.type === 'Command') {
    copy.line = lineOf(copy.source, node.pos);
    return yield* withMessages(copy, simpleCommand(copy, node, { last: true }));
  }
  return yield* runNode(copy, node);
}

function* background(shell: Shell, statement: Statement): Call<void> {
  const { state, interactive } = shell;
  const { command } = statement;
  const options = interactive
    ? { background: true, group: 'new' as const }
    : { fds: { 0: 'null' as const } };
  const pid = yield* retried(shell, () =>
    forkShell(shell, (copy) => partOf(copy, command), options),
  );
  if (isErrno(pid)) return yield* forkFailed(shell);
  const text = printNode(command);
  const job = addJob(shell, {
    group: pid,
    pids: [pid],
    command: text,
    state: 'Running',
    ended: new Map(),
  });
  state.background = pid;
  state.status = 0;
  if (interactive) yield* shell.write(2, `[${job.number}] ${pid}\n`);
}

export function* runCommand(shell: Shell, node: CommandNode): Call<number> {
  shell.line = lineOf(shell.source, node.pos);
  const run =
    node.type === 'Command' ? simpleCommand(shell, node, { last: false }) : compound(shell, node);
  return yield* withMessages(shell, run);
}

/** What dash and ash say of arithmetic is their own. */
function wordsOf({ look }: Shell, error: Error): string {
  if (!(error instanceof ArithmeticError) || look.bash) return error.message;
  const { expression, isDivision } = error;
  if (look.name === 'ash') return isDivision ? 'divide by zero' : 'arithmetic syntax error';
  const why = isDivision ? 'division by zero' : 'expecting primary';
  return `arithmetic expression: ${why}: "${expression}"`;
}

function exitOfUnbound({ look, source }: Shell): number {
  if (!look.bash) return 2;
  return source.kind === 'file' ? 1 : 127;
}

/** Says what an expansion or assignment was refused for, and gives up the line. */
function* withMessages(shell: Shell, run: Call<number>): Call<number> {
  try {
    return yield* run;
  } catch (error) {
    const isOurs =
      error instanceof ExpansionError ||
      error instanceof ArithmeticError ||
      error instanceof VariableError;
    if (!isOurs) throw error;
    yield* shell.complain(wordsOf(shell, error));
    shell.state.status = 1;
    if (error instanceof VariableError && shell.look.bash) {
      if (error.soft) return 1;
      throw new Flow('discard', 1);
    }
    if (shell.interactive) throw new Flow('discard', shell.look.bash ? 1 : 2);
    if (!shell.look.bash) throw new Flow('exit', 2);
    if (error instanceof UnboundError) throw new Flow('exit', exitOfUnbound(shell));
    throw new Flow('discard', 1);
  }
}
