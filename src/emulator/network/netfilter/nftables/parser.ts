import type { NftFamily, NftSet } from './ast.ts';
import { findDraft, type Draft } from './draft.ts';
import { keywords, signWords } from './keywords.ts';
import { span, type Place, type Token } from './lexer.ts';

/** An error as nft prints it: a text, the stretch it is about, and a second one. */
export interface Problem {
  readonly message: string;
  readonly at: Place;
  /** Underlined with `~`. */
  readonly also?: Place;
  /** Syntax errors hide the errors of meaning, and these hide the kernel's. */
  readonly stage: 'syntax' | 'meaning' | 'kernel';
  /** Said in one line, because this is not modelled. */
  readonly notModelled?: boolean;
}

/** Thrown inside this folder only, and caught where a command ends. */
export class Failure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What is read, where one is, and what names may mean. */
export interface Parser {
  readonly tokens: readonly Token[];
  at: number;
  /** The rules so far, with what earlier commands of the same text made. */
  readonly draft: Draft;
  family: NftFamily;
  table: string;
  /** Transport protocols that the rule asked for so far, and where. */
  transport: { readonly names: readonly string[]; readonly at: Place } | undefined;
  /** Whether the rule answers by TCP without having asked for it. */
  needsTcp: boolean;
  /** Network protocol that the rule asked for so far. */
  network: string | undefined;
  /** Whether elements of a set are being read, where commas part elements. */
  inSet: boolean;
  /** What the values that are being read are compared with. */
  left: Place | undefined;
  /** Chains that were named as targets, to be looked for when the rule is whole. */
  targets: { readonly chain: string; readonly at: Place }[];
  /** Errors that do not end the command. */
  readonly problems: Problem[];
  /** Whether to look after each change whether the kernel takes rules where they are. */
  readonly strict: boolean;
  /** The name of the host's device that has this name or index. */
  device(word: string): string | undefined;
  /** The error about a set that is not there. */
  missingSet(name: string, at: Place): Failure;
}

export function peek(p: Parser, ahead = 0): Token {
  return (p.tokens[p.at + ahead] ?? p.tokens.at(-1)) as Token;
}

export function next(p: Parser): Token {
  const token = peek(p);
  if (p.at < p.tokens.length - 1) p.at += 1;
  return token;
}

/** The token before this one. */
export function previous(p: Parser): Token {
  return p.tokens[Math.max(0, p.at - 1)] as Token;
}

/** Whether the next token is this word or sign (a quoted text is neither). */
export function is(p: Parser, text: string, ahead = 0): boolean {
  const token = peek(p, ahead);
  return token.text === text && token.type !== 'quoted';
}

export function accept(p: Parser, text: string): boolean {
  if (!is(p, text)) return false;
  next(p);
  return true;
}

export function expect(p: Parser, text: string): Token {
  if (!is(p, text)) throw unexpected(p, [text]);
  return next(p);
}

export function skipNewlines(p: Parser): void {
  while (peek(p).type === 'newline') next(p);
}

/** How bison calls a token. */
function tokenName({ type, text }: Token): string {
  if (type === 'newline') return 'newline';
  if (type === 'end') return 'end of file';
  if (type === 'quoted') return 'quoted string';
  if (type === 'wildcard') return 'string with a trailing asterisk';
  if (type === 'number') return 'number';
  if (type === 'sign') return signNames[text] ?? `'${text}'`;
  return signWords[text] ?? (keywords.has(text) ? text : 'string');
}

const signNames: Readonly<Record<string, string>> = {
  ':': 'colon',
  ';': 'semicolon',
  ',': 'comma',
  '.': '.',
  '*': '*',
  '@': '@',
  $: '$',
  '/': '/',
  '-': '-',
  '+': '+',
  '!': '!',
  '&': '&',
  '^': '^',
  '|': "'|'",
  '<': '<',
  '>': '>',
  '==': '==',
  '!=': '!=',
  '<=': '<=',
  '>=': '>=',
  '<<': '<<',
  '>>': '>>',
};

/** The syntax error at the next token; `wanted` are the tokens that may stand there, if few. */
export function unexpected(p: Parser, wanted: readonly string[] = []): Failure {
  const token = peek(p);
  const names = wanted.map((each) =>
    /^[{}()=[\]$]$/.test(each) ? `'${each}'` : (signNames[each] ?? each),
  );
  const list = names.length > 0 && names.length < 5 ? `, expecting ${names.join(' or ')}` : '';
  const message = `syntax error, unexpected ${tokenName(token)}${list}`;
  return new Failure({ message, at: token, stage: 'syntax' });
}

/** An error of meaning. */
export function wrong(message: string, at: Place, also?: Place): Failure {
  return new Failure({ message, at, stage: 'meaning', ...(also ? { also } : {}) });
}

/** The kernel's errno, about a place. */
export function refused(errno: string, at: Place): Failure {
  const message = `Could not process rule: ${errno}`;
  return new Failure({ message, at, stage: 'kernel' });
}

/** What nft has and this one does not. */
export function notModelled(what: string, at: Place): Failure {
  const message = `${what} is not modelled here`;
  return new Failure({ message, at, stage: 'syntax', notModelled: true });
}

/** A name: of a table, a chain, a set. */
export function identifier(p: Parser): Token {
  const { type, text } = peek(p);
  const reserved = keywords.has(text) || text in signWords;
  if (type !== 'word' || reserved) throw unexpected(p, ['string']);
  return next(p);
}

export function number(p: Parser): Token & { readonly value: number } {
  const token = peek(p);
  if (token.type !== 'number') throw unexpected(p, ['number']);
  return { ...next(p), value: Number(token.text) };
}

/** A text in quotes. */
export function quoted(p: Parser): Token {
  const token = peek(p);
  if (token.type !== 'quoted') throw unexpected(p, ['quoted string']);
  return next(p);
}

/** Where something that began at a token ended. */
export function since(p: Parser, from: Token): Place {
  return span(from, previous(p));
}

/** The set of a name in the table that is being read. */
export function lookUpSet(p: Parser, name: string, at: Place): NftSet {
  const set = findDraft(p.draft, p.family, p.table)?.sets.get(name)?.set;
  if (!set) throw p.missingSet(name, at);
  return set;
}

/** Whether a statement is over here. */
export function atEnd(p: Parser): boolean {
  const { type, text } = peek(p);
  return (
    type === 'newline' || type === 'end' || (type === 'sign' && (text === ';' || text === '}'))
  );
}
