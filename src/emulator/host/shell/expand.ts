import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from 'unbash';
import type { Call, Sys } from '../syscalls.ts';
import { evaluate, evaluateText } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { expandGlob, isPattern, patternToRegExp } from './glob.ts';
import { valueOf, assign, type ShellState } from './state.ts';

/** What expansion needs of the shell that does it. */
export interface Expander {
  readonly state: ShellState;
  readonly sys: Sys;
  /** Output of a command substitution, without its last newlines. */
  substitute(text: string): Call<string>;
}

/** A failed expansion, as bash words it; the command is not run. */
export class ExpansionError extends Error {}

/** A piece of a field: quoted pieces are neither split nor patterns. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}
type Field = Piece[];

/** All fields that words become: braces, expansions, splitting, patterns. */
export function* expandWords(shell: Expander, words: readonly Word[]): Call<string[]> {
  const result: string[] = [];
  for (const word of words.flatMap(expandBraces)) {
    const fields = yield* expandFields(shell, word);
    for (const field of fields) result.push(...globField(shell, field));
  }
  return result;
}

/** One word as one text: no splitting, no patterns (assignments, redirections, `case`). */
export function* expandText(shell: Expander, word: Word | undefined): Call<string> {
  if (!word) return '';
  const fields = yield* expandFields(shell, word, true);
  return fields.map((field) => field.map(({ text }) => text).join('')).join(' ');
}

/** One word as a pattern: quoted letters are escaped. */
export function* expandPattern(shell: Expander, word: Word): Call<string> {
  const fields = yield* expandFields(shell, word, true);
  return fields.map(patternOf).join(' ');
}

function patternOf(field: Field): string {
  return field
    .map(({ text, quoted }) => (quoted ? text.replaceAll(/[*?[\]\\]/g, '\\$&') : text))
    .join('');
}

