/** A token of a selector: signs and words by their own text, labels and strings by kind. */
export interface Token {
  readonly kind: 'label' | 'string' | 'has' | 'all' | 'global' | 'end' | Sign;
  readonly value: string;
}

export type Sign =
  | '('
  | ')'
  | '{'
  | '}'
  | ','
  | '=='
  | '!='
  | '!'
  | '&&'
  | '||'
  | 'in'
  | 'not in'
  | 'contains'
  | 'starts with'
  | 'ends with';

/** What is wrong with a selector, in the words of its parser. */
export interface SelectorError {
  readonly error: string;
}

const SIGNS: readonly (readonly [RegExp, Sign])[] = [
  [/^\(/, '('],
  [/^\)/, ')'],
  [/^\{/, '{'],
  [/^\}/, '}'],
  [/^,/, ','],
  [/^==/, '=='],
  [/^!=/, '!='],
  [/^!/, '!'],
  [/^&&/, '&&'],
  [/^\|\|/, '||'],
];

/** Words that follow a label. */
const OPERATORS: readonly (readonly [RegExp, Sign])[] = [
  [/^contains/, 'contains'],
  [/^starts[ \t]*with/, 'starts with'],
  [/^ends[ \t]*with/, 'ends with'],
  [/^not[ \t]*in/, 'not in'],
  [/^in/, 'in'],
];

const HALF: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||' };

/** Cuts a selector into tokens, the last of which is the end (libcalico's tokenizer). */
export function tokenize(text: string): readonly Token[] | SelectorError {
  const tokens: Token[] = [];
  let rest = text;
  for (;;) {
    rest = rest.replace(/^[ \t]+/, '');
    if (rest === '') return [...tokens, { kind: 'end', value: '' }];
    const next = nextToken(rest, tokens.at(-1));
    if ('error' in next) return next;
    tokens.push(next.token);
    rest = rest.slice(next.length);
  }
}

type Next = { readonly token: Token; readonly length: number } | SelectorError;

function nextToken(rest: string, before: Token | undefined): Next {
  const first = rest[0] as string;
  if (first === '"' || first === "'") {
    const end = rest.indexOf(first, 1);
    if (end < 0) return { error: 'unterminated string' };
    return { token: { kind: 'string', value: rest.slice(1, end) }, length: end + 1 };
  }
  const sign = matched(SIGNS, rest);
  if (sign) return sign;
  const half = HALF[first];
  if (half !== undefined) return { error: `expected ${half}` };
  if (before?.kind === 'label') {
    const why = `unexpected characters after label '${before.value}', was expecting an operator`;
    return matched(OPERATORS, rest) ?? { error: why };
  }
  return call(rest) ?? label(rest);
}

function matched(among: readonly (readonly [RegExp, Sign])[], rest: string): Next | undefined {
  for (const [pattern, kind] of among) {
    const found = pattern.exec(rest);
    if (found) return { token: { kind, value: '' }, length: found[0].length };
  }
  return undefined;
}

function call(rest: string): Next | undefined {
  const has = /^has\([ \t]*([\w./-]*)([ \t]*\))?/.exec(rest);
  if (has) {
    const [whole, value = '', close] = has;
    if (value === '') return { error: 'no label name in has( expression' };
    if (close === undefined) return { error: "no closing ')' after has(" };
    return { token: { kind: 'has', value }, length: whole.length };
  }
  const word = /^(all|global)\([ \t]*(\))?/.exec(rest);
  if (!word) return undefined;
  const kind = word[1] as 'all' | 'global';
  if (word[2] === undefined) return { error: `no closing ')' after ${kind}(` };
  return { token: { kind, value: '' }, length: word[0].length };
}

function label(rest: string): Next {
  const found = /^[\w./-]+/.exec(rest);
  if (!found) return { error: 'unexpected characters' };
  return { token: { kind: 'label', value: found[0] }, length: found[0].length };
}
