import { isErrno } from '../../host/errno.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Tool } from '../gnu/tool.ts';
import { createLines, type Lines } from './lines.ts';
import { replace } from './replacement.ts';
import { SedError, type Address, type Command } from './script.ts';

/** Options that a run goes by. */
export interface Mode {
  readonly quiet: boolean;
  /** In place: what it keeps of the old file (`''` is nothing); undefined for standard output. */
  readonly backup: string | undefined;
  readonly separate: boolean;
  readonly end: string;
}

interface State {
  readonly tool: Tool;
  readonly mode: Mode;
  readonly lines: Lines;
  readonly active: Map<Command, number>;
  pattern: string;
  hold: string;
  substituted: boolean;
  /** The expression that was used last, for an empty one. */
  last: RegExp | undefined;
  /** What `a` and `r` have put behind the line. */
  behind: string;
  code: number | undefined;
}

type Next = 'end' | 'quit' | 'quit-silent' | 'restart' | 'delete' | number;

/** Runs a script over all files; gives the exit code. */
export function* runScript(
  tool: Tool,
  commands: readonly Command[],
  files: readonly string[],
  mode: Mode,
): Call<number> {
  const lines = createLines(tool, files, mode);
  const state: State = {
    tool,
    mode,
    lines,
    active: new Map(),
    pattern: '',
    hold: '',
    substituted: false,
    last: undefined,
    behind: '',
    code: undefined,
  };
  let fresh = true;
  for (;;) {
    if (fresh) {
      const line = yield* lines.next();
      if (line === undefined) break;
      state.pattern = line;
      state.substituted = false;
    }
    const end = yield* cycle(state, commands);
    fresh = end !== 'restart';
    if ((end === 'end' || end === 'quit') && !mode.quiet) yield* lines.print(state.pattern);
    yield* flushBehind(state);
    if (end === 'quit' || end === 'quit-silent') {
      yield* lines.finish(end === 'quit');
      return state.code ?? 0;
    }
  }
  yield* lines.finish(false);
  return lines.failed() ? 2 : 0;
}

function* flushBehind(state: State): Call<void> {
  const { behind } = state;
  state.behind = '';
  if (behind !== '') yield* state.lines.write(behind);
}

/** One pass of the script over the pattern space. */
function* cycle(state: State, commands: readonly Command[]): Call<Next> {
  for (let at = 0; at < commands.length;) {
    const command = commands[at] as Command;
    if (!(yield* applies(state, command))) {
      at = command.name === '{' ? command.goTo : at + 1;
      continue;
    }
    const next = yield* act(state, command);
    if (typeof next === 'string') return next;
    if (next >= 0) {
      if (next <= at) yield* state.tool.sys.step();
      at = next;
    } else at += 1;
  }
  return 'end';
}

function* applies(state: State, command: Command): Call<boolean> {
  return (yield* inRange(state, command)) !== command.negated;
}

function* inRange(state: State, command: Command): Call<boolean> {
  const { from, to } = command;
  if (!from) return true;
  if (!to) return yield* hits(state, from);
  const line = state.lines.number();
  const end = state.active.get(command);
  if (end === undefined) {
    const zero = from.type === 'line' && from.line === 0 && to.type === 'match';
    if (!(zero && line === 1) && !(yield* hits(state, from))) return false;
    if (zero && (yield* hits(state, to as Address))) return true;
    const last =
      to.type === 'more'
        ? line + to.lines
        : to.type === 'multiple'
          ? Math.ceil(line / Math.max(1, to.of)) * to.of
          : to.type === 'line'
            ? to.line
            : Infinity;
    if (last > line) state.active.set(command, last);
    return true;
  }
  // A line's number that is over already ends the range before this line.
  if (end < line) {
    state.active.delete(command);
    return yield* hits(state, from);
  }
  const over = end !== Infinity ? line >= end : yield* hits(state, to as Address);
  if (over) state.active.delete(command);
  return true;
}

function* hits(state: State, address: Address): Call<boolean> {
  const line = state.lines.number();
  switch (address.type) {
    case 'line':
      return line === address.line;
    case 'step':
      if (address.step === 0) return line === address.first;
      return line >= address.first && (line - address.first) % address.step === 0;
    case 'last':
      return yield* state.lines.isLast();
    case 'match':
      return used(state, address.pattern).test(state.pattern);
  }
}

function used(state: State, pattern: RegExp | undefined): RegExp {
  const found = pattern ?? state.last;
  if (!found) throw new SedError('no previous regular expression', 0);
  state.last = found;
  return found;
}

