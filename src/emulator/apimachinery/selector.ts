import type { ApiObject, LabelSelector, Labels } from './object.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';

/** One condition on a label, as apimachinery `labels.Requirement`. */
export interface Requirement {
  readonly key: string;
  readonly operator: '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

type Token = { readonly kind: string; readonly text: string };

/** Reads a selector text (`app=web,tier in (a,b),!x`); errors are those of `labels.Parse`. */
export function parseSelector(text: string): Parsed<readonly Requirement[]> {
  const tokens = lex(text);
  const found: Requirement[] = [];
  let at = 0;
  const fail = (error: string): Parsed<never> => ({ ok: false, error });
  if (tokens[0]?.kind === 'end') return { ok: true, value: [] };
  for (;;) {
    const first = tokens[at] as Token;
    if (first.kind !== 'word' && first.kind !== '!') {
      if (first.kind === 'end') return fail(`found '', expected: identifier after ','`);
      return fail(
        (
          `unable to parse requirement: found '${first.text}', expected: ` +
          `!, identifier, or 'end of string'`
        ).replace('unable to parse requirement: ', ''),
      );
    }
    const result = requirement(tokens, at);
    if (!result.ok) return fail(`unable to parse requirement: ${result.error}`);
    found.push(result.value.requirement);
    at = result.value.next;
    const after = tokens[at] as Token;
    if (after.kind === 'end') break;
    if (after.kind !== ',') return fail(`found '${after.text}', expected: ',' or 'end of string'`);
    const next = tokens[at + 1] as Token;
    if (next.kind !== 'word' && next.kind !== '!') {
      return fail(`found '${next.text}', expected: identifier after ','`);
    }
    at += 1;
  }
  const sorted = found.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { ok: true, value: sorted };
}

function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^[ \t\r\n]+/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const sign = /^(==|!=|[=!(),<>])/.exec(rest);
    const word = /^[^=!(),<> \t\r\n]+/.exec(rest);
    const token = (sign ?? word) as RegExpExecArray;
    tokens.push({ kind: sign ? token[0] : 'word', text: token[0] });
    at += token[0].length;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

function requirement(
  tokens: readonly Token[],
  start: number,
): Parsed<{ requirement: Requirement; next: number }> {
  let at = start;
  const negated = tokens[at]?.kind === '!';
  if (negated) at += 1;
  const key = tokens[at++] as Token;
  if (key.kind !== 'word') return { ok: false, error: `found '${key.text}', expected: identifier` };
  const bad = isQualifiedName(key.text);
  if (bad.length > 0) return { ok: false, error: keyError(key.text, bad) };
  const made = (operator: Requirement['operator'], values: string[], next: number) => {
    const wrong = values.map(isValidLabelValue).find((each) => each.length > 0);
    const index = values.findIndex((each) => isValidLabelValue(each).length > 0);
    if (wrong) {
      const quoted = JSON.stringify(values[index]);
      return {
        ok: false,
        error: `values[${index}][${key.text}]: Invalid value: ${quoted}: ${wrong.join('; ')}`,
      } as const;
    }
    return { ok: true, value: { requirement: { key: key.text, operator, values }, next } } as const;
  };
  const operator = tokens[at] as Token;
  if (negated) return made('!', [], at);
  if (operator.kind === 'end' || operator.kind === ',') return made('exists', [], at);
  if (operator.kind === 'word' && (operator.text === 'in' || operator.text === 'notin')) {
    return valueSet(tokens, at + 1, (values, next) => made(operator.text as 'in', values, next));
  }
  if (operator.kind === '<' || operator.kind === '>') {
    const value = tokens[at + 1] as Token;
    if (!/^-?\d+$/.test(value.text)) {
      return {
        ok: false,
        error:
          `values[0][${key.text}]: Invalid value: "${value.text}": for ` +
          `'Gt', 'Lt' operators, the value must be an integer`,
      };
    }
    return made(operator.kind === '<' ? 'lt' : 'gt', [value.text], at + 2);
  }
  if (!['=', '==', '!='].includes(operator.kind)) {
    const expected = 'in, notin, =, ==, !=, gt, lt';
    return { ok: false, error: `found '${operator.text}', expected: ${expected}` };
  }
  const value = tokens[at + 1] as Token;
  if (value.kind === 'end' || value.kind === ',') {
    return made(operator.kind as '=', [''], at + 1);
  }
  if (value.kind !== 'word')
    return { ok: false, error: `found '${value.text}', expected: identifier` };
  return made(operator.kind as '=', [value.text], at + 2);
}

function keyError(key: string, bad: readonly string[]): string {
  return `key: Invalid value: ${JSON.stringify(key)}: ${bad.join('; ')}`;
}

function valueSet<T>(
  tokens: readonly Token[],
  start: number,
  done: (values: string[], next: number) => Parsed<T>,
): Parsed<T> {
  let at = start;
  const open = tokens[at++] as Token;
  if (open.kind !== '(') return { ok: false, error: `found '${open.text}' expected: '('` };
  const values = new Set<string>();
  let last = '(';
  for (;;) {
    const token = tokens[at++] as Token;
    if (token.kind === 'word') {
      values.add(token.text);
      last = 'word';
    } else if (token.kind === ',') {
      if (last !== 'word') values.add('');
      last = ',';
    } else if (token.kind === ')') {
      if (last === ',') values.add('');
      if (last === '(') values.add('');
      return done([...values].sort(), at);
    } else {
      return { ok: false, error: `found '${token.text}', expected: ',', ')' or identifier` };
    }
  }
}

/** Whether labels meet all requirements. */
export function meets(requirements: readonly Requirement[], labels: Labels | undefined): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = labels?.[key];
    switch (operator) {
      case '=':
      case '==':
      case 'in':
        return value !== undefined && values.includes(value);
      case '!=':
      case 'notin':
        return value === undefined || !values.includes(value);
      case 'exists':
        return value !== undefined;
      case '!':
        return value === undefined;
      case 'gt':
        return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(values[0]);
      case 'lt':
        return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(values[0]);
    }
  });
}

