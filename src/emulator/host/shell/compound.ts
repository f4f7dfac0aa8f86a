import type { CommandNode, TestExpression } from 'unbash';
import type { Call } from '../syscalls.ts';
import { evaluate } from './arithmetic.ts';
import { expandPattern, expandText, expandWords } from './expand.ts';
import { patternToRegExp } from './glob.ts';
import {
  Flow,
  guarded,
  runCommand,
  runCompound,
  subshell,
  waitFor,
  type Shell,
} from './interpreter.ts';
import { redirect } from './redirect.ts';
import { assign } from './state.ts';
import { binaryTest, unaryTest } from './test.ts';

type Of<T extends string> = Extract<CommandNode, { readonly type: T }>;

/** Everything that is not a simple command. */
export function* compound(shell: Shell, node: CommandNode): Call<number> {
  const { state } = shell;
  switch (node.type) {
    case 'Redirected': {
      const made = yield* redirect(shell, node.redirects);
      if (!made.ok) return (state.status = 1);
      try {
        return yield* runCommand(shell, node.command);
      } finally {
        made.undo();
      }
    }
    case 'BraceGroup':
      return yield* runCompound(shell, node.body);
    case 'Subshell': {
      const pid = subshell(shell, shell.source.slice(node.body.pos, node.body.end));
      return (state.status = pid < 0 ? -pid : yield* waitFor(shell, pid));
    }
    case 'If':
      return yield* conditional(shell, node);
    case 'For':
    case 'Select':
      if (node.type === 'Select') return yield* notModelled(shell, 'select');
      return yield* each(shell, node);
    case 'ArithmeticFor':
      evaluate(state, node.initialize);
      return yield* loop(
        shell,
        function* () {
          return node.test === undefined || evaluate(state, node.test) !== 0;
        },
        function* () {
          yield* runCompound(shell, node.body);
        },
        () => void evaluate(state, node.update),
      );
    case 'While':
      return yield* loop(
        shell,
        function* () {
          const before = state.options.errexit;
          state.options.errexit = false;
          const status = yield* runCompound(shell, node.clause);
          state.options.errexit = before;
          return (status === 0) === (node.kind === 'while');
        },
        function* () {
          yield* runCompound(shell, node.body);
        },
      );
    case 'Case':
      return yield* choose(shell, node);
    case 'Function':
      state.functions.set(node.name.value, shell.source.slice(node.body.pos, node.body.end));
      return (state.status = 0);
    case 'TestCommand':
      return (state.status = (yield* test(shell, node.expression)) ? 0 : 1);
    case 'ArithmeticCommand':
      return (state.status = evaluate(state, node.expression) === 0 ? 1 : 0);
    case 'Coproc':
      return yield* notModelled(shell, 'coproc');
    case 'Command':
      return yield* runCommand(shell, node);
  }
}

function* notModelled(shell: Shell, what: string): Call<number> {
  yield* shell.error(`${shell.title}: ${what} is not modelled here`);
  return (shell.state.status = 2);
}

function* conditional(shell: Shell, node: Of<'If'>): Call<number> {
  const { state } = shell;
  const holds = function* (clause: (typeof node)['clause']): Call<boolean> {
    const before = state.options.errexit;
    state.options.errexit = false;
    try {
      return (yield* runCompound(shell, clause)) === 0;
    } finally {
      state.options.errexit = before;
    }
  };
  if (yield* holds(node.clause)) return yield* runCompound(shell, node.then);
  for (const branch of node.elif) {
    if (yield* holds(branch.clause)) return yield* runCompound(shell, branch.then);
  }
  if (node.else) return yield* runCompound(shell, node.else);
  return (state.status = 0);
}

function* each(shell: Shell, node: Of<'For'>): Call<number> {
  const { state } = shell;
  const items = node.wordlist ? yield* expandWords(shell, node.wordlist) : [...state.positional];
  let at = 0;
  state.status = 0;
  return yield* loop(
    shell,
    function* () {
      if (at >= items.length) return false;
      assign(state, node.name.value, items[at++] as string);
      return true;
    },
    function* () {
      yield* runCompound(shell, node.body);
    },
  );
}

/** Runs a body while the test holds; `break` and `continue` count levels. */
function* loop(
  shell: Shell,
  holds: () => Call<boolean>,
  body: () => Call<void>,
  after: () => void = () => {},
): Call<number> {
  let ran = false;
  for (;;) {
    if (shell.interrupted) throw new Flow('interrupt', 130);
    const last = shell.state.status;
    if (!(yield* holds())) {
      if (!ran) shell.state.status = 0;
      else shell.state.status = last;
      return shell.state.status;
    }
    ran = true;
    try {
      yield* body();
    } catch (error) {
      if (!(error instanceof Flow) || (error.kind !== 'break' && error.kind !== 'continue'))
        throw error;
      if (error.value > 1) throw new Flow(error.kind, error.value - 1);
      shell.state.status = 0;
      if (error.kind === 'break') return 0;
    }
    after();
    // A loop without any call must still let the kernel count its steps.
    yield* shell.sys.poll([], 0);
  }
}

function* choose(shell: Shell, node: Of<'Case'>): Call<number> {
  const word = yield* expandText(shell, node.word);
  let through = false;
  shell.state.status = 0;
  for (const item of node.items) {
    let hit = through;
    for (const pattern of item.pattern) {
      if (hit) break;
      hit = patternToRegExp(yield* expandPattern(shell, pattern)).test(word);
    }
    if (!hit) continue;
    yield* runCompound(shell, item.body);
    if (item.terminator === ';&') through = true;
    else if (item.terminator !== ';;&') return shell.state.status;
  }
  return shell.state.status;
}

function* test(shell: Shell, expression: TestExpression): Call<boolean> {
  switch (expression.type) {
    case 'TestGroup':
      return yield* test(shell, expression.expression);
    case 'TestNot': {
      const value = yield* test(shell, expression.operand);
      return expression.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical':
      for (const operand of expression.operands) {
        const value = yield* test(shell, operand);
        if (value !== (expression.operator === '&&')) return value;
      }
      return expression.operator === '&&';
    case 'TestUnary':
      return unaryTest(shell, expression.operator, yield* expandText(shell, expression.operand));
    case 'TestBinary': {
      const left = yield* expandText(shell, expression.left);
      if (['=', '==', '!='].includes(expression.operator)) {
        const hit = patternToRegExp(yield* expandPattern(shell, expression.right)).test(left);
        return expression.operator === '!=' ? !hit : hit;
      }
      const right = yield* expandText(shell, expression.right);
      if (expression.operator === '=~') {
        const found = new RegExp(right).exec(left);
        assign(shell.state, 'BASH_REMATCH', found ? [...found].map((each) => each ?? '') : []);
        return found !== null;
      }
      return binaryTest(shell, expression.operator, left, right) === true;
    }
  }
}

export { guarded };