/** Does a command; where to go on: -1 is the next one. */
function* act(state: State, command: Command): Call<Next> {
  const { lines, mode } = state;
  switch (command.name) {
    case 's':
      return yield* substitute(state, command);
    case 'y':
      state.pattern = [...state.pattern]
        .map((letter) => command.letters?.get(letter) ?? letter)
        .join('');
      return -1;
    case 'd':
      return 'delete';
    case 'D': {
      const cut = state.pattern.indexOf('\n');
      if (cut < 0) return 'delete';
      state.pattern = state.pattern.slice(cut + 1);
      return 'restart';
    }
    case 'n':
      return yield* nextLine(state, mode.quiet);
    case 'N': {
      const before = state.pattern;
      yield* flushBehind(state);
      const line = yield* lines.next();
      // Without a next line GNU sed prints what it has, unless POSIX is asked for.
      if (line === undefined) return 'quit';
      state.pattern = `${before}\n${line}`;
      return -1;
    }
    case 'q':
    case 'Q':
      state.code = command.number;
      return command.name === 'q' ? 'quit' : 'quit-silent';
    case 'b':
      return command.goTo;
    case 't':
    case 'T': {
      const jumps = state.substituted === (command.name === 't');
      state.substituted = false;
      return jumps ? command.goTo : -1;
    }
    default:
      return 'pP=iacrwWlF'.includes(command.name)
        ? yield* output(state, command)
        : space(state, command.name);
  }
}

/** Commands that write something. */
function* output(state: State, command: Command): Call<Next> {
  const { lines } = state;
  switch (command.name) {
    case '=':
      yield* lines.write(`${lines.number()}\n`);
      return -1;
    case 'p':
      yield* lines.print(state.pattern);
      return -1;
    case 'P':
      yield* lines.write(`${state.pattern.split('\n')[0]}\n`);
      return -1;
    case 'i':
      yield* lines.write(command.text);
      return -1;
    case 'a':
      state.behind += command.text;
      return -1;
    case 'c':
      // A range is changed as a whole, at its end.
      if (!command.to || command.negated || !state.active.has(command)) {
        yield* lines.write(command.text);
      }
      return 'delete';
    case 'r': {
      const found = state.tool.sys.files.read(command.text);
      if (!isErrno(found)) state.behind += found.text;
      return -1;
    }
    case 'w':
      yield* lines.writeTo(command.text, `${state.pattern}\n`);
      return -1;
    case 'W':
      yield* lines.writeTo(command.text, `${state.pattern.split('\n')[0]}\n`);
      return -1;
    case 'l':
      yield* lines.write(`${visible(state.pattern)}$\n`);
      return -1;
    case 'F':
      yield* lines.write(`${lines.file()}\n`);
      return -1;
    default:
      return -1;
  }
}

function* nextLine(state: State, quiet: boolean): Call<Next> {
  if (yield* state.lines.isLast()) return 'quit';
  if (!quiet) yield* state.lines.print(state.pattern);
  yield* flushBehind(state);
  state.pattern = (yield* state.lines.next()) ?? '';
  return -1;
}

/** Commands between the pattern space and the hold space; `{`, `}` and labels do nothing. */
function space(state: State, name: string): Next {
  const { pattern, hold } = state;
  if (name === 'g') state.pattern = hold;
  if (name === 'G') state.pattern = `${pattern}\n${hold}`;
  if (name === 'h') state.hold = pattern;
  if (name === 'H') state.hold = `${hold}\n${pattern}`;
  if (name === 'x') [state.pattern, state.hold] = [hold, pattern];
  if (name === 'z') state.pattern = '';
  return -1;
}

function* substitute(state: State, { substitution }: Command): Call<Next> {
  if (!substitution) return -1;
  const { replacement, all, nth, print, file } = substitution;
  const pattern = used(state, substitution.pattern);
  let count = 0;
  let end = -1;
  let made = false;
  state.pattern = state.pattern.replace(
    new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`),
    (found: string, ...rest) => {
      const place = rest.findIndex((each) => typeof each === 'number');
      const at = rest[place] as number;
      // Right behind a match nothing is no match of its own.
      if (found === '' && at === end) return '';
      end = at + found.length;
      count += 1;
      if (count < nth || (!all && count > nth)) return found;
      made = true;
      return replace(replacement, [found, ...(rest.slice(0, place) as string[])]);
    },
  );
  if (!made) return -1;
  state.substituted = true;
  if (print) yield* state.lines.print(state.pattern);
  if (file !== undefined) yield* state.lines.writeTo(file, `${state.pattern}\n`);
  return -1;
}

/** As `l` shows a line. */
function visible(text: string): string {
  const known: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
    '\x07': '\\a',
  };
  const bytes = new TextEncoder();
  return [...text]
    .map((letter) => {
      if (known[letter] !== undefined) return known[letter];
      if (letter >= ' ' && letter <= '~') return letter;
      return [...bytes.encode(letter)].map((b) => `\\${b.toString(8).padStart(3, '0')}`).join('');
    })
    .join('');
}
