export type TokenType =
  | 'number'
  | 'string'
  | 'regular'
  | 'name'
  /** A name with `(` right after it. */
  | 'function'
  | 'builtin'
  | 'keyword'
  | 'operator'
  | 'newline'
  | 'end';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly line: number;
}

/** A script that cannot be read; the text follows `awk: `. */
export class AwkError extends Error {}

/** What goes wrong while a script runs; where it was is told in a second line. */
export class AwkRunError extends AwkError {}

const keywords = new Set(
  (
    'BEGIN END function func if else while for do break continue next nextfile exit return ' +
    'delete in getline print printf'
  ).split(' '),
);

/** Names of functions that awk itself has. */
export const builtins = new Set(
  (
    'length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand ' +
    'tolower toupper system close fflush strftime systime mktime'
  ).split(' '),
);

const operator =
  /^(?:\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|>>|&&|\|\||!~|[{}()[\];,+\-*/%^!><|?:~$=])/;

/** Cuts a script into tokens. A `/` begins an expression where no value stands before it. */
export function tokensOf(script: string): Token[] {
  const tokens: Token[] = [];
  let rest = script;
  let line = 1;
  const take = (length: number) => {
    const text = rest.slice(0, length);
    rest = rest.slice(length);
    return text;
  };
  const add = (type: TokenType, text: string) => tokens.push({ type, text, line });
  while (rest !== '') {
    const skipped = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(rest);
    if (skipped) {
      line += take(skipped[0].length).split('\n').length - 1;
      continue;
    }
    if (rest[0] === '\n') {
      add('newline', take(1));
      line += 1;
      continue;
    }
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (number) add('number', take(number[0].length));
    else if (name) {
      const text = take(name[0].length);
      if (keywords.has(text)) add('keyword', text === 'func' ? 'function' : text);
      else if (builtins.has(text)) add('builtin', text);
      else add(rest[0] === '(' ? 'function' : 'name', text);
    } else if (rest[0] === '"') add('string', take(stringLength(rest, line)));
    else if (rest[0] === '/' && !endsValue(tokens.at(-1))) {
      add('regular', take(regularLength(rest, line)));
    } else {
      const found = operator.exec(rest);
      if (!found) throw new AwkError(`line ${line}: unexpected character '${rest[0]}'`);
      const text = take(found[0].length);
      add('operator', text);
    }
  }
  add('end', '');
  return tokens;
}

function endsValue(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.type === 'operator') return /^(?:\)|\]|\$|\+\+|--)$/.test(token.text);
  return ['number', 'string', 'name', 'builtin'].includes(token.type);
}

function stringLength(rest: string, line: number): number {
  const found = /^"(?:[^"\\\n]|\\[^])*"/.exec(rest);
  if (!found) {
    const shown = rest.split('\n')[0]?.slice(0, 10) ?? '';
    throw new AwkError(`line ${line}: runaway string constant ${shown} ...`);
  }
  return found[0].length;
}

function regularLength(rest: string, line: number): number {
  const found = /^\/(?:[^\\\n/[]|\\.|\[\^?\]?(?:\[:\w+:\]|[^\]\\\n]|\\.)*\]|\[)*\//.exec(rest);
  if (!found) {
    const shown = rest.split('\n')[0]?.slice(0, 10) ?? '';
    throw new AwkError(`line ${line}: runaway regular expression ${shown} ...`);
  }
  return found[0].length;
}

/** The text of a string between its quotes, escapes worked off. */
export function unquote(text: string): string {
  const known: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    '\\': '\\',
    '"': '"',
    '\n': '',
  };
  return text.replaceAll(/\\([0-7]{1,3}|[^])/g, (all, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return known[code] ?? all;
  });
}
