import { ArithmeticError, readExpression, type Node } from './arithmetic-syntax.ts';
import type { Shell } from './shell.ts';
import { assign, assignElement, isName, lookUp, lookUpElements, valueOf } from './variables.ts';

export { ArithmeticError } from './arithmetic-syntax.ts';

const MAX_DEPTH = 50;

/** Value of an arithmetic text (already expanded) in 64 bits; assignments are made. */
export function evaluateArithmetic(shell: Shell, text: string, depth = 0): bigint {
  const trimmed = text.trim();
  if (/^\d{1,15}$/.test(trimmed) && (trimmed[0] !== '0' || trimmed === '0')) return BigInt(trimmed);
  if (depth > MAX_DEPTH)
    throw new ArithmeticError(text, 'expression recursion level exceeded', text);
  const node = readExpression(text);
  return node ? value(shell, node, text, depth) : 0n;
}

const wrap = (number: bigint) => BigInt.asIntN(64, number);
const truth = (is: boolean) => (is ? 1n : 0n);

function value(shell: Shell, node: Node, text: string, depth: number): bigint {
  const of = (each: Node) => value(shell, each, text, depth);
  switch (node.type) {
    case 'number':
      return node.value;
    case 'variable':
      return variable(shell, node, text, depth);
    case 'unary': {
      const operand = of(node.operand);
      if (node.operator === '-') return wrap(-operand);
      if (node.operator === '!') return truth(operand === 0n);
      return node.operator === '~' ? ~operand : operand;
    }
    case 'step': {
      const before = of(node.target);
      const after = wrap(before + (node.operator === '++' ? 1n : -1n));
      set(shell, node.target, after, text, depth);
      return node.prefix ? after : before;
    }
    case 'assign': {
      const right = of(node.right);
      const next =
        node.operator === '='
          ? right
          : compute(node.operator.slice(0, -1), of(node.target), right, text, node.at);
      set(shell, node.target, next, text, depth);
      return next;
    }
    case 'choice':
      return of(node.test) !== 0n ? of(node.yes) : of(node.no);
    case 'binary':
      if (node.operator === '&&') return truth(of(node.left) !== 0n && of(node.right) !== 0n);
      if (node.operator === '||') return truth(of(node.left) !== 0n || of(node.right) !== 0n);
      return compute(node.operator, of(node.left), of(node.right), text, node.at);
  }
}

type Target = Extract<Node, { readonly type: 'variable' }>;

function key(shell: Shell, { name, index }: Target, text: string, depth: number): string {
  if (lookUp(shell, name)?.flags.includes('A')) return index as string;
  const number = evaluateArithmetic(shell, index as string, depth + 1);
  if (number >= 0n) return String(number);
  const keys = [...(lookUpElements(shell, name) ?? new Map<string, string>()).keys()];
  const last = keys.length === 0 ? -1 : Math.max(...keys.map(Number));
  return String(BigInt(last + 1) + number);
}

function variable(shell: Shell, node: Target, text: string, depth: number): bigint {
  const found =
    node.index === undefined
      ? valueOf(shell, node.name)
      : lookUpElements(shell, node.name)?.get(key(shell, node, text, depth));
  if (found === undefined) {
    if (shell.state.options.nounset)
      throw new ArithmeticError('', `${node.name}: unbound variable`, undefined);
    return 0n;
  }
  return found.trim() === '' ? 0n : evaluateArithmetic(shell, found, depth + 1);
}

function set(shell: Shell, node: Target, number: bigint, text: string, depth: number): void {
  if (node.index === undefined) assign(shell, node.name, String(number));
  else assignElement(shell, node.name, key(shell, node, text, depth), String(number));
}

function compute(operator: string, a: bigint, b: bigint, text: string, at: number): bigint {
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
    case '%':
      if (b === 0n) throw new ArithmeticError(text, 'division by 0', text.slice(at).trimStart());
      return operator === '/' ? wrap(a / b) : a % b;
    case '**':
      if (b < 0n)
        throw new ArithmeticError(text, 'exponent less than 0', text.slice(at).trimStart());
      return power(a, b);
    case '<<':
      return wrap(a << (b & 63n));
    case '>>':
      return a >> (b & 63n);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case ',':
      return b;
    default:
      return compare(operator, a, b);
  }
}

/** By squaring, in 64 bits all the way. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrap(result * square);
    square = wrap(square * square);
  }
  return result;
}

function compare(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '==':
      return truth(a === b);
    default:
      return truth(a !== b);
  }
}

export { isName };
