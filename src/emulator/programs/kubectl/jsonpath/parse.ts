/** A node of a JSONPath template (client-go `util/jsonpath`). */
export type PathNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly nodes: PathNode[] }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'array'; readonly params: readonly SliceParam[] }
  | { readonly type: 'union'; readonly lists: readonly PathNode[] }
  | {
      readonly type: 'filter';
      readonly left: PathNode;
      readonly right: PathNode | undefined;
      readonly operator: string;
    }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' };

/** One of start, end and step of a slice. */
export interface SliceParam {
  readonly value: number;
  readonly known: boolean;
  /** The end that follows from a single index. */
  readonly derived: boolean;
}

/** What is wrong with a template, or with what it meets. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

interface Cursor {
  readonly text: string;
  at: number;
  readonly root: PathNode[];
}

/** Parses a template: text with actions in braces. Throws PathError. */
export function parseTemplate(text: string): readonly PathNode[] {
  const cursor: Cursor = { text, at: 0, root: [] };
  while (cursor.at < text.length) {
    const open = text.indexOf('{', cursor.at);
    const end = open < 0 ? text.length : open;
    if (end > cursor.at) cursor.root.push({ type: 'text', text: text.slice(cursor.at, end) });
    cursor.at = end;
    if (open < 0) break;
    cursor.at += 1;
    const nodes: PathNode[] = [];
    cursor.root.push({ type: 'list', nodes });
    insideAction(cursor, nodes);
  }
  return cursor.root;
}

const isAlphaNumeric = (c: string) => /[\p{L}\p{N}_]/u.test(c);

function insideAction(cursor: Cursor, nodes: PathNode[]): void {
  const { text } = cursor;
  for (;;) {
    const rest = text.slice(cursor.at, cursor.at + 3);
    const c = text[cursor.at] ?? '';
    if (c === '}') {
      cursor.at += 1;
      return;
    }
    if (rest === '[?(') filter(cursor, nodes);
    else if (rest.startsWith('..')) recursive(cursor, nodes);
    else if (c === '' || c === '\n' || c === '\r') throw new PathError('unclosed action');
    else if (c === ' ' || c === '@' || c === '$') cursor.at += 1;
    else if (c === '[') array(cursor, nodes);
    else if (c === '"' || c === "'") quote(cursor, nodes, c);
    else if (c === '.') {
      cursor.at += 1;
      field(cursor, nodes);
    } else if (/[-+\d]/.test(c)) number(cursor, nodes);
    else if (isAlphaNumeric(c)) identifier(cursor, nodes);
    else {
      const code = (c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
      throw new PathError(`unrecognized character in action: U+${code} '${c}'`);
    }
  }
}

function recursive(cursor: Cursor, nodes: PathNode[]): void {
  if (nodes.at(-1)?.type === 'recursive') throw new PathError('invalid multiple recursive descent');
  cursor.at += 2;
  nodes.push({ type: 'recursive' });
  if (isAlphaNumeric(cursor.text[cursor.at] ?? '')) field(cursor, nodes);
}

function field(cursor: Cursor, nodes: PathNode[]): void {
  const { text } = cursor;
  let name = '';
  while (cursor.at < text.length) {
    const c = text[cursor.at] as string;
    if (c === '\\') {
      name += text[cursor.at + 1] ?? '';
      cursor.at += 2;
      continue;
    }
    if (/[\s.,[\]$@{}]/.test(c)) break;
    name += c;
    cursor.at += 1;
  }
  nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name });
}

function identifier(cursor: Cursor, nodes: PathNode[]): void {
  let name = '';
  while (isAlphaNumeric(cursor.text[cursor.at] ?? '')) name += cursor.text[cursor.at++];
  if (name === 'true' || name === 'false') nodes.push({ type: 'bool', value: name === 'true' });
  else nodes.push({ type: 'identifier', name });
}

