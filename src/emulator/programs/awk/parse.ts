import type { Destination, FunctionNode, Rule, Script, Statement } from './ast.ts';
import { createExpressions } from './expressions.ts';
import { tokensOf } from './lexer.ts';
import { createReader, type Reader } from './reader.ts';

/** Reads a script; throws AwkError. Follows mawk's grammar (POSIX awk). */
export function parseScript(text: string): Script {
  return createParser(createReader(tokensOf(text)))();
}

function createParser(reader: Reader): () => Script {
  const { is, take, expect, fail, skipNewlines } = reader;
  const expressions = createExpressions(reader);
  const { expression } = expressions;

  const endStatement = () => {
    if (is(';') || is('newline')) {
      take();
      skipNewlines();
    } else if (!is('}') && !is('end')) fail();
  };
  const block = (): Statement => {
    expect('{');
    const body: Statement[] = [];
    for (;;) {
      while (is('newline') || is(';')) take();
      if (is('}')) break;
      if (is('end')) fail();
      body.push(statement());
    }
    take();
    return { type: 'block', body };
  };
  /** A statement as the body of another; `;` alone is an empty one. */
  const body = (): Statement => {
    skipNewlines();
    if (!is(';')) return statement();
    take();
    return { type: 'block', body: [] };
  };
  const condition = () => {
    expect('(');
    const test = expression();
    expect(')');
    return test;
  };
  const print = (): Statement => {
    const formatted = take().text === 'printf';
    const words = expressions.printed();
    let destination: Destination | undefined;
    if (is('>') || is('>>') || is('|')) {
      const how = take().text as Destination['how'];
      destination = { how, to: expressions.destination() };
    }
    if (formatted && words.length === 0) fail();
    return { type: 'print', formatted, words, destination };
  };
  const simple = (): Statement => {
    if (is('print') || is('printf')) return print();
    if (is('delete')) {
      take();
      const { text: name } = expect('name');
      if (!is('[')) return { type: 'delete', name };
      return { type: 'delete', name, keys: expressions.subscript() };
    }
    return { type: 'expression', of: expression() };
  };
  const loop = (): Statement => {
    take();
    expect('(');
    if (is('name') && reader.ahead(1).text === 'in' && reader.ahead(3).text === ')') {
      const variable = take().text;
      take();
      const { text: name } = expect('name');
      expect(')');
      return { type: 'each', variable, name, body: body() };
    }
    const start = is(';') ? undefined : simple();
    expect(';');
    skipNewlines();
    const test = is(';') ? undefined : expression();
    expect(';');
    skipNewlines();
    const step = is(')') ? undefined : simple();
    expect(')');
    return { type: 'loop', start, test, step, body: body(), bodyFirst: false };
  };
  const conditional = (): Statement => {
    take();
    const test = condition();
    const yes = body();
    const mark = reader.place();
    while (is('newline') || is(';')) take();
    if (!is('else')) {
      reader.back(mark);
      return { type: 'if', test, yes };
    }
    take();
    return { type: 'if', test, yes, otherwise: body() };
  };
  const statement = (): Statement => {
    if (is('{')) return block();
    if (is('if')) return conditional();
    if (is('for')) return loop();
    if (is('while')) {
      take();
      return { type: 'loop', test: condition(), body: body(), bodyFirst: false };
    }
    let made: Statement;
    if (is('do')) {
      take();
      const inside = body();
      while (is('newline') || is(';')) take();
      expect('while');
      made = { type: 'loop', test: condition(), body: inside, bodyFirst: true };
    } else if (is('next') || is('nextfile') || is('break') || is('continue')) {
      made = { type: 'jump', to: take().text as 'next' };
    } else if (is('exit') || is('return')) {
      const by = take().text as 'exit';
      const none = is(';') || is('newline') || is('}') || is('end');
      made = none ? { type: 'leave', by } : { type: 'leave', by, value: expression() };
    } else made = simple();
    endStatement();
    return made;
  };
  const functionNode = (): FunctionNode => {
    take();
    const name = is('name') ? take().text : expect('function').text;
    expect('(');
    const parameters: string[] = [];
    while (!is(')')) {
      parameters.push(expect('name').text);
      if (is(',')) take();
      skipNewlines();
    }
    take();
    skipNewlines();
    return { name, parameters, body: block() };
  };
  const rule = (): Rule => {
    if (is('BEGIN') || is('END')) {
      const when = take().text as 'BEGIN';
      if (!is('{')) fail();
      return { when, body: block() };
    }
    const from = is('{') ? undefined : expression();
    let to;
    if (from && is(',')) {
      take();
      skipNewlines();
      to = expression();
    }
    return { when: { from, to }, body: is('{') ? block() : undefined };
  };
  return () => {
    const rules: Rule[] = [];
    const functions = new Map<string, FunctionNode>();
    for (;;) {
      while (is('newline') || is(';')) take();
      if (is('end')) break;
      if (is('function') && reader.ahead(0).type === 'keyword') {
        const made = functionNode();
        functions.set(made.name, made);
      } else rules.push(rule());
      if (!is('newline') && !is(';') && !is('end') && !reader.behind('}')) fail();
    }
    expressions.check(functions);
    return { rules, functions };
  };
}
