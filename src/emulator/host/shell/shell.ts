import type { CommandNode, Word } from 'unbash';
import type { Call, Fd, Signal, Sys } from '../syscalls.ts';
import type { Source, SyntaxError } from './parse.ts';
import type { ShellState, Variable } from './state.ts';

/** Leaves loops, functions, the command line being worked off, or the shell. */
export class Flow extends Error {
  readonly kind: 'break' | 'continue' | 'return' | 'exit' | 'discard';
  readonly value: number;
  constructor(kind: Flow['kind'], value: number) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}

/** How bash, dash and the ash of busybox differ in what they say. */
export interface ShellLook {
  readonly name: 'bash' | 'dash' | 'ash';
  readonly bash: boolean;
  /** PS1 where the environment has none; a function of who the user is. */
  readonly prompt: string;
  /** Builtins of bash that it does not have. */
  readonly absent: ReadonlySet<string>;
}

/** A function that is being called. */
export interface FunctionCall {
  readonly name: string;
  /** What `local` hid, to be put back. */
  readonly hidden: Map<string, Variable | undefined>;
}

/** A function's body, read; `source` is what its positions point into. */
export interface FunctionBody {
  readonly node: CommandNode;
  readonly source: Source;
}

/** A shell that runs: its state, its process, and where it is in its text. */
export interface Shell {
  readonly look: ShellLook;
  readonly state: ShellState;
  readonly sys: Sys;
  /** Name in messages: `bash`, `sh`, or what `-c` was given as `$0`. */
  readonly title: string;
  readonly started: number;
  readonly interactive: boolean;
  /** It, or the shell that it is a copy of, reads from a prompt: messages tell no line. */
  readonly prompted: boolean;
  /** Text that the syntax tree being walked points into. */
  source: Source;
  /** Line of the command that runs. */
  line: number;
  /** Where descriptors of the shell's own commands go, changed by redirections. */
  readonly fds: Map<Fd, Fd | 'null'>;
  /** Signals with a trap that came and whose action has not run. */
  readonly signals: Signal[];
  /** Ctrl-C came while the prompt's shell was running something. */
  interrupted: boolean;
  /** `exit` was refused once because of stopped jobs. */
  warned: boolean;
  /** Depths: conditions under which `set -e` does not count, loops, sourced files, `( )`. */
  guards: number;
  loops: number;
  sourced: number;
  subshells: number;
  /** Depth of texts within texts, which `set -x` shows: `eval`, `source`, `$( )`. */
  indirection: number;
  readonly calls: FunctionCall[];
  readonly bodies: Map<string, FunctionBody>;
  /** Braces in words, expanded once. */
  readonly braces: Map<Word, readonly Word[]>;
  /** Where `getopts` is: the word, and the letter in it. */
  optionIndex: number;
  optionOffset: number;
  /** `$_`. */
  lastWord: string;
  /** Status of the last command substitution of the command being expanded. */
  substituted: number | undefined;
  /** Files that stand for process substitutions of the command being run. */
  readonly substitutions: { readonly path: string; readonly feed: Word | undefined }[];
  out(text: string): Call<void>;
  /** Says something on standard error, after the shell's name and line. */
  complain(text: string): Call<void>;
  write(fd: Fd, text: string): Call<void>;
  arithmetic(text: string): bigint;
}

/** `bash: line 3: `, `s.sh: line 3: `, `sh: 3: `, or just `bash: ` at a prompt. */
export function prefixOf({ look, source, prompted, title, line }: Shell): string {
  const name = source.kind === 'file' ? source.name : title;
  if (source.kind !== 'file' && prompted) return `${name}: `;
  if (look.name === 'dash') return `${name}: ${line}: `;
  if (look.name === 'ash') return source.kind === 'file' ? `${name}: line ${line}: ` : `${name}: `;
  return `${name}: line ${line}: `;
}

/** What is said of a text that cannot be read: one line, or two with the text itself. */
export function* complainSyntax(shell: Shell, error: SyntaxError): Call<void> {
  const { source, title, interactive, look } = shell;
  const token = /unexpected token `(.*)'$/.exec(error.message)?.[1];
  if (look.name !== 'bash') {
    const quoted = token === 'newline' ? 'newline' : `"${token}"`;
    const ash = look.name === 'ash';
    const why = error.message.includes('matching')
      ? `${ash ? 'unterminated' : 'Unterminated'} quoted string`
      : token === undefined
        ? ash
          ? 'unexpected end of file'
          : 'end of file unexpected'
        : ash
          ? `unexpected ${quoted}`
          : `${quoted} unexpected`;
    const at = ash ? '' : `${error.line}: `;
    const where =
      source.kind === 'file' ? `${source.name}: ${ash ? `line ${error.line}: ` : at}` : '';
    yield* shell.write(
      2,
      `${where || `${title}: ${at}`}${ash ? 'syntax' : 'Syntax'} error: ${why}\n`,
    );
    return;
  }
  if (source.kind === 'input' && interactive) {
    yield* shell.write(2, `${title}: ${error.message}\n`);
    return;
  }
  const name = source.kind === 'file' ? source.name : title;
  const kind = { command: '-c: ', eval: 'eval: ', file: '', input: '' }[source.kind];
  const lead = `${name}: ${kind}line ${error.line}: `;
  yield* shell.write(2, `${lead}${error.message}\n`);
  if (error.shown !== undefined) yield* shell.write(2, `${lead}\`${error.shown}'\n`);
}

/** Numbers of signals on Linux. */
export const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
};

/** Name of a signal that a word means: `9`, `KILL`, `SIGKILL`, `kill`. */
export function signalNamed(word: string): string | undefined {
  const upper = word.toUpperCase().replace(/^SIG/, '');
  if (upper in signalNumbers) return upper;
  if (!/^\d+$/.test(word)) return undefined;
  return Object.keys(signalNumbers).find((name) => signalNumbers[name] === Number(word));
}