function globField(shell: Expander, field: Field): string[] {
  const plain = field.map(({ text }) => text).join('');
  if (shell.state.options.noglob) return [plain];
  const pattern = patternOf(field);
  if (!field.some(({ text, quoted }) => !quoted && /[*?[]/.test(text)) || !isPattern(pattern))
    return [plain];
  const found = expandGlob(shell.sys.files, pattern);
  return found.length > 0 ? found : [plain];
}

function* expandFields(shell: Expander, word: Word, whole = false): Call<Field[]> {
  const fields: Field[] = [];
  let current: Field | undefined;
  const add = (text: string, quoted: boolean) => {
    current ??= [];
    current.push({ text, quoted });
  };
  const cut = () => {
    if (current) fields.push(current);
    current = undefined;
  };
  const split = (text: string) => {
    if (whole) return add(text, false);
    const ifs = valueOf(shell.state, 'IFS') ?? ' \t\n';
    if (ifs === '') return add(text, false);
    const pieces = splitFields(text, ifs);
    if (pieces.leading) cut();
    pieces.fields.forEach((piece, index) => {
      if (index > 0) cut();
      add(piece, false);
    });
    if (pieces.trailing) cut();
  };
  const parts: readonly WordPart[] = word.parts ?? [
    { type: 'Literal', value: word.value, text: word.text, pos: word.pos, end: word.end },
  ];
  for (const [index, part] of parts.entries()) {
    switch (part.type) {
      case 'Literal': {
        const tilde = index === 0 ? expandTilde(shell, part.value, part.text) : undefined;
        if (tilde !== undefined) add(tilde, true);
        else add(part.value, part.text.includes('\\'));
        break;
      }
      case 'Glob':
      case 'ExtendedGlob':
        add(part.text, false);
        break;
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        add(part.value, true);
        break;
      case 'LocaleString':
      case 'DoubleQuoted':
        yield* quotedParts(shell, part.parts, add, cut);
        break;
      case 'ArithmeticExpansion':
        add(String(evaluate(shell.state, part.expression)), false);
        break;
      case 'CommandExpansion':
        split(yield* shell.substitute(commandText(part.text)));
        break;
      case 'SimpleExpansion':
      case 'ParameterExpansion': {
        const value = yield* parameter(shell, part);
        if (Array.isArray(value)) {
          value.forEach((each, i) => {
            if (i > 0) cut();
            split(each);
          });
        } else split(value as string);
        break;
      }
      case 'ProcessSubstitution':
        throw new ExpansionError(`${part.text}: process substitution is not modelled here`);
      case 'BraceExpansion':
        add(part.text, false);
        break;
    }
  }
  cut();
  return fields;
}

/** The inside of double quotes: one text, but `"$@"` gives a field for each parameter. */
function* quotedParts(
  shell: Expander,
  parts: readonly DoubleQuotedChild[],
  add: (text: string, quoted: boolean) => void,
  cut: () => void,
): Call<void> {
  add('', true);
  for (const part of parts) {
    switch (part.type) {
      case 'Literal':
        add(part.value, true);
        break;
      case 'ArithmeticExpansion':
        add(String(evaluate(shell.state, part.expression)), true);
        break;
      case 'CommandExpansion':
        add(yield* shell.substitute(commandText(part.text)), true);
        break;
      default: {
        const value = yield* parameter(shell, part);
        if (!Array.isArray(value)) {
          add(value as string, true);
          break;
        }
        if (isStar(part)) add(value.join((valueOf(shell.state, 'IFS') ?? ' ')[0] ?? ''), true);
        else {
          value.forEach((each, index) => {
            if (index > 0) cut();
            add(each, true);
          });
        }
      }
    }
  }
}

function isStar(part: { readonly type: string; readonly text: string }): boolean {
  return part.text === '$*' || part.text.endsWith('[*]}') || part.text === '${*}';
}

/** The script inside `$( )` or backquotes. */
function commandText(text: string): string {
  if (text.startsWith('$(')) return text.slice(2, -1);
  return text.slice(1, -1).replaceAll(/\\([`$\\])/g, '$1');
}

function expandTilde(shell: Expander, value: string, text: string): string | undefined {
  const match = /^~(\w*)(?=\/|$)/.exec(text);
  if (!match) return undefined;
  const home = match[1]
    ? match[1] === 'root'
      ? '/root'
      : `/home/${match[1]}`
    : (valueOf(shell.state, 'HOME') ?? '/');
  return home + value.slice(match[0].length);
}

function splitFields(text: string, ifs: string) {
  const white = [...ifs].filter((each) => /\s/.test(each)).join('');
  const hard = [...ifs].filter((each) => !/\s/.test(each)).join('');
  const cls = (set: string) => set.replaceAll(/[\\\]^-]/g, '\\$&');
  if (hard === '') {
    const pieces = text.split(new RegExp(`[${cls(white)}]+`));
    const leading = pieces[0] === '' && pieces.length > 1;
    const trailing = pieces.at(-1) === '' && pieces.length > 1;
    const fields = pieces.filter((each) => each !== '');
    return { fields, leading, trailing };
  }
  const trimmed = white
    ? text.replace(new RegExp(`^[${cls(white)}]+|[${cls(white)}]+$`, 'g'), '')
    : text;
  const separator = white
    ? `[${cls(white)}]*[${cls(hard)}][${cls(white)}]*|[${cls(white)}]+`
    : `[${cls(hard)}]`;
  const fields = trimmed.split(new RegExp(separator));
  if (fields.at(-1) === '') fields.pop();
  return { fields, leading: false, trailing: false };
}

/** Value of `$x` and `${x…}`; an array for `$@`, `$*` and whole arrays. */
function* parameter(
  shell: Expander,
  part: ParameterExpansionPart | { readonly type: 'SimpleExpansion'; readonly text: string },
): Call<string | string[]> {
  const { state } = shell;
  if (part.type === 'SimpleExpansion')
    return plain(state, part.text.slice(1)) ?? unset(state, part.text.slice(1));
  const { parameter: name, prefix, index, operation } = part;
  let value: string | string[] | undefined = plain(state, name);
  if (index) {
    const key = yield* expandText(shell, index);
    const array = state.variables.get(name)?.value;
    const list = typeof array === 'object' ? [...array] : array === undefined ? [] : [array];
    value = key === '@' || key === '*' ? list : list.at(evaluateText(state, key));
  }
  if (prefix === '#') {
    if (Array.isArray(value)) return String(value.length);
    return String([...(value ?? '')].length);
  }
  if (prefix === '!' && typeof value === 'string') value = plain(state, value);
  if (!operation) return value ?? unset(state, name);
  return yield* operate(shell, name, value, operation);
}

function unset(state: ShellState, name: string): string {
  if (state.options.nounset && !/^[@*#?$!-]$/.test(name))
    throw new ExpansionError(`${name}: unbound variable`);
  return '';
}

/** A parameter without operators; undefined where it is not set. */
function plain(state: ShellState, name: string): string | string[] | undefined {
  switch (name) {
    case '@':
    case '*':
      return [...state.positional];
    case '#':
      return String(state.positional.length);
    case '?':
      return String(state.status);
    case '$':
      return valueOf(state, '$') ?? '1';
    case '!':
      return state.background ? String(state.background) : '';
    case '-':
      return 'himBHs';
    case '0':
      return state.name;
  }
  if (/^\d+$/.test(name)) return state.positional[Number(name) - 1];
  return valueOf(state, name);
}

function* operate(
  shell: Expander,
  name: string,
  value: string | string[] | undefined,
  operation: NonNullable<ParameterExpansionPart['operation']>,
): Call<string | string[]> {
  const { state } = shell;
  const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  const text = Array.isArray(value) ? value.join(' ') : (value ?? '');
  const each = (change: (text: string) => string) =>
    Array.isArray(value) ? value.map(change) : change(text);
  switch (operation.type) {
    case 'Default': {
      const colon = operation.operator.startsWith(':');
      const missing = colon ? empty : value === undefined;
      switch (operation.operator.replace(':', '')) {
        case '-':
          return missing ? yield* expandText(shell, operation.operand) : (value as string);
        case '=': {
          if (!missing) return value as string;
          const given = yield* expandText(shell, operation.operand);
          assign(state, name, given);
          return given;
        }
        case '+':
          return missing ? '' : yield* expandText(shell, operation.operand);
        default: {
          if (!missing) return value as string;
          const message = yield* expandText(shell, operation.operand);
          throw new ExpansionError(`${name}: ${message || 'parameter null or not set'}`);
        }
      }
    }
    case 'Remove': {
      const pattern = yield* expandPattern(shell, operation.operand);
      return each((one) => removeMatch(one, pattern, operation.operator));
    }
    case 'Replace': {
      const pattern = yield* expandPattern(shell, operation.pattern);
      const replacement = yield* expandText(shell, operation.replacement);
      return each((one) => replaceMatch(one, pattern, replacement, operation.operator));
    }
    case 'Slice': {
      const offset = evaluateText(state, (yield* expandText(shell, operation.offset)) || '0');
      const length = operation.length
        ? evaluateText(state, yield* expandText(shell, operation.length))
        : undefined;
      const cut = <T extends string | string[]>(all: T): T => {
        const start = offset < 0 ? Math.max(0, all.length + offset) : offset;
        const end =
          length === undefined ? all.length : length < 0 ? all.length + length : start + length;
        return all.slice(start, end) as T;
      };
      return Array.isArray(value) ? cut(name === '@' ? [state.name, ...value] : value) : cut(text);
    }
    case 'CaseModification': {
      const upper = operation.operator.startsWith('^');
      const all = operation.operator.length === 2;
      const change = (one: string) => (upper ? one.toUpperCase() : one.toLowerCase());
      return each((one) => (all ? change(one) : change(one.slice(0, 1)) + one.slice(1)));
    }
    case 'Names':
      return [...state.variables.keys()].filter((key) => key.startsWith(name)).sort();
    case 'Transform':
      return `'${text.replaceAll("'", "'\\''")}'`;
    case 'Unknown':
      throw new ExpansionError(`\${${name}${operation.operator}}: bad substitution`);
  }
}

function removeMatch(text: string, pattern: string, operator: string): string {
  const expression = patternToRegExp(pattern);
  const lengths = Array.from({ length: text.length + 1 }, (_, i) => i);
  const order = operator.length === 2 ? lengths.toReversed() : lengths;
  for (const length of order) {
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
  replacement: string,
  operator: string,
): string {
  const source = patternToRegExp(pattern).source.slice(1, -1);
  const anchored = operator === '/#' ? `^${source}` : operator === '/%' ? `${source}$` : source;
  return text.replace(new RegExp(anchored, operator === '//' ? 'g' : ''), () => replacement);
}
