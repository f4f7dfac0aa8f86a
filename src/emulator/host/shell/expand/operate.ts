import type { ParameterExpansionPart, ParameterOperation } from 'unbash';
import type { Call } from '../../syscalls.ts';
import { promptText } from '../prompt.ts';
import { quoteWord } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { lookUp, lookUpElements, keysOf } from '../variables.ts';
import { unescapeAnsi } from '../escapes.ts';
import {
  ExpansionError,
  list,
  one,
  refuseUnset,
  UnboundError,
  type Parameter,
} from './parameter.ts';
import { patternSource, patternToRegExp } from './pattern.ts';
import { expandField, expandPattern, expandText } from './words.ts';

/** Which parameter is operated on. */
interface Subject {
  readonly name: string;
  readonly key: string | undefined;
  readonly part: ParameterExpansionPart;
}

type Of<T extends string> = Extract<ParameterOperation, { readonly type: T }>;

/** `${x:-y}`, `${x#y}`, `${x/a/b}`, `${x:1:2}`, `${x^}`, `${x@Q}`. */
export function* operate(
  shell: Shell,
  subject: Subject,
  value: Parameter,
  operation: ParameterOperation,
  set: (text: string) => void,
): Call<Parameter> {
  if (operation.type === 'Default') return yield* orElse(shell, subject, value, operation, set);
  if (operation.type === 'Unknown') {
    throw new ExpansionError(`${subject.part.text}: bad substitution`);
  }
  if (value.type === 'one' && value.text === undefined) {
    refuseUnset(shell, subject.name);
    if (operation.type === 'Transform') return one('');
  }
  switch (operation.type) {
    case 'Remove': {
      const pattern = yield* expandPattern(shell, operation.operand);
      return map(value, (text) => removeMatch(text, pattern, operation.operator));
    }
    case 'Replace': {
      const pattern = yield* expandPattern(shell, operation.pattern);
      const with_ = yield* replacement(shell, operation);
      return map(value, (text) => replaceMatch(text, pattern, with_, operation.operator));
    }
    case 'Slice':
      return yield* slice(shell, subject, value, operation);
    case 'CaseModification': {
      const given = operation.operand ? yield* expandPattern(shell, operation.operand) : '?';
      const matches = patternToRegExp(given);
      return map(value, (text) => changeCase(text, matches, operation.operator));
    }
    case 'Transform': {
      const letter = operation.operand.value;
      if (letter === 'A' || letter === 'a' || letter === 'K' || letter === 'k')
        return one(attributes(shell, subject, letter));
      return map(value, (text) => transform(shell, text, letter));
    }
    default:
      return value;
  }
}

function map(value: Parameter, change: (text: string) => string): Parameter {
  if (value.type === 'list') return list(value.items.map(change), value.star);
  return one(change(value.text ?? ''));
}

function* orElse(
  shell: Shell,
  { name, key, part }: Subject,
  value: Parameter,
  { operator, operand }: Of<'Default'>,
  set: (text: string) => void,
): Call<Parameter> {
  const unset = value.type === 'list' ? value.items.length === 0 : value.text === undefined;
  const empty = value.type === 'list' ? value.items.join('') === '' : !value.text;
  const missing = operator.startsWith(':') ? unset || empty : unset;
  switch (operator.replace(':', '')) {
    case '-':
      return missing ? yield* expandField(shell, operand) : value;
    case '+':
      return missing ? one('') : yield* expandField(shell, operand);
    case '=': {
      if (!missing) return value;
      const given = yield* expandText(shell, operand);
      set(given);
      return one(given);
    }
    default: {
      if (!missing) return value;
      const message = yield* expandText(shell, operand);
      const usual = operator === '?' ? 'parameter not set' : 'parameter null or not set';
      void part;
      const named = key === undefined ? name : `${name}[${key}]`;
      throw new UnboundError(`${named}: ${message || usual}`);
    }
  }
}

/** The replacement, with `&` for the match where it is not quoted. */
function* replacement(shell: Shell, { replacement: word }: Of<'Replace'>) {
  const text = yield* expandPattern(shell, word);
  return (match: string) =>
    text.replaceAll(/\\(.)|&/gs, (_all, quoted: string | undefined) => quoted ?? match);
}

