/** A piece of an expression; `at` is where it begins. */
export interface Token {
  readonly type: 'name' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/** What is wrong with an expression, and where. */
export class CelSyntaxError extends Error {
  override readonly name = 'CelSyntaxError';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const patterns = [
  ['blank', /(?:\s|\/\/[^\n]*)+/y],
  ['double', /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y],
  ['uint', /(?:0[xX][0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0[xX][0-9a-fA-F]+|\d+/y],
  ['string', /[rR]?(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y],
  ['bytes', /[bB][rR]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y],
  ['name', /[_a-zA-Z]\w*/y],
  ['sign', /\|\||&&|==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}]/y],
] as const;

/** Cuts an expression into its tokens; the last one is the end. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const [type, length] = match(text, at);
    const piece = text.slice(at, at + length);
    if (type === 'string') found.push({ type, text: unquote(piece), at });
    else if (type === 'bytes') found.push({ type, text: unquote(piece.slice(1)), at });
    else if (type !== 'blank') found.push({ type, text: piece, at });
    at += length;
  }
  return [...found, { type: 'end', text: '<EOF>', at: text.length }];
}

function match(text: string, at: number): [Token['type'] | 'blank', number] {
  // `b"x"` and `r"x"` begin like names.
  const order = /^[bB][rR]?["']/.test(text.slice(at, at + 3)) ? 'bytes' : undefined;
  for (const [type, pattern] of patterns) {
    if (order && type !== order) continue;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [type, found[0].length];
  }
  throw new CelSyntaxError(`token recognition error at: '${text[at]}'`, at);
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unquote(quoted: string): string {
  const raw = /^[rR]/.test(quoted);
  const text = raw ? quoted.slice(1) : quoted;
  const width = /^("""|''')/.test(text) ? 3 : 1;
  const inner = text.slice(width, -width);
  if (raw) return inner;
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))/g,
    (_all, x?: string, u?: string, long?: string, octal?: string, one?: string) => {
      const hex = x ?? u ?? long;
      if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal) return String.fromCodePoint(Number.parseInt(octal, 8));
      return escapes[one as string] ?? (one as string);
    },
  );
}
