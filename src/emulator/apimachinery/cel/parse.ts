import type { Node } from './ast.ts';
import { CelSyntaxError, tokens, type Token } from './lexer.ts';

/** Reads an expression. Throws CelSyntaxError with the place of what cannot be read. */
export function parseCel(text: string): Node {
  const parser = createParser(tokens(text));
  const node = parser.expression();
  parser.end();
  return node;
}

interface Parser {
  expression(): Node;
  end(): void;
}

/** Operators from the loosest to the tightest; those of one row bind alike, to the left. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['<', '<=', '>=', '>', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

const macros = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);
const reserved = new Set(
  'as break const continue else for function if import let loop ' +
    'package namespace return var void while'.split(' '),
);

function createParser(list: readonly Token[]): Parser {
  let position = 0;
  const peek = () => list[position] as Token;
  const next = () => list[position++] as Token;
  const is = (text: string) => isSign(peek(), text);
  const accept = (text: string) => (is(text) ? next() : undefined);
  const fail = (token: Token, what = `Syntax error: mismatched input '${token.text}'`): never => {
    throw new CelSyntaxError(what, token.at);
  };
  const expect = (text: string): Token => accept(text) ?? fail(peek());
  const name = (): Token => (peek().type === 'name' ? next() : fail(peek()));

  function expression(): Node {
    const test = binary(0);
    const mark = accept('?');
    if (!mark) return test;
    const yes = binary(0);
    expect(':');
    return { type: 'choice', test, yes, no: expression(), at: mark.at };
  }

  function binary(level: number): Node {
    const signs = levels[level];
    if (!signs) return unary();
    let left = binary(level + 1);
    for (let sign = signs.find(is); sign; sign = signs.find(is)) {
      const { at } = next();
      const right = binary(level + 1);
      if (sign === '&&' || sign === '||') {
        left = { type: sign === '&&' ? 'and' : 'or', left, right, at };
      } else left = { type: 'call', name: sign, of: undefined, args: [left, right], at };
    }
    return left;
  }

  function unary(): Node {
    const sign = peek();
    if (accept('!'))
      return { type: 'call', name: '!', of: undefined, args: [unary()], at: sign.at };
    if (!accept('-')) return member();
    const of = unary();
    if (of.type === 'literal' && (typeof of.value === 'bigint' || typeof of.value === 'number')) {
      return { ...of, value: -of.value, at: sign.at };
    }
    return { type: 'call', name: '-', of: undefined, args: [of], at: sign.at };
  }

  function member(): Node {
    let node = primary();
    for (;;) {
      const { at } = peek();
      if (accept('.')) {
        if (is('?')) fail(peek(), 'optional values are not modelled here');
        const field = name();
        node = accept('(')
          ? method(node, field)
          : { type: 'select', of: node, field: unescapeName(field.text), at };
      } else if (accept('[')) {
        if (is('?')) fail(peek(), 'optional values are not modelled here');
        node = { type: 'index', of: node, index: expression(), at };
        expect(']');
      } else return node;
    }
  }

  function method(of: Node, { text, at }: Token): Node {
    const args = items(')');
    if (!macros.has(text)) return { type: 'call', name: text, of, args, at };
    const [variable, first, second] = args;
    if (variable?.type !== 'name' || !first || args.length > (text === 'map' ? 3 : 2)) {
      return fail({ type: 'name', text, at }, 'argument must be a simple name');
    }
    const macro = text === 'existsOne' ? 'exists_one' : (text as 'all');
    const filtered = text === 'map' && second;
    const test = filtered || (text as string) !== 'map' ? first : undefined;
    const body = text === 'map' ? (second ?? first) : undefined;
    return { type: 'each', macro, of, variable: variable.name, test, body, at };
  }

  function items(close: string): Node[] {
    const found: Node[] = [];
    while (!accept(close)) {
      found.push(expression());
      if (!accept(',') && !is(close)) fail(peek());
    }
    return found;
  }

  function primary(): Node {
    const token = next();
    const { text, at } = token;
    switch (token.type) {
      case 'int':
      case 'uint':
        return { type: 'literal', value: BigInt(text.replace(/[uU]$/, '')), at };
      case 'double':
        return { type: 'literal', value: Number(text), at };
      case 'string':
        return { type: 'literal', value: text, at };
      case 'bytes':
        return { type: 'bytes', value: text, at };
      case 'name':
        return named(token);
      case 'end':
        return fail(token, `Syntax error: mismatched input '<EOF>'`);
      case 'sign':
        return bracketed(token);
    }
  }

  function named({ text, at }: Token): Node {
    if (text === 'true' || text === 'false') return { type: 'literal', value: text === 'true', at };
    if (text === 'null') return { type: 'literal', value: null, at };
    if (reserved.has(text)) fail({ type: 'name', text, at }, `reserved identifier: ${text}`);
    if (!accept('(')) return { type: 'name', name: text, at };
    const args = items(')');
    if (text !== 'has') return { type: 'call', name: text, of: undefined, args, at };
    const [of] = args;
    if (of?.type !== 'select' || args.length !== 1) {
      return fail({ type: 'name', text, at }, 'invalid argument to has() macro');
    }
    return { type: 'has', of: of.of, field: of.field, at };
  }

  function bracketed(token: Token): Node {
    const { at } = token;
    if (token.text === '(') {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (token.text === '[') return { type: 'list', items: items(']'), at };
    if (token.text !== '{') return fail(token);
    const entries: (readonly [Node, Node])[] = [];
    while (!accept('}')) {
      const key = expression();
      expect(':');
      entries.push([key, expression()]);
      if (!accept(',') && !is('}')) fail(peek());
    }
    return { type: 'map', entries, at };
  }

  return {
    expression,
    end: () => void (peek().type === 'end' || fail(peek())),
  };
}

function isSign({ type, text }: Token, wanted: string): boolean {
  return text === wanted && (type === 'sign' || (type === 'name' && wanted === 'in'));
}

/** Fields whose names are no CEL names are written with escapes: `x__dash__y`. */
function unescapeName(name: string): string {
  return name
    .replaceAll('__underscores__', '__')
    .replaceAll('__dot__', '.')
    .replaceAll('__dash__', '-')
    .replaceAll('__slash__', '/')
    .replace(/^__(\w+)__$/, '$1');
}
