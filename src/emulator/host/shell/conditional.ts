import type { TestCommand, TestExpression } from 'unbash';
import type { Call } from '../syscalls.ts';
import { ArithmeticError } from './arithmetic.ts';
import { expandPattern, expandText } from './expand/words.ts';
import { patternToRegExp } from './expand/pattern.ts';
import { toExtendedRegExp } from './regular.ts';
import { quoteWord } from './quote.ts';
import type { Shell } from './shell.ts';
import { compareFiles, unaryTest } from './test.ts';
import { trace } from './trace.ts';
import { asElements, assignElements } from './variables.ts';

/** `[[ … ]]`: its status. */
export function* conditionalCommand(shell: Shell, node: TestCommand): Call<number> {
  try {
    return (yield* holds(shell, node.expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    yield* shell.complain(`[[: ${error.message}`);
    return 1;
  }
}

function* holds(shell: Shell, expression: TestExpression): Call<boolean> {
  switch (expression.type) {
    case 'TestGroup':
      return yield* holds(shell, expression.expression);
    case 'TestNot': {
      const value = yield* holds(shell, expression.operand);
      return expression.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical':
      for (const operand of expression.operands) {
        const value = yield* holds(shell, operand);
        if (value !== (expression.operator === '&&')) return value;
      }
      return expression.operator === '&&';
    case 'TestUnary': {
      const operand = yield* expandText(shell, expression.operand);
      yield* trace(shell, `[[ ${expression.operator} ${quoteWord(operand)} ]]`);
      return unaryTest(shell, expression.operator, operand);
    }
    case 'TestBinary':
      return yield* compare(shell, expression);
  }
}

function* compare(
  shell: Shell,
  { operator, left: leftWord, right: rightWord }: Extract<TestExpression, { type: 'TestBinary' }>,
): Call<boolean> {
  const left = yield* expandText(shell, leftWord);
  const ignoreCase = shell.state.shopt.has('nocasematch');
  if (operator === '=' || operator === '==' || operator === '!=') {
    const pattern = yield* expandPattern(shell, rightWord);
    yield* trace(shell, `[[ ${quoteWord(left)} ${operator} ${pattern} ]]`);
    return patternToRegExp(pattern, { ignoreCase }).test(left) !== (operator === '!=');
  }
  if (operator === '=~') {
    const pattern = yield* expandPattern(shell, rightWord);
    yield* trace(shell, `[[ ${quoteWord(left)} =~ ${pattern} ]]`);
    const found = toExtendedRegExp(pattern, ignoreCase ? 'iu' : 'u')?.exec(left);
    const groups = found ? [...found].map((each) => each ?? '') : [];
    assignElements(shell, 'BASH_REMATCH', asElements(groups), 'a');
    return found !== null && found !== undefined;
  }
  const right = yield* expandText(shell, rightWord);
  yield* trace(shell, `[[ ${quoteWord(left)} ${operator} ${quoteWord(right)} ]]`);
  switch (operator) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
    case '-ot':
    case '-ef':
      return compareFiles(shell, operator, left, right);
  }
  const [a, b] = [shell.arithmetic(left || '0'), shell.arithmetic(right || '0')];
  const results: Readonly<Record<string, boolean>> = {
    '-eq': a === b,
    '-ne': a !== b,
    '-lt': a < b,
    '-le': a <= b,
    '-gt': a > b,
    '-ge': a >= b,
  };
  return results[operator] ?? false;
}
