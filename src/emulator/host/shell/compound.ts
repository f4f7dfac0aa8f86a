import type { ArithmeticExpression, CommandNode, CompoundList } from 'unbash';
import { isErrno } from '../errno.ts';
import type { Call } from '../syscalls.ts';
import { conditionalCommand } from './conditional.ts';
import { expandPattern, expandQuoted, expandText, expandWords } from './expand/words.ts';
import { patternToRegExp } from './expand/pattern.ts';
import { forkFailed, retried } from './external.ts';
import { forkShell } from './fork.ts';
import { defineFunction } from './functions.ts';
import { waitForeground } from './jobs.ts';
import { ArithmeticError } from './arithmetic.ts';
import { printNode } from './print.ts';
import { readLineOf } from './read-line.ts';
import { redirect } from './redirect.ts';
import { guarded, runCommand, runCompound, runList } from './run.ts';
import { Flow, type Shell } from './shell.ts';
import { trace } from './trace.ts';
import { assign } from './variables.ts';

type Of<T extends string> = Extract<CommandNode, { readonly type: T }>;

/** Everything that is not a simple command. */
export function* compound(shell: Shell, node: CommandNode): Call<number> {
  const { state } = shell;
  switch (node.type) {
    case 'Redirected':
      return yield* redirected(shell, node);
    case 'BraceGroup':
      return yield* runCompound(shell, node.body);
    case 'Subshell':
      return yield* subshell(shell, node);
    case 'If':
      return yield* choose(shell, node);
    case 'For':
      return yield* each(shell, node);
    case 'Select':
      return yield* select(shell, node);
    case 'ArithmeticFor':
      return yield* counted(shell, node);
    case 'While': {
      const wanted = node.kind === 'while';
      const holds = function* (): Call<boolean> {
        return ((yield* guarded(shell, runCompound(shell, node.clause))) === 0) === wanted;
      };
      return yield* loop(shell, holds, node.body);
    }
    case 'Case':
      return yield* match(shell, node);
    case 'Function':
      return defineFunction(shell, node);
    case 'TestCommand':
      return (state.status = yield* conditionalCommand(shell, node));
    case 'ArithmeticCommand':
      return (state.status = yield* arithmeticCommand(shell, node.body));
    case 'Coproc':
      yield* shell.complain('coproc is not modelled here');
      return (state.status = 2);
    case 'Command':
      return yield* runCommand(shell, node);
  }
}

function* redirected(shell: Shell, node: Of<'Redirected'>): Call<number> {
  const made = yield* redirect(shell, node.redirects);
  if (!made.ok) return (shell.state.status = 1);
  try {
    return yield* runCommand(shell, node.command);
  } finally {
    made.undo();
  }
}

function* subshell(shell: Shell, node: Of<'Subshell'>): Call<number> {
  const { interactive, state } = shell;
  const options = interactive ? { group: 'new' as const } : {};
  const pid = yield* retried(shell, () =>
    forkShell(shell, (copy) => runList(copy, node.body.commands), options),
  );
  if (isErrno(pid)) return yield* forkFailed(shell);
  const [status] = yield* waitForeground(shell, [pid], () => printNode(node));
  state.pipeStatus = [status as number];
  return (state.status = status as number);
}

function* choose(shell: Shell, node: Of<'If'>): Call<number> {
  const branches = [node, ...node.elif];
  for (const branch of branches) {
    const status = yield* guarded(shell, runCompound(shell, branch.clause));
    if (status === 0) return yield* runCompound(shell, branch.then);
  }
  if (node.else) return yield* runCompound(shell, node.else);
  return (shell.state.status = 0);
}

