import { freeze } from '../../world/json.ts';

/** A directive: its words, and the block behind it. */
export interface Directive {
  readonly words: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

export type ParsedConfig =
  | { readonly ok: true; readonly directives: readonly Directive[] }
  | { readonly ok: false; readonly error: string };

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

const known = new Map<string, ParsedConfig>();
const MOST = 100;

/**
 * Reads configuration text; errors are those of ngx_conf_parse. Pods of one image read the same
 * text, so that it is taken apart once.
 */
export function parseConfig(file: string, text: string): ParsedConfig {
  const key = `${file}\n${text}`;
  const before = known.get(key);
  if (before) return before;
  const parsed = freeze(parseText(file, text));
  if (known.size >= MOST) known.clear();
  known.set(key, parsed);
  return parsed;
}

function parseText(file: string, text: string): ParsedConfig {
  const tokens = tokenize(text);
  if (typeof tokens === 'string')
    return { ok: false, error: `${tokens} in ${file}:${lines(text)}` };
  const state = { file, tokens, at: 0, last: lines(text) };
  const directives = readBlock(state, true);
  return typeof directives === 'string'
    ? { ok: false, error: directives }
    : { ok: true, directives };
}

const lines = (text: string) => text.replace(/\n$/, '').split('\n').length + 1;

function tokenize(text: string): Token[] | string {
  const tokens: Token[] = [];
  let line = 1;
  const quotes = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/.source;
  const pattern = new RegExp(
    `(\\n)|[ \\t\\r]+|#[^\\n]*|${quotes}|([{};])|([^\\s{};"'#][^\\s{};]*)|(["'])`,
    'gsy',
  );
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, newline, quoted, sign, word, open] = match;
    if (newline) line += 1;
    else if (open) return 'unexpected end of file, expecting ";" or "}"';
    else if (quoted !== undefined) {
      const inner = quoted.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1');
      tokens.push({ text: unescape(inner), quoted: true, line });
      line += whole.split('\n').length - 1;
    } else if (sign ?? word) tokens.push({ text: sign ?? (word as string), quoted: false, line });
  }
  return tokens;
}

function unescape(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return text.replaceAll(/\\([ntr])/g, (_whole, letter: string) => letters[letter] as string);
}

interface Reading {
  readonly file: string;
  readonly tokens: readonly Token[];
  at: number;
  readonly last: number;
}

function readBlock(state: Reading, top: boolean): Directive[] | string {
  const { file, tokens } = state;
  const found: Directive[] = [];
  let words: string[] = [];
  for (;;) {
    const token = tokens[state.at++];
    const where = `${file}:${token?.line ?? state.last}`;
    if (!token) {
      if (words.length > 0) return `unexpected end of file, expecting ";" or "}" in ${where}`;
      return top ? found : `unexpected end of file, expecting "}" in ${where}`;
    }
    const sign = token.quoted ? '' : token.text;
    if (sign === ';') {
      if (words.length === 0) return `unexpected ";" in ${where}`;
      found.push({ words, file, line: token.line });
      words = [];
    } else if (sign === '{') {
      if (words.length === 0) return `unexpected "{" in ${where}`;
      const block = readBlock(state, false);
      if (typeof block === 'string') return block;
      found.push({ words, block, file, line: token.line });
      words = [];
    } else if (sign === '}') {
      if (words.length > 0 || top) return `unexpected "}" in ${where}`;
      return found;
    } else words.push(token.text);
  }
}
