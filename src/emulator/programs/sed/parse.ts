import { compileRegular, RegularError } from '../gnu/regular.ts';
import { parseReplacement, toPattern } from './replacement.ts';
import {
  SedError,
  type Address,
  type Command,
  type RangeEnd,
  type Substitution,
} from './script.ts';

/** Reads a script; throws SedError. Follows GNU sed's `compile.c` in what it says. */
export function parseScript(script: string, extended: boolean): Command[] {
  const commands: Command[] = [];
  const open: { readonly index: number; readonly at: number }[] = [];
  const reader = createScriptReader(script, extended);
  for (;;) {
    reader.skip(/[\s;]/);
    if (reader.ended()) break;
    const command = reader.command();
    if (command.name === '#') continue;
    if (command.name === '{') open.push({ index: commands.length, at: reader.place() });
    if (command.name === '}') {
      const begun = open.pop();
      if (!begun) throw new SedError("unexpected `}'", reader.place());
      (commands[begun.index] as Command).goTo = commands.length + 1;
    }
    commands.push(command);
  }
  if (open.length > 0) throw new SedError("unmatched `{'", 0);
  resolveLabels(commands);
  return commands;
}

function resolveLabels(commands: readonly Command[]): void {
  const labels = new Map<string, number>();
  for (const [index, { name, text }] of commands.entries()) {
    if (name === ':') labels.set(text, index);
  }
  for (const command of commands) {
    if (!'btT'.includes(command.name)) continue;
    const found = command.text === '' ? commands.length : labels.get(command.text);
    if (found === undefined)
      throw new SedError(`can't find label for jump to \`${command.text}'`, -1);
    command.goTo = found;
  }
}

interface ScriptReader {
  skip(letters: RegExp): void;
  ended(): boolean;
  place(): number;
  command(): Command;
}

