import { tokenize, type SelectorError, type Token } from './tokens.ts';

/** A selector of Calico as a tree. */
export type CalicoSelector =
  | { readonly op: 'all' | 'global' }
  | { readonly op: 'has'; readonly label: string }
  | { readonly op: 'not'; readonly operand: CalicoSelector }
  | { readonly op: '&&' | '||'; readonly operands: readonly CalicoSelector[] }
  | {
      readonly op: '==' | '!=' | 'contains' | 'starts with' | 'ends with';
      readonly label: string;
      readonly value: string;
    }
  | { readonly op: 'in' | 'not in'; readonly label: string; readonly values: readonly string[] };

const COMPARE = ['==', '!=', 'contains', 'starts with', 'ends with'] as const;

/**
 * Reads a selector (`app == 'web' && has(tier)`); an empty one selects all. Errors are those of
 * libcalico's parser.
 */
export function parseSelector(text: string): CalicoSelector | SelectorError {
  const tokens = tokenize(text);
  if ('error' in tokens) return tokens;
  if (tokens[0]?.kind === 'end') return { op: 'all' };
  const cursor = { at: 0, tokens };
  const tree = parseJoined(cursor, '||');
  if ('error' in tree) return tree;
  const rest = tokens.slice(cursor.at);
  if (rest.length === 1) return tree;
  const shown = rest.map(tokenText).join(' ');
  return { error: `unexpected content at end of selector [${shown}]` };
}

interface Cursor {
  at: number;
  readonly tokens: readonly Token[];
}

type Parsed = CalicoSelector | SelectorError;

const peek = ({ tokens, at }: Cursor, ahead = 0): Token =>
  tokens[at + ahead] ?? { kind: 'end', value: '' };

function parseJoined(cursor: Cursor, op: '||' | '&&'): Parsed {
  const operands: CalicoSelector[] = [];
  for (;;) {
    const next = op === '||' ? parseJoined(cursor, '&&') : parseOperation(cursor);
    if ('error' in next) return next;
    operands.push(next);
    if (peek(cursor).kind !== op) break;
    cursor.at += 1;
  }
  return operands.length === 1 ? (operands[0] as CalicoSelector) : { op, operands };
}

function parseOperation(cursor: Cursor): Parsed {
  let negated = false;
  for (; peek(cursor).kind === '!'; cursor.at++) negated = !negated;
  const tree = parseOne(cursor);
  return negated && !('error' in tree) ? { op: 'not', operand: tree } : tree;
}

function parseOne(cursor: Cursor): Parsed {
  const token = peek(cursor);
  if (token.kind === 'has' || token.kind === 'all' || token.kind === 'global') {
    cursor.at += 1;
    return token.kind === 'has' ? { op: 'has', label: token.value } : { op: token.kind };
  }
  if (token.kind === '(') {
    cursor.at += 1;
    const inner = parseJoined(cursor, '||');
    if ('error' in inner) return inner;
    if (peek(cursor).kind !== ')') return { error: 'expected )' };
    cursor.at += 1;
    return inner;
  }
  if (token.kind === 'label') return parseCondition(cursor, token.value);
  return { error: `unexpected token: ${tokenText(token)}` };
}

function parseCondition(cursor: Cursor, label: string): Parsed {
  if (cursor.tokens.length - cursor.at < 3) {
    return { error: 'unexpected end of string looking for op' };
  }
  const operator = peek(cursor, 1);
  const compare = COMPARE.find((op) => op === operator.kind);
  if (compare) {
    const value = peek(cursor, 2);
    if (value.kind !== 'string') return { error: 'expected string' };
    cursor.at += 3;
    return { op: compare, label, value: value.value };
  }
  if (operator.kind !== 'in' && operator.kind !== 'not in') {
    return { error: `expected == or != not: ${tokenText(operator)}` };
  }
  if (peek(cursor, 2).kind !== '{') return { error: 'expected set literal' };
  cursor.at += 3;
  const values: string[] = [];
  while (peek(cursor).kind === 'string') {
    values.push(peek(cursor).value);
    cursor.at += 1;
    if (peek(cursor).kind !== ',') break;
    cursor.at += 1;
  }
  if (peek(cursor).kind !== '}') return { error: 'expected }' };
  cursor.at += 1;
  return { op: operator.kind, label, values: [...new Set(values)].sort() };
}