/** Whether a LabelSelector selects labels. An empty selector selects all, none selects nothing. */
export function matches(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false;
  const pairs = Object.entries(selector.matchLabels ?? {});
  if (!pairs.every(([key, value]) => labels?.[key] === value)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels?.[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
    }
  });
}

/** Whether a map selector (of a Service) selects labels. An empty one selects nothing. */
export function matchesMap(selector: Labels | undefined, labels: Labels | undefined): boolean {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => labels?.[key] === value);
}

/** A selector as text, as `metav1.FormatLabelSelector` prints it. */
export function formatSelector(selector: LabelSelector | undefined): string {
  if (!selector) return '<none>';
  const parts: [string, string][] = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]) => [key, `${key}=${value}`],
  );
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`;
    const text = {
      In: `${key} in ${list}`,
      NotIn: `${key} notin ${list}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    }[operator];
    parts.push([key, text]);
  }
  if (parts.length === 0) return '<none>';
  return parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

export interface FieldRequirement {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

/** Reads a field selector (`status.phase!=Running,metadata.name=x`). */
export function parseFieldSelector(text: string): Parsed<readonly FieldRequirement[]> {
  const found: FieldRequirement[] = [];
  for (const part of text.split(',').filter((each) => each !== '')) {
    const match = /^([^=!]+)(==|!=|=)(.*)$/.exec(part);
    if (!match)
      return { ok: false, error: `invalid selector: '${text}'; can't understand '${part}'` };
    const [, field, operator, value] = match;
    found.push({ field: field as string, value: value as string, negated: operator === '!=' });
  }
  return { ok: true, value: found };
}

/** Whether an object's selectable fields meet all requirements. */
export function meetsFields(
  requirements: readonly FieldRequirement[],
  object: ApiObject,
  fields: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(({ field, value, negated }) => {
    const known: Readonly<Record<string, string | undefined>> = {
      'metadata.name': object.metadata.name,
      'metadata.namespace': object.metadata.namespace ?? '',
      ...fields,
    };
    return ((known[field] ?? '') === value) !== negated;
  });
}