function number(cursor: Cursor, nodes: PathNode[]): void {
  let shown = cursor.text[cursor.at++] as string;
  while (/[.\d]/.test(cursor.text[cursor.at] ?? '')) shown += cursor.text[cursor.at++];
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(shown)) throw new PathError(`cannot parse number ${shown}`);
  nodes.push({ type: 'number', value: Number(shown) });
}

function quote(cursor: Cursor, nodes: PathNode[], end: string): void {
  const { text } = cursor;
  const start = cursor.at;
  cursor.at += 1;
  for (; ; cursor.at++) {
    const c = text[cursor.at];
    if (c === undefined || c === '\n') throw new PathError('unterminated quoted string');
    if (c === end && text[cursor.at - 1] !== '\\') break;
  }
  cursor.at += 1;
  const raw = text.slice(start, cursor.at);
  nodes.push({ type: 'text', text: unquote(raw) });
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function unquote(raw: string): string {
  return raw
    .slice(1, -1)
    .replaceAll(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/g, (_all, code: string) => {
      if (/^[ux]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      const value = escapes[code];
      if (value === undefined) throw new PathError(`unquote string ${raw} error invalid syntax`);
      return value;
    });
}

/** Parses what stands in an action of its own. */
function action(text: string): PathNode {
  return parseTemplate(`{${text}}`)[0] as PathNode;
}

function array(cursor: Cursor, nodes: PathNode[]): void {
  const { text } = cursor;
  const start = cursor.at + 1;
  for (; ; cursor.at++) {
    const c = text[cursor.at];
    if (c === undefined || c === '\n') throw new PathError('unterminated array');
    if (c === ']') break;
  }
  const inside = text.slice(start, cursor.at);
  cursor.at += 1;
  const shown = inside === '*' ? ':' : inside;
  const parts = shown.split(',');
  if (parts.length > 1) {
    nodes.push({ type: 'union', lists: parts.map((part) => action(`[${part.trim()}]`)) });
    return;
  }
  const key = /^'([^']*)'$/.exec(shown);
  if (key) {
    const list = action(`.${key[1]}`) as PathNode & { type: 'list' };
    nodes.push(...list.nodes);
    return;
  }
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(shown);
  if (!slice) throw new PathError(`invalid array index ${shown}`);
  nodes.push({ type: 'array', params: sliceParams(slice) });
}

function sliceParams(match: RegExpExecArray): SliceParam[] {
  const params: SliceParam[] = [];
  for (let i = 0; i < 3; i++) {
    const part = match[i + 1] ?? '';
    const digits = i > 0 ? part.slice(1) : part;
    if (digits !== '') {
      if (digits === '-') throw new PathError(`array index ${digits} is not a number`);
      params.push({ value: Number(digits), known: true, derived: false });
    } else if (i === 1 && part === '') {
      params.push({ value: (params[0] as SliceParam).value + 1, known: true, derived: true });
    } else params.push({ value: 0, known: false, derived: false });
  }
  return params;
}

function filter(cursor: Cursor, nodes: PathNode[]): void {
  const { text } = cursor;
  cursor.at += 3;
  const start = cursor.at;
  let begin = false;
  let end = false;
  let pair = '';
  for (; ; cursor.at++) {
    const c = text[cursor.at];
    if (c === undefined || c === '\n') throw new PathError('unterminated filter');
    if (c === '"' || c === "'") {
      if (!begin) {
        begin = true;
        pair = c;
      } else if (text[cursor.at - 1] !== '\\' && c === pair) end = true;
    } else if (c === ')' && begin === end) break;
  }
  const inside = text.slice(start, cursor.at);
  cursor.at += 1;
  if (text[cursor.at] !== ']') throw new PathError('unclosed array expect ]');
  cursor.at += 1;
  const parts = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(inside);
  if (!parts) {
    nodes.push({ type: 'filter', left: action(inside), right: undefined, operator: 'exists' });
    return;
  }
  const [, left = '', operator = '', right = ''] = parts;
  nodes.push({ type: 'filter', left: action(left), right: action(right), operator });
}