function* each(shell: Shell, node: Of<'For'>): Call<number> {
  const { state } = shell;
  const items = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...state.positional];
  let at = 0;
  const name = node.name.value;
  const holds = function* (): Call<boolean> {
    if (at >= items.length) return false;
    if (state.options.xtrace) {
      const words = node.wordlist?.map(({ text }) => text).join(' ') ?? '"$@"';
      yield* trace(shell, `for ${name} in ${words}`);
    }
    assign(shell, name, items[at++] as string);
    return true;
  };
  return yield* loop(shell, holds, node.body);
}

function* counted(shell: Shell, node: Of<'ArithmeticFor'>): Call<number> {
  const value = function* (expression: ArithmeticExpression | undefined): Call<bigint> {
    if (!expression) return 1n;
    const text = shell.source.text.slice(expression.pos, expression.end);
    return shell.arithmetic(yield* expandQuoted(shell, text));
  };
  yield* value(node.initialize);
  const holds = function* (): Call<boolean> {
    return (yield* value(node.test)) !== 0n;
  };
  return yield* loop(shell, holds, node.body, () => value(node.update));
}

/** Runs a body while the test holds; `break` and `continue` count levels. */
function* loop(
  shell: Shell,
  holds: () => Call<boolean>,
  body: CompoundList,
  after?: () => Call<unknown>,
): Call<number> {
  let status = 0;
  shell.loops += 1;
  try {
    while (yield* holds()) {
      try {
        status = yield* runCompound(shell, body);
      } catch (error) {
        if (!(error instanceof Flow) || (error.kind !== 'break' && error.kind !== 'continue'))
          throw error;
        if (error.value > 1 && shell.loops > 1) throw new Flow(error.kind, error.value - 1);
        status = 0;
        if (error.kind === 'break') break;
      }
      if (after) yield* after();
      // A loop without any call must still let the kernel count its steps.
      yield* shell.sys.step();
    }
  } finally {
    shell.loops -= 1;
  }
  return (shell.state.status = status);
}

function* match(shell: Shell, node: Of<'Case'>): Call<number> {
  const word = yield* expandText(shell, node.word);
  yield* trace(shell, `case ${node.word.text} in`);
  let through = false;
  let status = 0;
  const ignoreCase = shell.state.shopt.has('nocasematch');
  for (const item of node.items) {
    let hit = through;
    for (const pattern of item.pattern) {
      if (hit) break;
      hit = patternToRegExp(yield* expandPattern(shell, pattern), { ignoreCase }).test(word);
    }
    if (!hit) continue;
    if (item.body.commands.length > 0) status = yield* runCompound(shell, item.body);
    through = item.terminator === ';&';
    if (!through && item.terminator !== ';;&') break;
  }
  return (shell.state.status = status);
}

/** `(( … ))`: 0 where the value is not zero. */
function* arithmeticCommand(shell: Shell, text: string): Call<number> {
  yield* trace(shell, `(( ${text.trim()} ))`);
  try {
    return shell.arithmetic(yield* expandQuoted(shell, text)) === 0n ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    yield* shell.complain(`((: ${error.message}`);
    return 1;
  }
}

function* select(shell: Shell, node: Of<'Select'>): Call<number> {
  const { state } = shell;
  const items = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...state.positional];
  if (items.length === 0) return (state.status = 0);
  const menu = items
    .map((item, index) => `${String(index + 1).padStart(String(items.length).length)}) ${item}\n`)
    .join('');
  let shown = false;
  const holds = function* (): Call<boolean> {
    for (;;) {
      if (!shown) yield* shell.write(2, menu);
      shown = true;
      yield* shell.write(2, '#? ');
      const line = yield* readLineOf(shell, 0);
      if (line === null) {
        yield* shell.out('\n');
        state.status = 1;
        return false;
      }
      const reply = line.replace(/\n$/, '');
      assign(shell, 'REPLY', reply);
      if (reply.trim() === '') {
        shown = false;
        continue;
      }
      assign(shell, node.name.value, items[Number(reply) - 1] ?? '');
      return true;
    }
  };
  return yield* loop(shell, holds, node.body);
}
