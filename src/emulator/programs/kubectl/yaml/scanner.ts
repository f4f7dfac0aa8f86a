import { isBlankOrEnd, isBreak, isBreakOrEnd, isEnd, type Reader } from './reader.ts';
import { scanBlockScalar, scanFlowScalar, scanPlainScalar } from './scalars.ts';
import { YamlError, type Mark, type Token, type TokenType } from './token.ts';

interface SimpleKey {
  possible: boolean;
  required: boolean;
  token: number;
  mark: Mark;
}

/** What the scanner keeps while it goes (libyaml `yaml_parser_t`). */
interface State {
  readonly reader: Reader;
  readonly tokens: Token[];
  /** How many tokens have been handed out. */
  taken: number;
  indent: number;
  readonly indents: number[];
  flowLevel: number;
  simpleKeyAllowed: boolean;
  readonly simpleKeys: SimpleKey[];
  ended: boolean;
}

/** Hands out the tokens of a text one by one, as libyaml's scanner makes them. */
export interface Scanner {
  peek(): Token;
  next(): Token;
}

export function createScanner(reader: Reader): Scanner {
  const none = { possible: false, required: false, token: 0, mark: reader.mark() };
  const state: State = {
    reader,
    tokens: [],
    taken: 0,
    indent: -1,
    indents: [],
    flowLevel: 0,
    simpleKeyAllowed: true,
    simpleKeys: [none],
    ended: false,
  };
  const peek = () => {
    while (needsMore(state)) fetchNext(state);
    return state.tokens[0] as Token;
  };
  return {
    peek,
    next() {
      const token = peek();
      state.tokens.shift();
      state.taken += 1;
      return token;
    },
  };
}

/** Whether the head may still turn out to be a key, so that more has to be read. */
function needsMore(state: State): boolean {
  if (state.tokens.length === 0) return !state.ended;
  const key = state.simpleKeys.find(({ possible, token }) => possible && token === state.taken);
  return key !== undefined && isValid(state, key);
}

function isValid({ reader }: State, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.mark.line < reader.line || key.mark.index + 1024 < reader.index) {
    if (key.required) throw YamlError.scanner(reader.mark(), "could not find expected ':'");
    key.possible = false;
    return false;
  }
  return true;
}

function push(state: State, type: TokenType, mark: Mark, value = '', plain = false): void {
  state.tokens.push({ type, mark, value, plain });
}

function fetchNext(state: State): void {
  const { reader } = state;
  skipToToken(state);
  unroll(state, reader.column);
  const c = reader.peek();
  const next = reader.peek(1);
  const flow = state.flowLevel > 0;
  if (isEnd(c)) return fetchEnd(state);
  if (reader.column === 0 && c === '%') return fetchDirective(state);
  if (reader.column === 0 && isIndicator(reader, '-'))
    return fetchDocument(state, 'document-start');
  if (reader.column === 0 && isIndicator(reader, '.')) return fetchDocument(state, 'document-end');
  if (c === '[') return fetchFlowStart(state, 'flow-sequence-start');
  if (c === '{') return fetchFlowStart(state, 'flow-mapping-start');
  if (c === ']') return fetchFlowEnd(state, 'flow-sequence-end');
  if (c === '}') return fetchFlowEnd(state, 'flow-mapping-end');
  if (c === ',') return fetchFlowEntry(state);
  if (c === '-' && isBlankOrEnd(next)) return fetchBlockEntry(state);
  if (c === '?' && (flow || isBlankOrEnd(next))) return fetchKey(state);
  if (c === ':' && (flow || isBlankOrEnd(next))) return fetchValue(state);
  if (c === '*' || c === '&') return fetchAnchor(state, c === '*' ? 'alias' : 'anchor');
  if (c === '!') return fetchTag(state);
  if ((c === '|' || c === '>') && !flow) return fetchBlockScalar(state, c === '|');
  if (c === "'" || c === '"') return fetchFlowScalar(state, c === "'");
  if (startsPlain(c, next, flow)) return fetchPlain(state);
  throw YamlError.scanner(reader.mark(), 'found character that cannot start any token');
}

