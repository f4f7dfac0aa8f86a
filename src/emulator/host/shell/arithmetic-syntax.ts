/** An arithmetic text that bash refuses: `1+: syntax error: operand expected …`. */
export class ArithmeticError extends Error {
  readonly expression: string;
  readonly isDivision: boolean;
  constructor(expression: string, why: string, token: string | undefined) {
    const lead = expression === '' ? '' : `${expression}: `;
    super(`${lead}${why}${token === undefined ? '' : ` (error token is "${token}")`}`);
    this.expression = expression;
    this.isDivision = why === 'division by 0';
  }
}

type Variable = {
  readonly type: 'variable';
  readonly name: string;
  readonly index: string | undefined;
};

/** An arithmetic expression. `at` is where its right operand begins, for messages. */
export type Node =
  | { readonly type: 'number'; readonly value: bigint }
  | Variable
  | { readonly type: 'unary'; readonly operator: string; readonly operand: Node }
  | {
      readonly type: 'step';
      readonly operator: string;
      readonly target: Variable;
      readonly prefix: boolean;
    }
  | {
      readonly type: 'assign';
      readonly operator: string;
      readonly target: Variable;
      readonly right: Node;
      readonly at: number;
    }
  | { readonly type: 'choice'; readonly test: Node; readonly yes: Node; readonly no: Node }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    };

/** Binary operators from those that bind least. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];

const symbols =
  /^(\*\*|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%&^|]=|[-+*/%&|^<>=!~?:,()])/;

interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
  readonly index?: string;
}

/** Reads an expression; undefined where the text is blank. */
export function readExpression(text: string): Node | undefined {
  if (text.trim() === '') return undefined;
  const reader = createReader(text);
  const node = comma(reader);
  if (reader.next.kind !== 'end') {
    throw new ArithmeticError(text, 'syntax error in expression', text.slice(reader.next.at));
  }
  return node;
}

interface Reader {
  readonly text: string;
  next: Token;
  /** Where the token before the next one begins. */
  before: number;
  advance(): Token;
}

function createReader(text: string): Reader {
  let at = 0;
  const scan = (): Token => {
    while (/\s/.test(text[at] ?? '')) at += 1;
    const start = at;
    const rest = text.slice(at);
    if (rest === '') return { kind: 'end', text: '', at: start };
    const number = /^\d[\w#@]*/.exec(rest)?.[0];
    if (number !== undefined) {
      at += number.length;
      return { kind: 'number', text: number, at: start };
    }
    const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    if (name !== undefined) {
      at += name.length;
      if (text[at] !== '[') return { kind: 'name', text: name, at: start };
      const close = closing(text, at);
      const index = text.slice(at + 1, close);
      at = close + 1;
      return { kind: 'name', text: name, at: start, index };
    }
    const symbol = symbols.exec(rest)?.[0];
    if (symbol === undefined) {
      const why =
        reader.before < start && text.slice(0, start).trim() !== ''
          ? 'syntax error: invalid arithmetic operator'
          : 'syntax error: operand expected';
      throw new ArithmeticError(text, why, rest);
    }
    at += symbol.length;
    return { kind: 'symbol', text: symbol, at: start };
  };
  const reader: Reader = {
    text,
    next: { kind: 'end', text: '', at: 0 },
    before: 0,
    advance() {
      const taken = reader.next;
      reader.before = taken.at;
      reader.next = scan();
      return taken;
    },
  };
  reader.next = scan();
  return reader;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth += 1;
    else if (text[i] === ']' && --depth === 0) return i;
  }
  throw new ArithmeticError(text, 'bad array subscript', text.slice(open));
}

function comma(reader: Reader): Node {
  let left = assignment(reader);
  while (reader.next.text === ',') {
    reader.advance();
    const at = reader.next.at;
    left = { type: 'binary', operator: ',', left, right: assignment(reader), at };
  }
  return left;
}