const KINDS: Readonly<Record<string, string>> = {
  label: 'TokLabel',
  string: 'TokStringLiteral',
  '{': 'TokLBrace',
  '}': 'TokRBrace',
  ',': 'TokComma',
  '==': 'TokEq',
  '!=': 'TokNe',
  in: 'TokIn',
  '!': 'TokNot',
  'not in': 'TokNotIn',
  contains: 'TokContains',
  'starts with': 'TokStartsWith',
  'ends with': 'TokEndsWith',
  all: 'TokAll',
  has: 'TokHas',
  '(': 'TokLParen',
  ')': 'TokRParen',
  '&&': 'TokAnd',
  '||': 'TokOr',
  global: 'TokGlobal',
  end: 'TokEOF',
};

const tokenText = ({ kind, value }: Token) => `${KINDS[kind]}(${value})`;

/** The selector in the one form that Calico hashes and prints. */
export function selectorText(selector: CalicoSelector): string {
  const quoted = (value: string) => (value.includes('"') ? `'${value}'` : `"${value}"`);
  switch (selector.op) {
    case 'all':
    case 'global':
      return `${selector.op}()`;
    case 'has':
      return `has(${selector.label})`;
    case 'not':
      return `!${selectorText(selector.operand)}`;
    case '&&':
    case '||':
      return `(${selector.operands.map(selectorText).join(` ${selector.op} `)})`;
    case 'in':
    case 'not in':
      return `${selector.label} ${selector.op} {${selector.values.map(quoted).join(', ')}}`;
    default:
      return `${selector.label} ${selector.op} ${quoted(selector.value)}`;
  }
}

/** Whether labels fit, as `get` gives them. A label that is missing fits only what negates. */
export function selects(
  selector: CalicoSelector,
  get: (label: string) => string | undefined,
): boolean {
  switch (selector.op) {
    case 'all':
    case 'global':
      return true;
    case 'not':
      return !selects(selector.operand, get);
    case '&&':
      return selector.operands.every((operand) => selects(operand, get));
    case '||':
      return selector.operands.some((operand) => selects(operand, get));
    default: {
      const value = get(selector.label);
      if (value === undefined) return selector.op === '!=' || selector.op === 'not in';
      return holds(selector, value);
    }
  }
}

type Condition = Exclude<
  CalicoSelector,
  { readonly op: 'all' | 'global' | 'not' } | { readonly operands: unknown }
>;

function holds(condition: Condition, value: string): boolean {
  switch (condition.op) {
    case 'has':
      return true;
    case '==':
      return value === condition.value;
    case '!=':
      return value !== condition.value;
    case 'contains':
      return value.includes(condition.value);
    case 'starts with':
      return value.startsWith(condition.value);
    case 'ends with':
      return value.endsWith(condition.value);
    case 'in':
      return condition.values.includes(value);
    case 'not in':
      return !condition.values.includes(value);
  }
}

/** The same with something in front of every label's name (`pcns.` for labels of namespaces). */
export function withPrefix(selector: CalicoSelector, prefix: string): CalicoSelector {
  switch (selector.op) {
    case 'all':
    case 'global':
      return selector;
    case 'not':
      return { ...selector, operand: withPrefix(selector.operand, prefix) };
    case '&&':
    case '||':
      return { ...selector, operands: selector.operands.map((each) => withPrefix(each, prefix)) };
    default:
      return { ...selector, label: prefix + selector.label };
  }
}