function createScriptReader(script: string, extended: boolean): ScriptReader {
  let at = 0;
  const fail = (text: string): never => {
    throw new SedError(text, at);
  };
  const skip = (letters: RegExp) => {
    while (at < script.length && letters.test(script[at] as string)) at += 1;
  };
  const blanks = () => skip(/[ \t]/);
  const digits = (): string => {
    const found = /^\d+/.exec(script.slice(at))?.[0] ?? '';
    at += found.length;
    return found;
  };
  const rest = (letters: RegExp): string => {
    const found = letters.exec(script.slice(at))?.[0] ?? '';
    at += found.length;
    return found;
  };
  /** Text up to a delimiter; inside of brackets it is a letter like others. */
  const delimited = (mark: string, isPattern: boolean, unended: string): string => {
    let text = '';
    for (;;) {
      const letter = script[at++];
      if (letter === undefined || (letter === '\n' && isPattern)) {
        at -= 1;
        return fail(unended);
      }
      if (letter === mark) return text;
      if (letter === '\\') {
        const next = script[at++];
        if (next === undefined) return fail(unended);
        if (next === mark) text += mark === '&' || isSpecial(mark, isPattern) ? `\\${mark}` : mark;
        else text += `\\${next}`;
      } else text += letter;
    }
  };
  /** A delimiter that means something in an expression loses that when it is escaped. */
  const isSpecial = (mark: string, isPattern: boolean) =>
    isPattern && /[.*[\]^$+?(){}|]/.test(mark);
  const compile = (text: string, flags: string): RegExp | undefined => {
    if (text === '') return undefined;
    try {
      return compileRegular(toPattern(text), extended ? 'extended' : 'basic', flags);
    } catch (problem) {
      if (!(problem instanceof RegularError)) throw problem;
      return fail(problem.message);
    }
  };
  const address = (): Address | undefined => {
    const first = digits();
    if (first !== '') {
      if (script[at] !== '~') return { type: 'line', line: Number(first) };
      at += 1;
      return { type: 'step', first: Number(first), step: Number(digits()) };
    }
    if (script[at] === '$') {
      at += 1;
      return { type: 'last' };
    }
    let mark = script[at];
    if (mark === '\\') mark = script[++at];
    else if (mark !== '/') return undefined;
    at += 1;
    const text = delimited(mark as string, true, 'unterminated address regex');
    const flags = rest(/^[IM]*/);
    return { type: 'match', pattern: compile(text, flags.toLowerCase()) };
  };
  const rangeEnd = (): RangeEnd => {
    blanks();
    const none = () => {
      at += 1;
      return fail("unexpected `,'");
    };
    const sign = script[at];
    if (sign === '+' || sign === '~') {
      at += 1;
      const count = Number(digits() || fail('expected number'));
      return sign === '+' ? { type: 'more', lines: count } : { type: 'multiple', of: count };
    }
    return address() ?? none();
  };
  /** Text of `a`, `i` and `c`: on the same line, or after a backslash and a line's end. */
  const added = (): string => {
    blanks();
    if (at >= script.length) return fail("expected \\ after `a', `c' or `i'");
    if (script[at] === '\\') {
      at += 1;
      blanks();
      if (script[at] === '\n') at += 1;
    }
    let text = '';
    while (at < script.length && script[at] !== '\n') {
      if (script[at] === '\\' && at + 1 < script.length) at += 1;
      text += script[at++];
    }
    at += 1;
    return `${text}\n`;
  };
  const substitution = (): Substitution => {
    const unended = "unterminated `s' command";
    const mark = script[at++];
    if (mark === undefined || mark === '\n' || mark === '\\') return fail(unended);
    const pattern = delimited(mark, true, unended);
    const replacement = delimited(mark, false, unended);
    let [all, print, nth, flags] = [false, false, 1, ''];
    let file: string | undefined;
    for (;;) {
      const letter = script[at];
      if (letter === 'g') all = true;
      else if (letter === 'p') print = true;
      else if (letter === 'i' || letter === 'I') flags += 'i';
      else if (letter === 'm' || letter === 'M') flags += 'm';
      else if (letter === 'w') {
        at += 1;
        blanks();
        file = rest(/^[^\n]*/) || fail('missing filename in r/R/w/W commands');
        break;
      } else if (letter === 'e') fail('e is not modelled here');
      else if (letter !== undefined && /\d/.test(letter)) {
        nth = Number(digits());
        if (nth === 0) fail("number option to `s' command may not be zero");
        continue;
      } else break;
      at += 1;
    }
    if (!endsCommand()) {
      at += 1;
      fail("unknown option to `s'");
    }
    const made = compile(pattern, flags);
    const parts = parseReplacement(replacement);
    const groups = made ? (new RegExp(`${made.source}|`, 'u').exec('')?.length ?? 1) - 1 : 9;
    for (const part of parts) {
      if ('group' in part && part.group > groups) {
        fail(`invalid reference \\${part.group} on \`s' command's RHS`);
      }
    }
    return { pattern: made, replacement: parts, all, nth, print, file };
  };
  const endsCommand = () => {
    blanks();
    return at >= script.length || /[\n;}#]/.test(script[at] as string);
  };
  const letters = (): ReadonlyMap<string, string> => {
    const unended = "unterminated `y' command";
    const mark = script[at++];
    if (mark === undefined) return fail(unended);
    const plain = (text: string) =>
      text.replaceAll(
        /\\([^])/g,
        (_all, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter,
      );
    const from = [...plain(delimited(mark, false, unended))];
    const to = [...plain(delimited(mark, false, unended))];
    if (from.length !== to.length) fail("strings for `y' command are different lengths");
    return new Map(from.map((letter, index) => [letter, to[index] as string]));
  };
  const command = (): Command => {
    const from = address();
    blanks();
    let to: RangeEnd | undefined;
    if (from && script[at] === ',') {
      at += 1;
      to = rangeEnd();
      blanks();
    }
    let negated = false;
    while (script[at] === '!') {
      negated = true;
      at += 1;
      blanks();
    }
    const name = script[at++];
    if (name === undefined) {
      at -= 1;
      return fail('missing command');
    }
    const base = { name, from, to, negated, text: '', number: undefined, goTo: -1 };
    return { ...base, substitution: undefined, letters: undefined, ...words(name, from) };
  };
  /** What follows a command's letter. */
  const words = (name: string, from: Address | undefined): Partial<Command> => {
    switch (name) {
      case '#':
        if (from) fail("comments don't accept any addresses");
        rest(/^[^\n]*/);
        return {};
      case '{':
        return {};
      case '}':
        if (from) fail("} doesn't want any addresses");
        return ending();
      case 's':
        return { substitution: substitution() };
      case 'y':
        return { letters: letters(), ...ending() };
      case 'a':
      case 'i':
      case 'c':
        return { text: added() };
      case ':':
        if (from) fail(": doesn't want any addresses");
        blanks();
        return { text: rest(/^[^\n;]*/).trim() || fail('":" lacks a label') };
      case 'b':
      case 't':
      case 'T':
        blanks();
        return { text: rest(/^[^\n;}]*/).trim() };
      case 'r':
      case 'R':
      case 'w':
      case 'W':
        blanks();
        return { text: rest(/^[^\n]*/) || fail('missing filename in r/R/w/W commands') };
      case 'q':
      case 'Q':
      case 'l':
      case 'L': {
        blanks();
        const number = digits();
        return { number: number === '' ? undefined : Number(number), ...ending() };
      }
      default:
        if (!'=dDgGhHnNpPxzF'.includes(name)) fail(`unknown command: \`${name}'`);
        return ending();
    }
  };
  const ending = (): Partial<Command> => {
    if (!endsCommand()) {
      at += 1;
      fail('extra characters after command');
    }
    return {};
  };
  return { skip, ended: () => at >= script.length, place: () => at, command };
}
