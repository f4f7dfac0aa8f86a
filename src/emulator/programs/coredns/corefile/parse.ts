import type { ConfigError } from './controller.ts';
import { lex, type Token } from './lexer.ts';

/** A server block: its keys, and the tokens of each of its directives in the order written. */
export interface ServerBlock {
  readonly keys: readonly string[];
  readonly tokens: Readonly<Record<string, readonly Token[]>>;
}

export interface ParsedCorefile {
  readonly blocks: readonly ServerBlock[];
  readonly warnings: readonly string[];
}

/** What parsing needs of its surroundings. */
export interface Surroundings {
  /** Whether a word is a directive that CoreDNS knows. */
  readonly isDirective: (word: string) => boolean;
  /** Files that a glob pattern of `import` matches: name and text. */
  readonly glob: (pattern: string) => readonly { readonly file: string; readonly text: string }[];
  readonly env: Readonly<Record<string, string>>;
}

interface State extends Surroundings {
  readonly file: string;
  tokens: Token[];
  cursor: number;
  eof: boolean;
  readonly snippets: Map<string, readonly Token[]>;
  readonly warnings: string[];
}

/** Reads a Corefile; errors are those of caddyfile/parse.go, with file and line. */
export function parseCorefile(
  file: string,
  text: string,
  surroundings: Surroundings,
): ParsedCorefile | ConfigError {
  const state: State = {
    ...surroundings,
    file,
    tokens: lex(file, text),
    cursor: -1,
    eof: false,
    snippets: new Map(),
    warnings: [],
  };
  const blocks: ServerBlock[] = [];
  while (next(state)) {
    const block = parseOne(state);
    if (isError(block)) return block;
    if (block.keys.length > 0) blocks.push(block);
  }
  return { blocks, warnings: state.warnings };
}

export const isError = (value: unknown): value is ConfigError =>
  typeof value === 'object' && value !== null && 'error' in value;

function next(state: State): boolean {
  if (state.cursor >= state.tokens.length - 1) return false;
  state.cursor += 1;
  return true;
}

const current = (state: State) => state.tokens[state.cursor];
const word = (state: State) => current(state)?.text ?? '';

/** Line ends inside a quoted token count for the lines of what follows. */
const breaks = (token: Token | undefined) => (token?.text.split('\n').length ?? 1) - 1;

function isNewLine(state: State): boolean {
  const [before, now] = [state.tokens[state.cursor - 1], current(state)];
  if (!before || !now) return true;
  return before.file !== now.file || before.line + breaks(before) < now.line;
}

function fail(state: State, text: string): ConfigError {
  const token = current(state) ?? state.tokens.at(-1);
  return {
    error: `${token?.file ?? state.file}:${token?.line ?? 0} - Error during parsing: ${text}`,
  };
}

function replaceEnv({ env }: State, text: string): string {
  return text.replaceAll(/\{\$(\w+)\}|\{%(\w+)%\}/g, (_whole, a?: string, b?: string) => {
    return env[(a ?? b) as string] ?? '';
  });
}

function parseOne(state: State): ServerBlock | ConfigError {
  const keys = addresses(state);
  if (isError(keys)) return keys;
  if (state.eof) return { keys, tokens: {} };
  const name = /^\((.+)\)$/.exec(keys[0] ?? '')?.[1];
  if (keys.length === 1 && name !== undefined) {
    if (state.snippets.has(name)) {
      return fail(state, `redeclaration of previously declared snippet ${name}`);
    }
    const tokens = snippetTokens(state);
    if (isError(tokens)) return tokens;
    state.snippets.set(name, tokens);
    return { keys: [], tokens: {} };
  }
  return blockContents(state, keys);
}

function addresses(state: State): string[] | ConfigError {
  const keys: string[] = [];
  let another = false;
  for (;;) {
    let text = replaceEnv(state, word(state));
    if (text === 'import' && isNewLine(state)) {
      const failed = doImport(state);
      if (failed) return failed;
      continue;
    }
    if (text === '{') {
      if (!another) break;
      return fail(state, `Expected another address but had '${text}' - check for extra comma`);
    }
    if (text !== '') {
      another = text.endsWith(',');
      if (another) text = text.slice(0, -1);
      keys.push(text);
    }
    const has = next(state);
    if (another && !has) return fail(state, 'Unexpected EOF');
    if (!has) {
      state.eof = true;
      break;
    }
    if (!another && isNewLine(state)) break;
  }
  return keys;
}