function startsPlain(c: string, next: string, flow: boolean): boolean {
  if (!isBlankOrEnd(c) && !'-?:,[]{}#&*!|>\'"%@`'.includes(c)) return true;
  if (c === '-') return !isBlankOrEnd(next);
  return !flow && (c === '?' || c === ':') && !isBlankOrEnd(next);
}

function isIndicator(reader: Reader, c: string): boolean {
  const same = reader.peek() === c && reader.peek(1) === c && reader.peek(2) === c;
  return same && isBlankOrEnd(reader.peek(3));
}

function skipToToken(state: State): void {
  const { reader } = state;
  for (;;) {
    if (reader.index === 0 && reader.peek() === '\ufeff') reader.skip();
    const tabs = state.flowLevel > 0 || !state.simpleKeyAllowed;
    while (reader.peek() === ' ' || (tabs && reader.peek() === '\t')) reader.skip();
    if (reader.peek() === '#') while (!isBreakOrEnd(reader.peek())) reader.skip();
    if (!isBreak(reader.peek())) return;
    reader.skipLine();
    if (state.flowLevel === 0) state.simpleKeyAllowed = true;
  }
}

function unroll(state: State, column: number): void {
  if (state.flowLevel > 0) return;
  while (state.indent > column) {
    push(state, 'block-end', state.reader.mark());
    state.indent = state.indents.pop() as number;
  }
}

/** Opens a block collection where the column is deeper; `at` puts its start before a key. */
function roll(state: State, column: number, at: number, type: TokenType, mark: Mark): void {
  if (state.flowLevel > 0 || state.indent >= column) return;
  state.indents.push(state.indent);
  state.indent = column;
  const token: Token = { type, mark, value: '', plain: false };
  if (at < 0) state.tokens.push(token);
  else state.tokens.splice(at - state.taken, 0, token);
}

function saveSimpleKey(state: State): void {
  const { reader } = state;
  if (!state.simpleKeyAllowed) return;
  const required = state.flowLevel === 0 && state.indent === reader.column;
  removeSimpleKey(state);
  state.simpleKeys[state.simpleKeys.length - 1] = {
    possible: true,
    required,
    token: state.taken + state.tokens.length,
    mark: reader.mark(),
  };
}

function removeSimpleKey(state: State): void {
  const key = state.simpleKeys.at(-1) as SimpleKey;
  if (key.possible && key.required) {
    throw YamlError.scanner(state.reader.mark(), "could not find expected ':'");
  }
  key.possible = false;
}

function fetchEnd(state: State): void {
  state.reader.endLine();
  unroll(state, -1);
  removeSimpleKey(state);
  state.simpleKeyAllowed = false;
  push(state, 'stream-end', state.reader.mark());
  state.ended = true;
}

function fetchDirective(state: State): void {
  unroll(state, -1);
  removeSimpleKey(state);
  state.simpleKeyAllowed = false;
  const { reader } = state;
  const mark = reader.mark();
  let name = '';
  reader.skip();
  while (/[\w-]/.test(reader.peek())) name += reader.take();
  if (name === '') throw YamlError.scanner(reader.mark(), 'could not find expected directive name');
  if (!isBlankOrEnd(reader.peek())) {
    throw YamlError.scanner(reader.mark(), 'found unexpected non-alphabetical character');
  }
  if (name !== 'YAML' && name !== 'TAG') {
    throw YamlError.scanner(reader.mark(), 'found unknown directive name');
  }
  while (!isBreakOrEnd(reader.peek())) reader.skip();
  push(state, 'directive', mark, name);
}

function fetchDocument(state: State, type: TokenType): void {
  unroll(state, -1);
  removeSimpleKey(state);
  state.simpleKeyAllowed = false;
  push(state, type, state.reader.mark());
  state.reader.skip(3);
}

function fetchFlowStart(state: State, type: TokenType): void {
  saveSimpleKey(state);
  state.simpleKeys.push({ possible: false, required: false, token: 0, mark: state.reader.mark() });
  state.flowLevel += 1;
  state.simpleKeyAllowed = true;
  push(state, type, state.reader.mark());
  state.reader.skip();
}

