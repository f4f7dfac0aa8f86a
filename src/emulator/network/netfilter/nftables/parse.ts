import type { NftRuleset } from './ast.ts';
import { closeDraft, openDraft } from './draft.ts';
import { lex, type Source, type Token } from './lexer.ts';
import type { Outcome } from './outcome.ts';
import { missingSet } from './missing.ts';
import { parseCommand } from './parse-command.ts';
import { Failure, is, next, peek, unexpected, wrong, type Parser, type Problem } from './parser.ts';
import { isValid } from './validate.ts';

/** What a text came to. */
export interface Ran {
  /** The rules after it; those before it where there is a problem. */
  readonly rules: NftRuleset;
  readonly problems: readonly Problem[];
  readonly outcome: Outcome;
}

/** What a text may ask of the host that it is read on. */
export interface Surroundings {
  /** Texts of the files that `include` names. */
  readonly include?: (path: string) => readonly Source[] | undefined;
  readonly device?: (word: string) => string | undefined;
  /** The moment, in microseconds: elements with a time-out begin to run out. */
  readonly now?: number;
}

/** How many errors nft tells of before it gives up. */
const MOST_ERRORS = 10;

/**
 * Reads commands of nft and does them to rules, all or none.
 */
export function runText(rules: NftRuleset, source: Source, surroundings: Surroundings = {}): Ran {
  const { include = () => undefined, device = (word: string) => word, now = 0 } = surroundings;
  const mistakes: Problem[] = [];
  const tokens = expand(source, include, mistakes, 0);
  const line = source.lines.length;
  const column = (source.lines.at(-1) ?? '').length + 1;
  tokens.push({ source, line, first: column, last: column, type: 'end', text: '' });
  const run = (strict: boolean) => {
    const p = parserOf(tokens, { draft: openDraft(rules, now), device, strict });
    p.problems.push(...mistakes);
    return { p, outcome: commands(p) };
  };
  let { p, outcome } = run(false);
  // As the kernel does: the place of such a mistake is looked for only when there is one.
  if (p.problems.length === 0 && !isValid(p.draft)) ({ p, outcome } = run(true));
  const told = worst(p.problems);
  if (told.length > 0) return { rules, problems: told, outcome };
  const { draft } = p;
  const untouched =
    draft.tables.length === rules.tables.length && draft.tables.every(({ from }) => from);
  if (untouched) return { rules, problems: [], outcome };
  draft.generation += 1;
  return { rules: closeDraft(draft), problems: [], outcome };
}

function parserOf(
  tokens: readonly Token[],
  surroundings: Pick<Parser, 'draft' | 'device' | 'strict'>,
): Parser {
  const p: Parser = {
    tokens,
    at: 0,
    ...surroundings,
    family: 'ip',
    table: '',
    transport: undefined,
    needsTcp: false,
    network: undefined,
    inSet: false,
    left: undefined,
    targets: [],
    problems: [],
    missingSet: (name, at) => missingSet(p, name, { table: at, member: at }, 'meaning'),
  };
  return p;
}

function commands(p: Parser): Outcome {
  const outcome: Outcome = { echo: [], forget: [], listings: [], texts: [] };
  while (peek(p).type !== 'end' && p.problems.length < MOST_ERRORS) {
    if (peek(p).type === 'newline' || is(p, ';')) next(p);
    else command(p, outcome, p.problems);
  }
  return outcome;
}

/** Syntax errors hide errors of meaning, and those hide what the kernel says. */
function worst(problems: readonly Problem[]): readonly Problem[] {
  for (const stage of ['syntax', 'meaning', 'kernel'] as const) {
    const found = problems.filter((problem) => problem.stage === stage);
    if (found.length > 0) return found;
  }
  return [];
}

function command(p: Parser, outcome: Outcome, problems: Problem[]): void {
  const start = p.at;
  try {
    parseCommand(p, outcome);
    const { type } = peek(p);
    if (type !== 'newline' && type !== 'end' && !is(p, ';')) {
      throw unexpected(p, ['end of file', 'newline', 'semicolon']);
    }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    problems.push(failure.problem);
    p.inSet = false;
    if (failure.problem.stage === 'syntax' && is(p, '}')) unfinished(p, problems);
    recover(p, failure.problem.stage === 'syntax' ? p.at : start);
  }
}

/** A brace that came too early is skipped, and then one is missing at the end. */
function unfinished(p: Parser, problems: Problem[]): void {
  const { source } = peek(p);
  const open = p.tokens.slice(0, p.at).reduce((depth, token) => depth + depthOf(token), 0);
  if (source.name !== undefined || open <= 0) return;
  const message = 'syntax error, unexpected end of file';
  problems.push({ message, at: { source, line: 1, first: 1, last: 1 }, stage: 'syntax' });
}

/** Goes on behind the end of the command; within a block that is its end. */
function recover(p: Parser, from: number): void {
  p.at = from;
  let depth = 0;
  for (let i = 0; i < from; i++) depth += depthOf(p.tokens[i]);
  for (;;) {
    const token = peek(p);
    if (token.type === 'end') return;
    if (depth <= 0 && (token.type === 'newline' || is(p, ';'))) return;
    depth += depthOf(token);
    next(p);
  }
}

function depthOf(token: Token | undefined): number {
  if (token?.type !== 'sign') return 0;
  return token.text === '{' ? 1 : token.text === '}' ? -1 : 0;
}

/** Puts files in place of `include` and values in place of `$names`. */
function expand(
  source: Source,
  include: (path: string) => readonly Source[] | undefined,
  problems: Problem[],
  depth: number,
  names: Map<string, readonly Token[]> = new Map(),
): Token[] {
  const given = lex(source);
  const result: Token[] = [];
  let fresh = true;
  for (let i = 0; i < given.length; i++) {
    const token = given[i] as Token;
    if (fresh && ['define', 'redefine', 'undefine'].includes(token.text)) {
      const end = endOfLine(given, i);
      if (token.text !== 'undefine') {
        names.set(given[i + 1]?.text ?? '', substitute(given.slice(i + 3, end), names, problems));
      } else names.delete(given[i + 1]?.text ?? '');
      i = end;
      continue;
    }
    if (fresh && token.text === 'include' && given[i + 1]?.type === 'quoted') {
      const path = given[i + 1] as Token;
      const files = depth < 16 ? include(path.text) : undefined;
      if (!files) {
        problems.push(
          wrong(`Could not open file "${path.text}": No such file or directory`, path).problem,
        );
      }
      for (const file of files ?? [])
        result.push(...expand(file, include, problems, depth + 1, names));
      i = endOfLine(given, i);
      continue;
    }
    if (token.type === 'sign' && token.text === '$' && given[i + 1]?.type === 'word') {
      result.push(...substitute([token, given[i + 1] as Token], names, problems));
      i += 1;
    } else result.push(token);
    fresh = token.type === 'newline' || token.text === ';' || token.text === '{';
  }
  return result;
}

function endOfLine(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    depth += depthOf(token);
    if (depth === 0 && (token.type === 'newline' || token.text === ';')) return i;
  }
  return tokens.length;
}

function substitute(
  tokens: readonly Token[],
  names: ReadonlyMap<string, readonly Token[]>,
  problems: Problem[],
): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const name = tokens[i + 1];
    if (token.text !== '$' || token.type !== 'sign' || !name) {
      result.push(token);
      continue;
    }
    const value = names.get(name.text);
    if (!value) problems.push(wrong(`unknown identifier '${name.text}'`, name).problem);
    const { source, line, first, last } = name;
    for (const each of value ?? []) result.push({ ...each, source, line, first, last });
    i += 1;
  }
  return result;
}