function blockContents(state: State, keys: readonly string[]): ServerBlock | ConfigError {
  const open = word(state) === '{';
  if (!open) state.cursor -= 1;
  const tokens: Record<string, Token[]> = {};
  const failed = directives(state, tokens);
  if (failed) return failed;
  if (open && word(state) !== '}') {
    const token = current(state);
    const where = `${token?.file ?? state.file}:${token?.line ?? 0}`;
    return { error: `${where} - Syntax error: Unexpected token '${word(state)}', expecting '}'` };
  }
  return { keys, tokens };
}

function directives(state: State, tokens: Record<string, Token[]>): ConfigError | undefined {
  while (next(state)) {
    if (word(state) === '}') return undefined;
    if (word(state) === 'import') {
      const failed = doImport(state);
      if (failed) return failed;
      state.cursor -= 1;
      continue;
    }
    const failed = directive(state, tokens);
    if (failed) return failed;
  }
  return undefined;
}

function directive(state: State, tokens: Record<string, Token[]>): ConfigError | undefined {
  const name = word(state);
  if (!state.isDirective(name)) return fail(state, `Unknown directive '${name}'`);
  const own = (tokens[name] ??= []);
  own.push(current(state) as Token);
  let nesting = 0;
  while (next(state)) {
    const text = word(state);
    if (text === '{') nesting += 1;
    else if (isNewLine(state) && nesting === 0) {
      state.cursor -= 1;
      break;
    } else if (text === '}' && nesting > 0) nesting -= 1;
    else if (text === '}') return fail(state, "Unexpected '}' because no matching opening brace");
    const token = current(state) as Token;
    own.push({ ...token, text: replaceEnv(state, token.text) });
  }
  return nesting > 0 ? fail(state, 'Unexpected EOF') : undefined;
}

function snippetTokens(state: State): readonly Token[] | ConfigError {
  if (word(state) !== '{') {
    const token = current(state);
    const where = `${token?.file ?? state.file}:${token?.line ?? 0}`;
    return { error: `${where} - Syntax error: Unexpected token '${word(state)}', expecting '{'` };
  }
  const tokens: Token[] = [];
  for (let count = 1; next(state);) {
    if (word(state) === '}') count -= 1;
    if (count === 0) return tokens;
    if (word(state) === '{') count += 1;
    tokens.push(current(state) as Token);
  }
  const token = current(state);
  return {
    error:
      `${state.file}:${token?.line ?? 0} - Syntax error: Unexpected ` +
      `token '${word(state)}', expecting '}'`,
  };
}

/** Puts the tokens of a snippet or of files in the place of `import X`. */
function doImport(state: State): ConfigError | undefined {
  if (!next(state) || isNewLine(state)) {
    state.cursor -= 1;
    return fail(state, `Wrong argument count or unexpected line ending after '${word(state)}'`);
  }
  const pattern = replaceEnv(state, word(state));
  if (pattern === '') return fail(state, 'Import requires a non-empty filepath');
  const following = state.tokens[state.cursor + 1];
  if (following && following.line === current(state)?.line && following.text !== '}') {
    return fail(state, 'Import takes only one argument (glob pattern or file)');
  }
  const snippet = state.snippets.get(pattern);
  const imported = snippet ?? importFiles(state, pattern);
  if (isError(imported)) return imported;
  state.tokens = [
    ...state.tokens.slice(0, state.cursor - 1),
    ...imported,
    ...state.tokens.slice(state.cursor + 1),
  ];
  state.cursor -= 1;
  return undefined;
}

function importFiles(state: State, pattern: string): readonly Token[] | ConfigError {
  if ((pattern.match(/\*/g) ?? []).length > 1) {
    return fail(
      state,
      `Glob pattern may only contain one wildcard (*), but has others: ${pattern}`,
    );
  }
  const folder = state.file.replace(/[^/]*$/, '');
  const files = state.glob(pattern.startsWith('/') ? pattern : `${folder}${pattern}`);
  if (files.length > 0) return files.flatMap(({ file, text }) => lex(file, text));
  if (!/[*?[\]]/.test(pattern)) return fail(state, `File to import not found: ${pattern}`);
  state.warnings.push(`[WARNING] No files matching import glob pattern: ${pattern}`);
  return [];
}
