import { isQualifiedName, isValidLabelValue } from './names.ts';
import type { Parsed, Requirement } from './selector.ts';

/** A token: a sign, a word (`in` and `notin` are words too), or the end. */
interface Token {
  readonly kind: 'word' | 'end' | 'error' | '=' | '==' | '!=' | '!' | '<' | '>' | '(' | ')' | ',';
  readonly text: string;
}

/** Where the parser stands among the tokens; it only ever goes on. */
interface Cursor {
  next(): Token;
  peek(): Token;
}

const operators: Readonly<Record<string, Requirement['operator']>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/**
 * Reads a label selector (`app=web,tier in (a,b),!x`), after apimachinery's `labels.Parse`: the
 * requirements in order of their keys, or its error.
 */
export function parseSelector(text: string): Parsed<readonly Requirement[]> {
  const tokens = cursor(lex(text));
  const found: Requirement[] = [];
  for (;;) {
    const first = tokens.peek();
    if (first.kind === 'end') break;
    if (!begins(first)) {
      return fail(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    }
    const requirement = parseRequirement(tokens);
    if (!requirement.ok) return fail(`unable to parse requirement: ${requirement.error}`);
    found.push(requirement.value);
    const after = tokens.next();
    if (after.kind === 'end') break;
    if (after.kind !== ',') return fail(`found '${after.text}', expected: ',' or 'end of string'`);
    if (!begins(tokens.peek())) {
      return fail(`found '${tokens.peek().text}', expected: identifier after ','`);
    }
  }
  const sorted = found.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { ok: true, value: sorted };
}

const fail = (error: string): Parsed<never> => ({ ok: false, error });
const begins = ({ kind }: Token) => kind === 'word' || kind === '!';

function cursor(tokens: readonly Token[]): Cursor {
  let at = 0;
  const end: Token = { kind: 'end', text: '' };
  return { next: () => tokens[at++] ?? end, peek: () => tokens[at] ?? end };
}

/** Signs are taken as long as they make one; a blank or a word ends a sign. */
function lex(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /[ \t\r\n]+|==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/gy;
  for (const [part] of text.matchAll(pattern)) {
    if (/^[ \t\r\n]/.test(part)) continue;
    const kind = /^(==|!=|[=!(),<>])$/.test(part) ? (part as Token['kind']) : 'word';
    tokens.push({ kind, text: part });
  }
  return tokens;
}

function parseRequirement(tokens: Cursor): Parsed<Requirement> {
  let key = tokens.next();
  const negated = key.kind === '!';
  if (negated) key = tokens.next();
  if (key.kind !== 'word') return fail(`found '${key.text}', expected: identifier`);
  const bad = isQualifiedName(key.text);
  // The parser validates the key without a path, which Go prints as <nil>.
  if (bad.length > 0) {
    return fail(`<nil>: Invalid value: ${JSON.stringify(key.text)}: ${bad.join('; ')}`);
  }
  const { kind } = tokens.peek();
  if (negated) return requirement(key.text, '!', []);
  if (kind === 'end' || kind === ',') return requirement(key.text, 'exists', []);
  const sign = tokens.next();
  const operator = operators[sign.text];
  if (operator === undefined) {
    return fail(`found '${sign.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }
  const values = operator === 'in' || operator === 'notin' ? valueSet(tokens) : exactValue(tokens);
  return values.ok ? requirement(key.text, operator, values.value) : values;
}

function requirement(
  key: string,
  operator: Requirement['operator'],
  values: readonly string[],
): Parsed<Requirement> {
  const error = checkRequirement(key, operator, values);
  return error === undefined ? { ok: true, value: { key, operator, values } } : fail(error);
}

/** What is wrong with a requirement (`labels.NewRequirement`); undefined if nothing is. */
export function checkRequirement(
  key: string,
  operator: string,
  values: readonly string[],
): string | undefined {
  const errors = isQualifiedName(key).length > 0 ? [keyError(key)] : [];
  const shown = JSON.stringify(values);
  const count = (error: string) => errors.push(`values: Invalid value: ${shown}: ${error}`);
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0) count("for 'in', 'notin' operators, values set can't be empty");
      break;
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1) count('exact-match compatibility requires one single value');
      break;
    case 'exists':
    case '!':
      if (values.length > 0) count('values set must be empty for exists and does not exist');
      break;
    case 'gt':
    case 'lt':
      if (values.length !== 1) count("for 'Gt', 'Lt' operators, exactly one value is required");
      errors.push(...values.flatMap(integerErrors));
      break;
    default: {
      const list = '"in", "notin", "=", "==", "!=", "gt", "lt", "exists", "!"';
      errors.push(
        `operator: Unsupported value: ${JSON.stringify(operator)}: supported values: ${list}`,
      );
    }
  }
  errors.push(...values.flatMap((value, index) => valueErrors(key, value, index)));
  if (errors.length === 0) return undefined;
  return errors.length === 1 ? errors[0] : `[${[...new Set(errors)].join(', ')}]`;
}

function keyError(key: string): string {
  return `key: Invalid value: ${JSON.stringify(key)}: ${isQualifiedName(key).join('; ')}`;
}

function integerErrors(value: string, index: number): string[] {
  if (/^[+-]?\d+$/.test(value)) return [];
  const why = "for 'Gt', 'Lt' operators, the value must be an integer";
  return [`values[${index}]: Invalid value: ${JSON.stringify(value)}: ${why}`];
}

function valueErrors(key: string, value: string, index: number): string[] {
  const bad = isValidLabelValue(value);
  if (bad.length === 0) return [];
  return [`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${bad.join('; ')}`];
}

/** `(a,b)`. Empty places are the empty value; the set comes out sorted, as Go's sets do. */
function valueSet(tokens: Cursor): Parsed<readonly string[]> {
  const open = tokens.next();
  if (open.kind !== '(') return fail(`found '${open.text}' expected: '('`);
  const first = tokens.peek();
  if (first.kind === ')') {
    tokens.next();
    return { ok: true, value: [''] };
  }
  if (first.kind !== 'word' && first.kind !== ',') {
    return fail(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = new Set<string>();
  for (;;) {
    const token = tokens.next();
    const after = tokens.peek();
    if (token.kind === 'word') {
      values.add(token.text);
      if (after.kind !== ',' && after.kind !== ')') {
        return fail(`found '${after.text}', expected: ',' or ')'`);
      }
    } else if (token.kind === ',') {
      if (values.size === 0 || after.kind === ',' || after.kind === ')') values.add('');
    } else return fail(`found '${token.text}', expected: ',', or identifier`);
    if (after.kind === ')') {
      tokens.next();
      return { ok: true, value: [...values].sort() };
    }
  }
}

function exactValue(tokens: Cursor): Parsed<readonly string[]> {
  const { kind } = tokens.peek();
  if (kind === 'end' || kind === ',') return { ok: true, value: [''] };
  const value = tokens.next();
  if (value.kind === 'word') return { ok: true, value: [value.text] };
  return fail(`found '${value.text}', expected: identifier`);
}