function* slice(
  shell: Shell,
  { name, key }: Subject,
  value: Parameter,
  operation: Of<'Slice'>,
): Call<Parameter> {
  const offset = Number(shell.arithmetic((yield* expandText(shell, operation.offset)) || '0'));
  const length = operation.length
    ? Number(shell.arithmetic((yield* expandText(shell, operation.length)) || '0'))
    : undefined;
  if (value.type === 'one') {
    const letters = [...(value.text ?? '')];
    const start = offset < 0 ? letters.length + offset : offset;
    if (start < 0 || start > letters.length) return one('');
    const end =
      length === undefined ? letters.length : length < 0 ? letters.length + length : start + length;
    if (end < start) throw new ExpansionError(`${length}: substring expression < 0`);
    return one(letters.slice(start, end).join(''));
  }
  if (length !== undefined && length < 0) {
    throw new ExpansionError(`${length}: substring expression < 0`);
  }
  if (key === undefined) {
    const all = [shell.state.name, ...value.items];
    const start = offset < 0 ? all.length + offset : offset;
    const items =
      start < 0 ? [] : all.slice(start, length === undefined ? undefined : start + length);
    return list(items, value.star);
  }
  const elements = lookUpElements(shell, name) ?? new Map<string, string>();
  const numbers = keysOf(lookUp(shell, name), elements);
  const last = numbers.length === 0 ? -1 : Number(numbers.at(-1));
  const start = offset < 0 ? last + 1 + offset : offset;
  const from = numbers.filter((each) => Number(each) >= start).slice(0, length);
  return list(
    from.map((each) => elements.get(each) as string),
    value.star,
  );
}

function removeMatch(text: string, pattern: string, operator: string): string {
  const expression = patternToRegExp(pattern);
  const longest = operator.length === 2;
  for (let i = 0; i <= text.length; i++) {
    const length = longest ? text.length - i : i;
    if (operator.startsWith('#') && expression.test(text.slice(0, length)))
      return text.slice(length);
    if (operator.startsWith('%') && expression.test(text.slice(text.length - length)))
      return text.slice(0, text.length - length);
  }
  return text;
}

function replaceMatch(
  text: string,
  pattern: string,
  replacementOf: (match: string) => string,
  operator: string,
): string {
  if (pattern === '') return operator === '/#' ? replacementOf('') + text : text;
  const source = `(?:${patternSource(pattern)})`;
  const anchored = operator === '/#' ? `^${source}` : operator === '/%' ? `${source}$` : source;
  return text.replace(new RegExp(anchored, operator === '//' ? 'gu' : 'u'), replacementOf);
}

function changeCase(text: string, matches: RegExp, operator: string): string {
  const upper = operator.startsWith('^');
  const change = (letter: string) =>
    matches.test(letter) ? (upper ? letter.toUpperCase() : letter.toLowerCase()) : letter;
  const letters = [...text];
  if (operator.length === 2) return letters.map(change).join('');
  return letters.map((letter, index) => (index === 0 ? change(letter) : letter)).join('');
}

function transform(shell: Shell, text: string, letter: string): string {
  switch (letter) {
    case 'Q':
      return quoteWord(text, true);
    case 'U':
      return text.toUpperCase();
    case 'u':
      return text.slice(0, 1).toUpperCase() + text.slice(1);
    case 'L':
      return text.toLowerCase();
    case 'E':
      return unescapeAnsi(text);
    case 'P':
      return promptText(shell, text);
    default:
      throw new ExpansionError(`\${x@${letter}}: bad substitution`);
  }
}

function attributes(shell: Shell, { name }: Subject, letter: string): string {
  const found = lookUp(shell, name);
  if (!found) return '';
  if (letter === 'a') return found.flags;
  const elements = found.value instanceof Map ? found.value : undefined;
  if (elements) {
    const pairs = keysOf(found, elements).map(
      (key) => `${key} ${quoteWord(elements.get(key) as string, true)}`,
    );
    return letter === 'A' ? `declare -${found.flags} ${name}` : pairs.join(' ');
  }
  const text = quoteWord(String(found.value ?? ''), true);
  if (letter !== 'A') return text;
  return found.flags ? `declare -${found.flags} ${name}=${text}` : `${name}=${text}`;
}
