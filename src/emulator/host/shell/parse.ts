import { parse } from 'unbash';
import type { ParsedScript, Statement } from 'unbash';

/** A text that commands come from, and what messages about it say. */
export interface Source {
  readonly text: string;
  /** Line number of its first line. */
  readonly firstLine: number;
  /** `command` is `-c`, `input` is a prompt or standard input. */
  readonly kind: 'command' | 'file' | 'input' | 'eval';
  /** Name of the file, where it is one. */
  readonly name: string;
}

/** What bash would say of a text that it cannot read. `incomplete` wants more lines. */
export interface SyntaxError {
  readonly incomplete: boolean;
  /** Without the shell's name: `syntax error near unexpected token `)'`. */
  readonly message: string;
  readonly line: number;
  /** The line that is shown again below the message, where bash does so. */
  readonly shown: string | undefined;
}

export interface Parsed {
  /** Commands up to the line of the error: bash has run them by then. */
  readonly commands: readonly Statement[];
  readonly error: SyntaxError | undefined;
}

/** Reads Bash text. The parser recovers from errors; the first is told in bash's words. */
export function readScript(source: Source): Parsed {
  const script = parse(source.text);
  const at = firstError(source.text, script.errors ?? []);
  const error = at ? describe(source, at) : unfinished(source, script);
  if (!error) return { commands: script.commands, error };
  if (error.incomplete && source.kind === 'input') return { commands: [], error };
  return { commands: before(source, script.commands, at ?? { pos: 0 }), error };
}

/** Line number of a place in a source. */
export function lineOf({ text, firstLine }: Source, pos: number): number {
  let line = firstLine;
  for (let i = text.indexOf('\n'); i >= 0 && i < pos; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}

/** The delimiter that a text's last here-document still waits for. */
export function awaitedDelimiter(text: string): string | undefined {
  return openHere(parse(text));
}

interface Wrong {
  readonly message: string;
  readonly pos: number;
}

/** The error that bash would come upon; an empty group is one only where it is closed. */
function firstError(text: string, errors: readonly Wrong[]): Wrong | undefined {
  const [first, second] = errors;
  if (!first || !/expected command in (brace group|subshell)/.test(first.message)) return first;
  if (second && text.slice(second.pos).trim() === '') return second;
  return { ...first, pos: first.pos + 1 };
}

/** Commands that bash had run before it came upon the error. */
function before(
  { text }: Source,
  commands: readonly Statement[],
  { pos }: { readonly pos: number },
): Statement[] {
  const line = lineStart(text, pos);
  const done = commands.filter(({ end }) => end <= line);
  // What was left open at the end began with a line that the parser took apart: a text up to the
  // line of each command must be whole by itself.
  return done.filter(({ end }) => !parse(text.slice(0, lineEnd(text, end))).errors?.length);
}

function lineEnd(text: string, pos: number): number {
  const found = text.indexOf('\n', pos);
  return found < 0 ? text.length : found + 1;
}

function lineStart(text: string, pos: number): number {
  return text.lastIndexOf('\n', Math.max(0, pos - 1)) + 1;
}

function describe(
  source: Source,
  { message, pos }: { readonly message: string; readonly pos: number },
): SyntaxError {
  const { text } = source;
  const open = /^unterminated (.+)$/.exec(message)?.[1];
  if (open) {
    const mark = closers[open] ?? ')';
    return {
      incomplete: true,
      message: `unexpected EOF while looking for matching \`${mark}'`,
      line: lineOf(source, pos),
      shown: undefined,
    };
  }
  const token = /^(?:[ \t]|\\\n|#[^\n]*)*(&&|\|\||;;&?|;&|>>|<<|\|&|\n|[;&|()<>]|[^\s;&|()<>]+)?/;
  const found = token.exec(text.slice(pos));
  const rest = text.slice(pos).replaceAll(/#[^\n]*/g, '');
  const wantsWord = /redirect target|body/.test(message);
  if (rest.trim() === '' && !wantsWord) {
    return {
      incomplete: true,
      message: 'syntax error: unexpected end of file',
      line: lineOf(source, text.length) + (text.endsWith('\n') ? 0 : 1),
      shown: undefined,
    };
  }
  const word = found?.[1] === undefined || found[1] === '\n' ? 'newline' : found[1];
  const place = pos + (found?.[0].length ?? 1) - (found?.[1]?.length ?? 0);
  const start = lineStart(text, place === 0 ? 0 : place);
  const end = text.indexOf('\n', start);
  return {
    incomplete: false,
    message: `syntax error near unexpected token \`${word}'`,
    line: lineOf(source, start),
    shown: text.slice(start, end < 0 ? text.length : end),
  };
}

const closers: Readonly<Record<string, string>> = {
  'double quote': '"',
  'single quote': "'",
  backtick: '`',
  'parameter expansion': '}',
};

/** Texts that are read without an error, but to which more belongs. */
function unfinished(source: Source, script: ParsedScript): SyntaxError | undefined {
  const { text } = source;
  const line = lineOf(source, text.length);
  if (
    source.kind === 'input' &&
    (/(^|[^\\])(\\\\)*\\\n?$/.test(text) || openHere(script) !== undefined)
  ) {
    return { incomplete: true, message: '', line, shown: undefined };
  }
  if (/^\s*[A-Za-z_]\w*\s*\(\s*$/.test(text)) {
    const message = "syntax error near unexpected token `newline'";
    return { incomplete: false, message, line, shown: text };
  }
  return undefined;
}

/** The delimiter of a here-document that has no closing line yet. */
function openHere(script: ParsedScript): string | undefined {
  let open: string | undefined;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || open !== undefined) return;
    const node = value as { type?: string; closing?: unknown; delimiter?: { value: string } };
    if (node.type === 'HereDoc' && node.closing === undefined) open = node.delimiter?.value ?? '';
    for (const child of Array.isArray(value) ? value : Object.values(value)) visit(child);
  };
  visit(script.commands);
  return open;
}
