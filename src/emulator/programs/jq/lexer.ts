import { CompileError } from './ast.ts';

export interface Token {
  readonly type:
    'field' | 'name' | 'variable' | 'number' | 'text' | 'format' | 'keyword' | 'sign' | 'end';
  readonly text: string;
  /** Of a text: pieces and the tokens of what stands in `\( … )`. */
  readonly parts?: readonly (string | readonly Token[])[];
  readonly at: number;
}

const keywords = new Set(
  'def if then elif else end as reduce foreach try catch label import include and or __loc__'.split(
    ' ',
  ),
);

const shapes: readonly (readonly [Token['type'], RegExp])[] = [
  ['field', /\.[A-Za-z_]\w*/y],
  ['variable', /\$(?:__loc__|[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)/y],
  ['name', /[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y],
  ['format', /@[A-Za-z0-9_]+/y],
  ['sign', /\?\/\/=?|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\](){}|,:;=<>+\-*/%?$]/y],
];

/** Cuts a program into tokens. */
export function tokensOf(text: string): Token[] {
  const reader = { at: 0 };
  return [...scan(text, reader, false), { type: 'end', text: '', at: text.length }];
}

function scan(text: string, reader: { at: number }, inside: boolean): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  while (reader.at < text.length) {
    const skipped = /(?:\s|#[^\n]*)+/y;
    skipped.lastIndex = reader.at;
    const blank = skipped.exec(text);
    if (blank) {
      reader.at += blank[0].length;
      continue;
    }
    const { at } = reader;
    if (text[at] === '"') {
      tokens.push(stringToken(text, reader));
      continue;
    }
    if (inside && text[at] === ')' && depth === 0) return tokens;
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    const token = plainToken(text, at);
    reader.at += token.text.length;
    tokens.push(token);
  }
  return tokens;
}

function plainToken(text: string, at: number): Token {
  for (const [type, shape] of shapes) {
    shape.lastIndex = at;
    const found = shape.exec(text)?.[0];
    if (found === undefined) continue;
    const isKeyword = type === 'name' && keywords.has(found);
    return { type: isKeyword ? 'keyword' : type, text: found, at };
  }
  throw new CompileError(
    'syntax error, unexpected INVALID_CHARACTER (Unix shell quoting issues?)',
    at,
  );
}

function stringToken(text: string, reader: { at: number }): Token {
  const { at } = reader;
  const parts: (string | readonly Token[])[] = [];
  let plain = '';
  reader.at += 1;
  for (;;) {
    const letter = text[reader.at];
    if (letter === undefined) {
      throw new CompileError(
        'syntax error, unexpected $end, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or ' +
          'QQSTRING_END (Unix shell quoting issues?)',
        at + 1,
      );
    }
    reader.at += 1;
    if (letter === '"') break;
    if (letter !== '\\') {
      plain += letter;
      continue;
    }
    const code = text[reader.at++] ?? '';
    if (code === '(') {
      parts.push(plain, scan(text, reader, true));
      plain = '';
      reader.at += 1;
    } else if (code === 'u') {
      plain += String.fromCharCode(Number.parseInt(text.slice(reader.at, reader.at + 4), 16));
      reader.at += 4;
    } else {
      const known: Readonly<Record<string, string>> = {
        n: '\n',
        t: '\t',
        r: '\r',
        b: '\b',
        f: '\f',
        '"': '"',
        '\\': '\\',
        '/': '/',
      };
      const found = known[code];
      if (found === undefined) {
        throw new CompileError(
          `Invalid escape at line 1, column 4 (while parsing '"\\${code}"')`,
          at,
        );
      }
      plain += found;
    }
  }
  return { type: 'text', text: text.slice(at, reader.at), parts: [...parts, plain], at };
}