function assignment(reader: Reader): Node {
  const left = choice(reader);
  const operator = reader.next.text;
  if (!/^([-+*/%&^|]|<<|>>)?=$/.test(operator)) return left;
  if (left.type !== 'variable') {
    const why = 'attempted assignment to non-variable';
    throw new ArithmeticError(reader.text, why, reader.text.slice(reader.next.at));
  }
  reader.advance();
  const at = reader.next.at;
  return { type: 'assign', operator, target: left, right: assignment(reader), at };
}

function choice(reader: Reader): Node {
  const test = binary(reader, 0);
  if (reader.next.text !== '?') return test;
  reader.advance();
  const yes = comma(reader);
  if ((reader.next.text as string) !== ':') {
    const why = "`:' expected for conditional expression";
    throw new ArithmeticError(reader.text, why, reader.text.slice(reader.before));
  }
  reader.advance();
  return { type: 'choice', test, yes, no: assignment(reader) };
}

function binary(reader: Reader, level: number): Node {
  const operators = levels[level];
  if (!operators) return unary(reader);
  let left = binary(reader, level + 1);
  while (reader.next.kind === 'symbol' && operators.includes(reader.next.text)) {
    const operator = reader.advance().text;
    const at = reader.next.at;
    // Powers bind from the right.
    const right = binary(reader, operator === '**' ? level : level + 1);
    left = { type: 'binary', operator, left, right, at };
  }
  return left;
}

function unary(reader: Reader): Node {
  const { text } = reader.next;
  if (text === '++' || text === '--') {
    reader.advance();
    const target = unary(reader);
    if (target.type === 'variable') return { type: 'step', operator: text, target, prefix: true };
    const sign = text === '++' ? '+' : '-';
    const inner: Node = { type: 'unary', operator: sign, operand: target };
    return { type: 'unary', operator: sign, operand: inner };
  }
  if (/^[-+!~]$/.test(text)) {
    reader.advance();
    return { type: 'unary', operator: text, operand: unary(reader) };
  }
  const operand = primary(reader);
  const step = reader.next.text;
  if (operand.type === 'variable' && (step === '++' || step === '--')) {
    reader.advance();
    return { type: 'step', operator: step, target: operand, prefix: false };
  }
  return operand;
}

function primary(reader: Reader): Node {
  const token = reader.next;
  const expected = () => {
    const at = token.kind === 'end' ? reader.before : token.at;
    return new ArithmeticError(
      reader.text,
      'syntax error: operand expected',
      reader.text.slice(at),
    );
  };
  if (token.kind === 'number') {
    reader.advance();
    return { type: 'number', value: number(reader.text, token.text) };
  }
  if (token.kind === 'name') {
    reader.advance();
    return { type: 'variable', name: token.text, index: token.index };
  }
  if (token.text !== '(') throw expected();
  reader.advance();
  const inside = comma(reader);
  if (reader.next.text !== ')') {
    throw new ArithmeticError(reader.text, "missing `)'", reader.text.slice(reader.before));
  }
  reader.advance();
  return inside;
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';

/** `10`, `0x1f`, `017`, `2#101`. */
function number(expression: string, text: string): bigint {
  const tooGreat = () => new ArithmeticError(expression, 'value too great for base', text);
  const [, given, rest] = /^(\d+)#(.*)$/.exec(text) ?? [];
  let base = 10;
  let body = text;
  if (given !== undefined) {
    base = Number(given);
    body = rest as string;
    if (base < 2 || base > 64)
      throw new ArithmeticError(expression, 'invalid arithmetic base', text);
    if (body === '') throw new ArithmeticError(expression, 'invalid integer constant', text);
  } else if (/^0[xX]/.test(text)) {
    base = 16;
    body = text.slice(2);
  } else if (/^0./.test(text)) {
    base = 8;
    body = text.slice(1);
  }
  let value = 0n;
  for (const letter of body) {
    const digit = digits.indexOf(base <= 36 ? letter.toLowerCase() : letter);
    if (digit < 0 || digit >= base) throw tooGreat();
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
  }
  return value;
}
