import type { Expression, FunctionNode, Target } from './ast.ts';
import { AwkError, unquote } from './lexer.ts';
import type { Reader } from './reader.ts';

/** The part of the parser that reads expressions, from the weakest operator to the strongest. */
export interface Expressions {
  expression(): Expression;
  /** What `print` may hold: no `>` outside of brackets. */
  printed(): readonly Expression[];
  /** What a file or command to print to is named by. */
  destination(): Expression;
  subscript(): readonly Expression[];
  /** Each function that was called must be there. */
  check(functions: ReadonlyMap<string, FunctionNode>): void;
}

const assignments = ['=', '+=', '-=', '*=', '/=', '%=', '^='];
const comparisons = ['<', '<=', '==', '!=', '>=', '>'];

/** Makes the readers of expressions over one script. */
export function createExpressions(reader: Reader): Expressions {
  const { is, take, expect, fail, skipNewlines } = reader;
  const called = new Set<string>();
  /** Inside `print` without brackets, where `>` writes to a file. */
  let plain = false;
  const isTarget = (made: Expression): made is Target =>
    made.type === 'variable' || made.type === 'element' || made.type === 'field';
  const isOne = (words: readonly string[]) => words.some((each) => is(each));

  const list = (end: string): Expression[] => {
    const words: Expression[] = [];
    skipNewlines();
    while (!is(end)) {
      words.push(expression());
      skipNewlines();
      if (!is(',')) break;
      take();
      skipNewlines();
      if (is(end)) fail();
    }
    return words;
  };
  /** Reads with `>` as a comparison again. */
  const bracketed = <T>(read: () => T): T => {
    const before = plain;
    plain = false;
    const made = read();
    plain = before;
    return made;
  };
  const subscript = () =>
    bracketed(() => {
      expect('[');
      const keys = list(']');
      expect(']');
      if (keys.length === 0) fail();
      return keys;
    });
  const target = (): Target => {
    if (is('$')) {
      take();
      return { type: 'field', of: primary() };
    }
    const { text: name } = expect('name');
    return is('[') ? { type: 'element', name, keys: subscript() } : { type: 'variable', name };
  };
  const getline = (command?: Expression): Expression => {
    take();
    const made = is('$') || is('name') ? target() : undefined;
    if (command || !is('<')) return { type: 'getline', target: made, command };
    take();
    return { type: 'getline', target: made, file: primary() };
  };
  const call = (): Expression => {
    const { type, text: name } = take();
    const builtin = type === 'builtin';
    if (!builtin) called.add(name);
    if (builtin && !is('(')) {
      if (name !== 'length') fail();
      return { type: 'call', name, builtin, words: [] };
    }
    return bracketed(() => {
      expect('(');
      const words = list(')');
      expect(')');
      return { type: 'call', name, builtin, words };
    });
  };
  const grouped = (): Expression =>
    bracketed(() => {
      take();
      const words = list(')');
      expect(')');
      if (words.length === 0) fail();
      if (words.length === 1) return { type: 'group', of: words[0] as Expression };
      return { type: 'tuple', of: words };
    });
  const primary = (): Expression => {
    if (is('number')) return { type: 'number', value: Number(take().text) };
    if (is('string')) return { type: 'string', value: unquote(take().text.slice(1, -1)) };
    if (is('regular')) return { type: 'regular', pattern: take().text.slice(1, -1) };
    if (is('getline')) return getline();
    if (is('builtin') || reader.ahead(0).type === 'function') return call();
    if (is('(')) return grouped();
    if (is('$') || is('name')) return target();
    if (is('++') || is('--')) {
      const by = take().text === '++' ? 1 : -1;
      return { type: 'step', by, target: target(), after: false };
    }
    if (is('-') || is('+') || is('!')) return unary();
    return fail();
  };
  const steps = (): Expression => {
    const made = primary();
    if (!isTarget(made) || !(is('++') || is('--'))) return made;
    return { type: 'step', by: take().text === '++' ? 1 : -1, target: made, after: true };
  };
  const power = (): Expression => {
    const left = steps();
    if (!is('^')) return left;
    take();
    const right = is('-') || is('+') || is('!') ? unary() : power();
    return { type: 'binary', operator: '^', left, right };
  };
  const unary = (): Expression => {
    if (!(is('-') || is('+') || is('!'))) return power();
    const operator = take().text as '-';
    return { type: 'unary', operator, of: unary() };
  };
  const chain = (operators: readonly string[], below: () => Expression) => (): Expression => {
    let left = below();
    while (isOne(operators)) {
      const operator = take().text;
      left = { type: 'binary', operator, left, right: below() };
    }
    return left;
  };
  const product = chain(['*', '/', '%'], unary);
  const sum = chain(['+', '-'], product);
  const beginsValue = () =>
    isOne(['number', 'string', 'name', 'builtin', '$', '(', '++', '--']) ||
    reader.ahead(0).type === 'function';
  const concatenation = (): Expression => {
    let left = sum();
    while (beginsValue()) {
      left = { type: 'binary', operator: ' ', left, right: sum() };
    }
    return left;
  };
  const comparison = (): Expression => {
    let left = concatenation();
    for (;;) {
      if (is('|') && reader.ahead(1).text === 'getline') {
        take();
        left = getline(left);
      } else if (isOne(comparisons) && !(plain && is('>'))) {
        const operator = take().text;
        left = { type: 'binary', operator, left, right: concatenation() };
      } else return left;
    }
  };
  const matching = chain(['~', '!~'], comparison);
  const membership = (): Expression => {
    let left = matching();
    while (is('in')) {
      take();
      const { text: name } = expect('name');
      left = { type: 'in', keys: left.type === 'tuple' ? left.of : [left], name };
    }
    return left;
  };
  const logic = (operator: string, below: () => Expression) => (): Expression => {
    let left = below();
    while (is(operator)) {
      take();
      skipNewlines();
      left = { type: 'binary', operator, left, right: below() };
    }
    return left;
  };
  const either = logic('||', logic('&&', membership));
  const expression = (): Expression => {
    const test = either();
    if (is('?')) {
      take();
      skipNewlines();
      const yes = expression();
      skipNewlines();
      expect(':');
      skipNewlines();
      return { type: 'condition', test, yes, no: expression() };
    }
    if (!isOne(assignments)) return test;
    if (isTarget(test)) {
      const operator = take().text;
      skipNewlines();
      return { type: 'assign', operator, target: test, value: expression() };
    }
    return assignInside(test);
  };
  /** `1 && x = 2` and `!x = y`: the last operand is what is assigned to. */
  const assignInside = (made: Expression): Expression => {
    if (made.type === 'binary' && isTarget(made.right)) {
      const operator = take().text;
      return {
        ...made,
        right: { type: 'assign', operator, target: made.right, value: expression() },
      };
    }
    if (made.type === 'unary' && isTarget(made.of)) {
      const operator = take().text;
      return { ...made, of: { type: 'assign', operator, target: made.of, value: expression() } };
    }
    return fail();
  };
  return {
    expression,
    printed() {
      if (is(';') || is('newline') || is('}') || is('>') || is('>>') || is('|') || is('end')) {
        return [];
      }
      plain = true;
      const words = [expression()];
      while (is(',')) {
        take();
        skipNewlines();
        words.push(expression());
      }
      plain = false;
      const [first] = words;
      return words.length === 1 && first?.type === 'tuple' ? first.of : words;
    },
    destination() {
      plain = true;
      const made = expression();
      plain = false;
      return made;
    },
    subscript,
    check(functions) {
      const { line } = reader.ahead(0);
      for (const name of called) {
        if (functions.has(name)) continue;
        throw new AwkError(`line ${line + 1}: function ${name} never defined`);
      }
    },
  };
}