function fetchFlowEnd(state: State, type: TokenType): void {
  removeSimpleKey(state);
  if (state.flowLevel > 0) {
    state.flowLevel -= 1;
    state.simpleKeys.pop();
  }
  state.simpleKeyAllowed = false;
  push(state, type, state.reader.mark());
  state.reader.skip();
}

function fetchFlowEntry(state: State): void {
  removeSimpleKey(state);
  state.simpleKeyAllowed = true;
  push(state, 'flow-entry', state.reader.mark());
  state.reader.skip();
}

function fetchBlockEntry(state: State): void {
  const { reader } = state;
  if (state.flowLevel === 0) {
    if (!state.simpleKeyAllowed) {
      const why = 'block sequence entries are not allowed in this context';
      throw YamlError.scanner(reader.mark(), why);
    }
    roll(state, reader.column, -1, 'block-sequence-start', reader.mark());
  }
  removeSimpleKey(state);
  state.simpleKeyAllowed = true;
  push(state, 'block-entry', reader.mark());
  reader.skip();
}

function fetchKey(state: State): void {
  const { reader } = state;
  if (state.flowLevel === 0) {
    if (!state.simpleKeyAllowed) {
      const why = 'mapping keys are not allowed in this context';
      throw YamlError.scanner(reader.mark(), why);
    }
    roll(state, reader.column, -1, 'block-mapping-start', reader.mark());
  }
  removeSimpleKey(state);
  state.simpleKeyAllowed = state.flowLevel === 0;
  push(state, 'key', reader.mark());
  reader.skip();
}

function fetchValue(state: State): void {
  const { reader } = state;
  const key = state.simpleKeys.at(-1) as SimpleKey;
  if (isValid(state, key)) {
    const token: Token = { type: 'key', mark: key.mark, value: '', plain: false };
    state.tokens.splice(key.token - state.taken, 0, token);
    roll(state, key.mark.column, key.token, 'block-mapping-start', key.mark);
    key.possible = false;
    state.simpleKeyAllowed = false;
  } else {
    if (state.flowLevel === 0) {
      if (!state.simpleKeyAllowed) {
        const why = 'mapping values are not allowed in this context';
        throw YamlError.scanner(reader.mark(), why);
      }
      roll(state, reader.column, -1, 'block-mapping-start', reader.mark());
    }
    state.simpleKeyAllowed = state.flowLevel === 0;
  }
  push(state, 'value', reader.mark());
  reader.skip();
}

function fetchAnchor(state: State, type: 'alias' | 'anchor'): void {
  saveSimpleKey(state);
  state.simpleKeyAllowed = false;
  const { reader } = state;
  const mark = reader.mark();
  reader.skip();
  let name = '';
  while (/[\w-]/.test(reader.peek())) name += reader.take();
  if (name === '' || !(isBlankOrEnd(reader.peek()) || '?:,]}%@`'.includes(reader.peek()))) {
    const why = 'did not find expected alphabetic or numeric character';
    throw YamlError.scanner(reader.mark(), why);
  }
  push(state, type, mark, name);
}

function fetchTag(state: State): void {
  saveSimpleKey(state);
  state.simpleKeyAllowed = false;
  const { reader } = state;
  const mark = reader.mark();
  let tag = '';
  while (!isBlankOrEnd(reader.peek()) && !(state.flowLevel > 0 && reader.peek() === ',')) {
    tag += reader.take();
  }
  push(state, 'tag', mark, tag);
}

function fetchBlockScalar(state: State, literal: boolean): void {
  removeSimpleKey(state);
  state.simpleKeyAllowed = true;
  const mark = state.reader.mark();
  push(state, 'scalar', mark, scanBlockScalar(state.reader, literal, state.indent));
}

function fetchFlowScalar(state: State, single: boolean): void {
  saveSimpleKey(state);
  state.simpleKeyAllowed = false;
  const mark = state.reader.mark();
  push(state, 'scalar', mark, scanFlowScalar(state.reader, single));
}

function fetchPlain(state: State): void {
  saveSimpleKey(state);
  state.simpleKeyAllowed = false;
  const mark = state.reader.mark();
  const { text, endedLine } = scanPlainScalar(state.reader, state.indent, state.flowLevel > 0);
  if (endedLine) state.simpleKeyAllowed = true;
  push(state, 'scalar', mark, text, true);
}
