import { CompileError, type Definition, type Node, type Pattern } from './ast.ts';
import { tokensOf, type Token } from './lexer.ts';
import { levels, nameOf } from './operators.ts';

/** Reads a program; throws CompileError. */
export function parseProgram(text: string): Node {
  const tokens = tokensOf(text);
  if (tokens.length === 1) return { type: 'identity' };
  const parser = createParser(tokens);
  const node = parser.program();
  return node;
}

interface Parser {
  program(): Node;
}

function createParser(tokens: readonly Token[]): Parser {
  let at = 0;
  const ahead = (count = 0): Token => tokens[at + count] ?? (tokens.at(-1) as Token);
  const is = (text: string) => {
    const { type, text: own } = ahead();
    return (type === 'sign' || type === 'keyword') && own === text;
  };
  const fail = (expecting = '', more: CompileError['more'] = []): never => {
    const token = ahead();
    const place = token.type === 'end' ? Math.max(0, token.at - 1) : token.at;
    throw new CompileError(
      `syntax error, unexpected ${nameOf(token)}${expecting} (Unix shell quoting issues?)`,
      place,
      more,
    );
  };
  const take = (): Token => tokens[at++] as Token;
  const expect = (text: string): Token => (is(text) ? take() : fail());
  const type = (wanted: Token['type']): Token => (ahead().type === wanted ? take() : fail());

  const definition = (): Definition => {
    expect('def');
    const name = ahead().type === 'keyword' ? take().text : type('name').text;
    const parameters: string[] = [];
    if (is('(')) {
      do {
        take();
        parameters.push(ahead().type === 'variable' ? take().text : type('name').text);
      } while (is(';'));
      expect(')');
    }
    expect(':');
    const body = pipe();
    expect(';');
    return { name, parameters, body };
  };
  const pipe = (): Node => {
    if (is('def')) {
      const made = definition();
      return { type: 'define', definition: made, rest: pipe() };
    }
    if (is('label')) {
      take();
      const { text: name } = type('variable');
      expect('|');
      return { type: 'label', name, body: pipe() };
    }
    const left = comma();
    if (!is('|')) return left;
    take();
    return { type: 'pipe', left, right: pipe() };
  };
  const comma = (): Node => {
    let left = level(0);
    while (is(',')) {
      take();
      left = { type: 'comma', left, right: level(0) };
    }
    return left;
  };
  const level = (depth: number): Node => {
    const row = levels[depth];
    if (!row) return negated();
    let left = level(depth + 1);
    while (row.signs.some((sign) => is(sign))) {
      const operator = take().text;
      const right = row.side === 'right' ? level(depth) : level(depth + 1);
      left = { type: 'binary', operator, left, right };
      if (row.side === 'none' && row.signs.some((sign) => is(sign))) fail();
    }
    return left;
  };
  const negated = (): Node => {
    if (!is('-')) return bound();
    take();
    return { type: 'negate', of: negated() };
  };
  /** A term, with `as` after it. */
  const bound = (): Node => {
    const source = postfix();
    if (!is('as')) return source;
    const patterns: Pattern[] = [];
    do {
      take();
      patterns.push(pattern());
    } while (is('?//'));
    expect('|');
    return { type: 'as', source, patterns, body: pipe() };
  };
  const pattern = (): Pattern => {
    if (ahead().type === 'variable') return { type: 'variable', name: take().text };
    const of: Pattern[] = [];
    if (is('[')) {
      do {
        take();
        of.push(pattern());
      } while (is(','));
      expect(']');
      return { type: 'array', of };
    }
    expect('{');
    at -= 1;
    const entries: [Node, Pattern | undefined, string | undefined][] = [];
    do {
      take();
      const token = ahead();
      let name: string | undefined;
      let key: Node;
      if (token.type === 'variable') {
        name = take().text;
        key = { type: 'literal', value: name.slice(1) };
      } else key = objectKey();
      const inner = is(':') ? (take(), pattern()) : undefined;
      if (!inner && name === undefined) fail();
      entries.push([key, inner, name]);
    } while (is(','));
    expect('}');
    return { type: 'object', of: entries };
  };
  const objectKey = (): Node => {
    const token = ahead();
    if (token.type === 'name' || token.type === 'keyword') {
      return { type: 'literal', value: take().text };
    }
    if (token.type === 'number') return { type: 'literal', value: Number(take().text) };
    if (token.type === 'text' || token.type === 'format') return textTerm();
    expect('(');
    const key = pipe();
    expect(')');
    return key;
  };
  const textTerm = (): Node => {
    const format = ahead().type === 'format' ? take().text : undefined;
    if (ahead().type !== 'text') return { type: 'format', name: format as string };
    const parts = (take().parts ?? []).map((part) => {
      if (typeof part === 'string') return part;
      const end = part.at(-1);
      const place = end ? end.at + end.text.length : 0;
      return createParser([...part, { type: 'end', text: '', at: place }]).program();
    });
    return { type: 'text', format, parts };
  };
  const objectTerm = (): Node => {
    expect('{');
    const entries: [Node, Node][] = [];
    while (!is('}')) {
      const token = ahead();
      if (token.type === 'variable') {
        take();
        const name = token.text.slice(1);
        entries.push([{ type: 'literal', value: name }, variable(token)]);
      } else {
        const key = objectKey();
        const short = token.type === 'name' || token.type === 'text' || token.type === 'keyword';
        if (is(':')) {
          take();
          entries.push([key, objectValue()]);
        } else if (short || token.type === 'format') {
          entries.push([key, { type: 'index', of: { type: 'identity' }, key }]);
        } else fail();
      }
      if (!is(',')) break;
      take();
    }
    if (!is('}')) fail(", expecting '}'");
    take();
    return { type: 'object', entries };
  };
  const objectValue = (): Node => {
    const left = is('-') ? negated() : postfix();
    if (!is('|')) return left;
    take();
    return { type: 'pipe', left, right: objectValue() };
  };
  const variable = (token: Token): Node => {
    if (token.text === '$__loc__') {
      const value = new Map<string, number | string>([
        ['file', '<top-level>'],
        ['line', 1],
      ]);
      return { type: 'literal', value };
    }
    return { type: 'variable', name: token.text, at: token.at };
  };
  const term = (): Node => {
    const token = ahead();
    switch (token.type) {
      case 'number':
        return { type: 'literal', value: Number(take().text) };
      case 'text':
      case 'format':
        return textTerm();
      case 'variable':
        return variable(take());
      case 'field':
        return {
          type: 'index',
          of: { type: 'identity' },
          key: { type: 'literal', value: take().text.slice(1) },
        };
      case 'name':
        return call();
      case 'keyword':
        return keyword(token.text);
      default:
        return bracketTerm();
    }
  };
  const bracketTerm = (): Node => {
    if (is('..')) {
      take();
      return { type: 'recurse' };
    }
    if (is('.')) {
      take();
      if (ahead().type !== 'text') return { type: 'identity' };
      return { type: 'index', of: { type: 'identity' }, key: textTerm() };
    }
    if (is('(')) {
      take();
      const made = pipe();
      expect(')');
      return made;
    }
    if (is('[')) {
      take();
      const of = is(']') ? undefined : pipe();
      expect(']');
      return { type: 'array', of };
    }
    return is('{') ? objectTerm() : fail();
  };
  const call = (): Node => {
    const { text: name, at: place } = take();
    if (name === 'break' && ahead().type === 'variable') {
      return { type: 'break', name: take().text, at: place };
    }
    const words: Node[] = [];
    if (is('(')) {
      do {
        take();
        words.push(pipe());
      } while (is(';'));
      expect(')');
    }
    return { type: 'call', name, words, at: place };
  };
  const keyword = (text: string): Node => {
    switch (text) {
      case 'if':
        return conditional();
      case 'try': {
        take();
        const body = postfix();
        if (!is('catch')) return { type: 'try', body, handler: undefined };
        take();
        return { type: 'try', body, handler: postfix() };
      }
      case 'reduce':
      case 'foreach':
        return fold(text);
      case 'def': {
        const made = definition();
        return { type: 'define', definition: made, rest: pipe() };
      }
      default:
        return fail();
    }
  };
  const conditional = (): Node => {
    const { at: place } = take();
    const test = pipe();
    expect('then');
    const yes = pipe();
    if (is('elif')) return { type: 'if', test, yes, no: conditional() };
    let no: Node = { type: 'identity' };
    // jq 1.6 wants an `else`.
    const open = "Possibly unterminated 'if' statement";
    for (const word of ['else', 'end']) {
      if (ahead().type === 'end') fail('', [{ message: open, at: place }]);
      expect(word);
      if (word === 'else') no = pipe();
    }
    return { type: 'if', test, yes, no };
  };
  const fold = (kind: 'reduce' | 'foreach'): Node => {
    take();
    const source = postfix();
    expect('as');
    const made = pattern();
    expect('(');
    const start = pipe();
    expect(';');
    const update = pipe();
    let extract: Node | undefined;
    if (kind === 'foreach' && is(';')) {
      take();
      extract = pipe();
    }
    expect(')');
    const parts = { source, pattern: made, start, update };
    return kind === 'reduce'
      ? { type: 'reduce', ...parts }
      : { type: 'foreach', ...parts, extract };
  };
  const postfix = (): Node => {
    let made = term();
    for (;;) {
      if (ahead().type === 'field') {
        const key: Node = { type: 'literal', value: take().text.slice(1) };
        made = { type: 'index', of: made, key };
      } else if (is('.') && ahead(1).type === 'text') {
        take();
        made = { type: 'index', of: made, key: textTerm() };
      } else if (is('?')) {
        take();
        made = { type: 'try', body: made, handler: undefined };
      } else if (is('[') || (is('.') && ahead(1).text === '[')) {
        if (is('.')) take();
        made = subscript(made);
      } else return made;
    }
  };
  const subscript = (of: Node): Node => {
    expect('[');
    if (is(']')) {
      take();
      return { type: 'each', of };
    }
    const from = is(':') ? undefined : pipe();
    if (!is(':')) {
      expect(']');
      return { type: 'index', of, key: from as Node };
    }
    take();
    const to = is(']') ? undefined : pipe();
    expect(']');
    return { type: 'slice', of, from, to };
  };
  return {
    program() {
      // Definitions alone stand before the identity.
      const node = onlyDefinitions() ?? pipe();
      if (ahead().type !== 'end') fail(', expecting $end');
      return node;
    },
  };

  function onlyDefinitions(): Node | undefined {
    const from = at;
    const made: Definition[] = [];
    while (is('def')) made.push(definition());
    if (made.length === 0 || ahead().type !== 'end') {
      at = from;
      return undefined;
    }
    return made.reduceRight<Node>((rest, each) => ({ type: 'define', definition: each, rest }), {
      type: 'identity',
    });
  }
}
