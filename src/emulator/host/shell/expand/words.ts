import type { DoubleQuotedChild, Word, WordPart } from 'unbash';
import { parse } from 'unbash';
import type { Call } from '../../syscalls.ts';
import { evaluateArithmetic } from '../arithmetic.ts';
import { substitute } from '../substitute.ts';
import type { Shell } from '../shell.ts';
import { valueOf } from '../variables.ts';
import { expandBraces } from './braces.ts';
import { expandGlob } from './glob.ts';
import { list, one, parameter, simpleParameter, type Parameter } from './parameter.ts';
import { isPattern, quotePattern } from './pattern.ts';
import { processSubstitution } from './process.ts';
import { splitFields } from './split.ts';
import { expandTilde } from './tilde.ts';

/** A piece of a field: quoted pieces are neither split nor patterns. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}
type Field = Piece[];

/** All fields that words become: braces, expansions, splitting, file names. */
export function* expandWords(shell: Shell, words: readonly Word[]): Call<string[]> {
  const result: string[] = [];
  for (const word of words) {
    if (!word.parts && !/[~\\*?[]/.test(word.text)) {
      result.push(word.value);
      continue;
    }
    for (const each of bracesOf(shell, word)) {
      for (const field of yield* expandFields(shell, each, 'split')) {
        result.push(...globField(shell, field));
      }
    }
  }
  return result;
}

function bracesOf(shell: Shell, word: Word): readonly Word[] {
  if (!word.parts || !shell.state.options.braceexpand) return [word];
  const known = shell.braces.get(word);
  if (known) return known;
  const made = expandBraces(word);
  if (made.length > 1) shell.braces.set(word, made);
  return made;
}

/** One word as one text: no splitting, no file names (assignments, redirections, `case`). */
export function* expandText(shell: Shell, word: Word | undefined): Call<string> {
  if (!word) return '';
  if (!word.parts && !word.text.startsWith('~')) return word.value;
  const fields = yield* expandFields(shell, word, 'whole');
  return fields.map(textOf).join(' ');
}

/** The value of an assignment: as a text, with `~` after each colon too. */
export function* expandAssigned(shell: Shell, word: Word): Call<string> {
  if (!word.parts && word.text.includes('~')) {
    const parts = word.text.split(':').map((each) => expandTilde(shell, each) ?? each);
    if (!/['"\\]/.test(word.text)) return parts.join(':');
  }
  return yield* expandText(shell, word);
}

/** One word as a pattern: quoted letters are escaped. */
export function* expandPattern(shell: Shell, word: Word): Call<string> {
  if (!word.parts) return word.text === word.value ? word.value : patternOfLiteral(word.text);
  const fields = yield* expandFields(shell, word, 'whole');
  return fields.map(patternOf).join(' ');
}

/** A literal pattern: a backslash stays, so that it quotes. */
function patternOfLiteral(text: string): string {
  return text;
}

/** The operand of `${x:-…}`: a list where it holds `"$@"`, else one text. */
export function* expandField(shell: Shell, word: Word): Call<Parameter> {
  const fields = yield* expandFields(shell, word, 'whole');
  if (fields.length > 1) return list(fields.map(textOf), false);
  return one(fields[0] ? textOf(fields[0]) : '');
}

/** A text that stands between double quotes, as arithmetic and here-documents do. */
export function* expandQuoted(shell: Shell, text: string): Call<string> {
  if (!/[$`\\]/.test(text)) return text;
  const command = parse(`: "${text.replaceAll('"', '\\"')}"`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.suffix[0] : undefined;
  return word?.type === 'Word' ? yield* expandText(shell, word) : text;
}

const textOf = (field: Field) => field.map(({ text }) => text).join('');

function patternOf(field: Field): string {
  return field.map(({ text, quoted }) => (quoted ? quotePattern(text) : text)).join('');
}

function globField({ state, sys }: Shell, field: Field): string[] {
  const plain = textOf(field);
  if (
    state.options.noglob ||
    !field.some(({ text, quoted }) => !quoted && /[*?[]|[+@!]\(/.test(text))
  )
    return [plain];
  const pattern = patternOf(field);
  if (!isPattern(pattern)) return [plain];
  const on = (name: string) => state.shopt.has(name);
  const options = {
    dotglob: on('dotglob'),
    globstar: on('globstar'),
    nocaseglob: on('nocaseglob'),
  };
  const found = expandGlob(sys.files, pattern, options);
  if (found.length > 0 || on('nullglob')) return found;
  return [plain];
}

/** Collects the pieces of a word into fields. */
interface Collector {
  readonly fields: Field[];
  add(text: string, quoted: boolean): void;
  cut(): void;
}

function createCollector(): Collector {
  const fields: Field[] = [];
  let current: Field | undefined;
  return {
    fields,
    add(text, quoted) {
      current ??= [];
      current.push({ text, quoted });
    },
    cut() {
      if (current) fields.push(current);
      current = undefined;
    },
  };
}

function* expandFields(shell: Shell, word: Word, how: 'split' | 'whole'): Call<Field[]> {
  const made = createCollector();
  const parts: readonly WordPart[] = word.parts ?? [
    { type: 'Literal', value: word.value, text: word.text, pos: word.pos, end: word.end },
  ];
  for (const [index, part] of parts.entries()) yield* onePart(shell, part, index, how, made);
  made.cut();
  return made.fields;
}

function* onePart(
  shell: Shell,
  part: WordPart,
  index: number,
  how: 'split' | 'whole',
  made: Collector,
): Call<void> {
  switch (part.type) {
    case 'Literal': {
      const tilde = index === 0 ? expandTilde(shell, part.text) : undefined;
      if (tilde === undefined) return made.add(part.value, true);
      return made.add(tilde, true);
    }
    case 'Glob':
      if (part.kind === 'bracket' && part.parts)
        return yield* bracket(shell, part.parts, how, made);
      return made.add(part.text, false);
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return made.add(part.text, false);
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return made.add(part.value, true);
    case 'LocaleString':
    case 'DoubleQuoted':
      return yield* quotedParts(shell, part.parts, made);
    case 'ArithmeticExpansion':
      return split(shell, yield* arithmeticText(shell, part.text), how, made);
    case 'CommandExpansion':
      return split(shell, yield* substitute(shell, part), how, made);
    case 'ProcessSubstitution':
      return made.add(yield* processSubstitution(shell, part), true);
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const value =
        part.type === 'SimpleExpansion'
          ? simpleParameter(shell, part.text.slice(1))
          : yield* parameter(shell, part);
      if (value.type === 'one') return split(shell, value.text ?? '', how, made);
      value.items.forEach((each, i) => {
        if (i > 0) made.cut();
        split(shell, each, how, made);
      });
    }
  }
}

/** `[$x]`: a set of letters that holds more than letters. */
function* bracket(
  shell: Shell,
  parts: readonly WordPart[],
  how: 'split' | 'whole',
  made: Collector,
): Call<void> {
  made.add('[', false);
  for (const part of parts) {
    if (part.type === 'Literal') made.add(part.text, false);
    else yield* onePart(shell, part, 1, how, made);
  }
  made.add(']', false);
}

function split(shell: Shell, text: string, how: 'split' | 'whole', made: Collector): void {
  const ifs = valueOf(shell, 'IFS') ?? ' \t\n';
  if (how === 'whole' || ifs === '') {
    if (text !== '' || how === 'whole') made.add(text, false);
    return;
  }
  const pieces = splitFields(text, ifs);
  if (pieces.leading) made.cut();
  pieces.fields.forEach((piece, i) => {
    if (i > 0) made.cut();
    made.add(piece, false);
  });
  if (pieces.trailing) made.cut();
}

/** The inside of double quotes: one text, but `"$@"` gives a field for each parameter. */
function* quotedParts(
  shell: Shell,
  parts: readonly DoubleQuotedChild[],
  made: Collector,
): Call<void> {
  if (parts.length === 0) made.add('', true);
  for (const part of parts) {
    switch (part.type) {
      case 'Literal':
        made.add(part.value, true);
        break;
      case 'ArithmeticExpansion':
        made.add(yield* arithmeticText(shell, part.text), true);
        break;
      case 'CommandExpansion':
        made.add(yield* substitute(shell, part), true);
        break;
      default: {
        const value =
          part.type === 'SimpleExpansion'
            ? simpleParameter(shell, part.text.slice(1))
            : yield* parameter(shell, part);
        if (value.type === 'one') made.add(value.text ?? '', true);
        else if (value.star) {
          made.add(value.items.join((valueOf(shell, 'IFS') ?? ' ').slice(0, 1)), true);
        } else {
          value.items.forEach((each, i) => {
            if (i > 0) made.cut();
            made.add(each, true);
          });
        }
      }
    }
  }
}

/** `$(( … ))` or `$[ … ]` as digits. */
function* arithmeticText(shell: Shell, text: string): Call<string> {
  const inside = text.startsWith('$[') ? text.slice(2, -1) : text.slice(3, -2);
  return String(evaluateArithmetic(shell, yield* expandQuoted(shell, inside)));
}
