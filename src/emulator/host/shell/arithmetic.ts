import { parse, type ArithmeticExpression } from 'unbash';
import { assign, valueOf, type ShellState } from './state.ts';

/** An error of `$(( ))` in bash's words. */
export class ArithmeticError extends Error {}

/** Value of an arithmetic expression: whole numbers, assignments included. */
export function evaluate(state: ShellState, expression: ArithmeticExpression | undefined): number {
  if (!expression) return 0;
  switch (expression.type) {
    case 'ArithmeticGroup':
      return evaluate(state, expression.expression);
    case 'ArithmeticWord':
      return word(state, expression.value);
    case 'ArithmeticTernary':
      return evaluate(
        state,
        evaluate(state, expression.test) !== 0 ? expression.consequent : expression.alternate,
      );
    case 'ArithmeticUnary':
      return unary(state, expression);
    case 'ArithmeticBinary':
      return binary(state, expression);
    case 'ArithmeticCommandExpansion':
      throw new ArithmeticError('command substitution inside arithmetic is not modelled here');
  }
}

/** Evaluates text, as `let` and array indices do. */
export function evaluateText(state: ShellState, text: string): number {
  const script = parse(`(( ${text} ))`);
  const command = script.commands[0]?.command;
  if (command?.type !== 'ArithmeticCommand') throw new ArithmeticError(`${text}: syntax error`);
  return evaluate(state, command.expression);
}

function word(state: ShellState, text: string, depth = 0): number {
  const bare = text
    .replace(/^\$\{?(\w+)\}?$/, '$1')
    .replace(/^"(.*)"$/, '$1')
    .trim();
  if (bare === '') return 0;
  const based = /^(\d+)#([0-9a-zA-Z]+)$/.exec(bare);
  if (based) return Number.parseInt(based[2] as string, Number(based[1]));
  if (/^0x[0-9a-f]+$/i.test(bare)) return Number.parseInt(bare, 16);
  if (/^0[0-7]+$/.test(bare)) return Number.parseInt(bare, 8);
  if (/^-?\d+$/.test(bare)) return Number(bare);
  if (/^[A-Za-z_]\w*$/.test(bare) || /^[#?!$\d]$/.test(bare)) {
    const value = /^\d$/.test(bare) ? state.positional[Number(bare) - 1] : valueOf(state, bare);
    if (value === undefined || value === '') return 0;
    if (/^-?\d+$/.test(value.trim())) return word(state, value.trim());
    if (depth > 20) throw new ArithmeticError(`${bare}: expression recursion level exceeded`);
    return evaluateText(state, value);
  }
  const expanded = bare.replace(
    /\$\{?(\w+)\}?/g,
    (_all, name: string) =>
      valueOf(state, name) ??
      (/^\d+$/.test(name) ? (state.positional[Number(name) - 1] ?? '0') : '0'),
  );
  if (expanded !== bare) return evaluateText(state, expanded);
  throw new ArithmeticError(`${bare}: syntax error: operand expected (error token is "${bare}")`);
}

function nameOf(expression: ArithmeticExpression): string | undefined {
  return expression.type === 'ArithmeticWord' && /^[A-Za-z_]\w*$/.test(expression.value)
    ? expression.value
    : undefined;
}

function unary(
  state: ShellState,
  { operator, operand, prefix }: ArithmeticExpression & { type: 'ArithmeticUnary' },
): number {
  if (operator === '++' || operator === '--') {
    const name = nameOf(operand);
    const before = evaluate(state, operand);
    const after = before + (operator === '++' ? 1 : -1);
    if (name) assign(state, name, String(after));
    return prefix ? after : before;
  }
  const value = evaluate(state, operand);
  switch (operator) {
    case '-':
      return -value;
    case '!':
      return value === 0 ? 1 : 0;
    case '~':
      return ~value;
    default:
      return value;
  }
}

function binary(
  state: ShellState,
  { operator, left, right }: ArithmeticExpression & { type: 'ArithmeticBinary' },
): number {
  const assignment = /^([-+*/%&|^]|<<|>>)?=$/.exec(operator);
  const name = nameOf(left);
  if (assignment && name) {
    const value = evaluate(state, right);
    const next = assignment[1] ? compute(assignment[1], evaluate(state, left), value) : value;
    assign(state, name, String(next));
    return next;
  }
  if (operator === '&&') return evaluate(state, left) !== 0 && evaluate(state, right) !== 0 ? 1 : 0;
  if (operator === '||') return evaluate(state, left) !== 0 || evaluate(state, right) !== 0 ? 1 : 0;
  return compute(operator, evaluate(state, left), evaluate(state, right));
}

function compute(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0) throw new ArithmeticError('division by 0 (error token is "0")');
      return operator === '/' ? Math.trunc(a / b) : a % b;
    case '**':
      return a ** b;
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case ',':
      return b;
    default:
      throw new ArithmeticError(
        `syntax error: invalid arithmetic operator (error token is "${operator}")`,
      );
  }
}
