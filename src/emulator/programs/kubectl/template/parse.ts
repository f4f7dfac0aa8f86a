/** What is wrong with a Go template, or with what it meets. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** An operand or a call inside an action. */
export type Operand =
  | { readonly type: 'literal'; readonly value: string | number | boolean | null }
  | { readonly type: 'dot'; readonly fields: readonly string[] }
  | { readonly type: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly type: 'function'; readonly name: string }
  | { readonly type: 'group'; readonly pipeline: Pipeline; readonly fields: readonly string[] };

export interface Pipeline {
  readonly declare: readonly string[];
  readonly assign: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipeline: Pipeline }
  | {
      readonly type: 'if' | 'range' | 'with';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: 'break' | 'continue' }
  | { readonly type: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined };

export interface ParsedTemplate {
  readonly nodes: readonly TemplateNode[];
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}

interface Piece {
  readonly text: string;
  readonly action: boolean;
}

interface Source {
  readonly pieces: readonly Piece[];
  at: number;
  readonly defined: Map<string, readonly TemplateNode[]>;
}

/** Parses a text/template. Throws TemplateError. */
export function parseGoTemplate(text: string): ParsedTemplate {
  const source: Source = { pieces: cut(text), at: 0, defined: new Map() };
  const { nodes, ended } = list(source);
  if (ended !== '') throw new TemplateError(`template: output:1: unexpected {{${ended}}}`);
  return { nodes, defined: source.defined };
}

/** Cuts text at the braces; `{{-` and `-}}` take the blanks beside them away. */
function cut(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trim = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    let plain = text.slice(at, open < 0 ? text.length : open);
    if (trim) plain = plain.trimStart();
    if (open < 0) {
      pieces.push({ text: plain, action: false });
      break;
    }
    const close = endOfAction(text, open + 2);
    if (close < 0) throw new TemplateError('template: output:1: unclosed action');
    let inside = text.slice(open + 2, close);
    if (/^-\s/.test(inside)) {
      plain = plain.trimEnd();
      inside = inside.slice(1);
    }
    trim = /\s-$/.test(inside);
    if (trim) inside = inside.slice(0, -1);
    if (plain !== '') pieces.push({ text: plain, action: false });
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(inside)) pieces.push({ text: inside.trim(), action: true });
    at = close + 2;
  }
  return pieces;
}

function endOfAction(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const c = text[at] as string;
    if (quote !== '') {
      if (c === '\\' && quote === '"') at += 1;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === '`') quote = c;
    else if (text.startsWith('}}', at)) return at;
  }
  return -1;
}

/** Nodes up to `{{end}}`, `{{else …}}` or the end of the text. */
function list(source: Source): { nodes: TemplateNode[]; ended: string } {
  const nodes: TemplateNode[] = [];
  while (source.at < source.pieces.length) {
    const piece = source.pieces[source.at++] as Piece;
    if (!piece.action) {
      nodes.push({ type: 'text', text: piece.text });
      continue;
    }
    const [, word = '', rest = ''] = /^(\w+)\b\s*([\s\S]*)$/.exec(piece.text) ?? [];
    if (word === 'end' || word === 'else') return { nodes, ended: piece.text };
    if (word === 'if' || word === 'range' || word === 'with')
      nodes.push(control(source, word, rest));
    else if (word === 'break' || word === 'continue') nodes.push({ type: word });
    else if (word === 'define' || word === 'block') define(source, word, rest, nodes);
    else if (word === 'template') nodes.push(callOf(rest));
    else nodes.push({ type: 'action', pipeline: parsePipeline(piece.text) });
  }
  return { nodes, ended: '' };
}

function control(source: Source, type: 'if' | 'range' | 'with', rest: string): TemplateNode {
  const pipeline = parsePipeline(rest);
  const { nodes: body, ended } = list(source);
  if (ended === '') throw new TemplateError('template: output:1: unexpected EOF');
  if (ended === 'end') return { type, pipeline, body, otherwise: [] };
  const [, word, more = ''] = /^else\s+(if|with)\s+([\s\S]*)$/.exec(ended) ?? [];
  if (word) return { type, pipeline, body, otherwise: [control(source, word as 'if', more)] };
  const other = list(source);
  if (other.ended !== 'end') throw new TemplateError('template: output:1: unexpected EOF');
  return { type, pipeline, body, otherwise: other.nodes };
}

function define(source: Source, word: string, rest: string, nodes: TemplateNode[]): void {
  const [, name = '', more = ''] = /^"([^"]*)"\s*([\s\S]*)$/.exec(rest) ?? [];
  const { nodes: body, ended } = list(source);
  if (ended !== 'end') throw new TemplateError('template: output:1: unexpected EOF');
  source.defined.set(name, body);
  if (word === 'block') nodes.push(callOf(`"${name}" ${more}`));
}

function callOf(rest: string): TemplateNode {
  const [, name = '', more = ''] = /^"([^"]*)"\s*([\s\S]*)$/.exec(rest) ?? [];
  return { type: 'template', name, pipeline: more === '' ? undefined : parsePipeline(more) };
}

/** Tokens of an action. */
function tokens(text: string): string[] {
  const found: string[] = [];
  const quoted = /"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])+'/.source;
  const sign = /\(|\)\.?[\w.]*|\||,|:=|=/.source;
  const name = /\$[\w.]*|\.[\w.]*|[-+]?\d[\w.]*|\w+/.source;
  const pattern = new RegExp(`\\s*(${quoted}|${sign}|${name})`, 'gy');
  let at = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    found.push(match[1] as string);
    at = pattern.lastIndex;
  }
  const rest = text.slice(at).trim();
  if (rest !== '') {
    throw new TemplateError(`template: output:1: unexpected "${rest[0]}" in command`);
  }
  return found;
}

function parsePipeline(text: string): Pipeline {
  const words = tokens(text);
  const found = pipeline(words, 0);
  if (found.next < words.length) {
    throw new TemplateError(`template: output:1: unexpected "${words[found.next]}" in command`);
  }
  return found.pipeline;
}

function pipeline(words: readonly string[], from: number): { pipeline: Pipeline; next: number } {
  let at = from;
  const declare: string[] = [];
  let assign = false;
  const mark = words.findIndex((word, index) => index >= from && (word === ':=' || word === '='));
  if (mark >= 0 && words[from]?.startsWith('$')) {
    declare.push(...words.slice(from, mark).filter((word) => word !== ','));
    assign = words[mark] === '=';
    at = mark + 1;
  }
  const commands: Operand[][] = [[]];
  while (at < words.length) {
    const word = words[at] as string;
    if (word.startsWith(')')) break;
    at += 1;
    if (word === '|') commands.push([]);
    else if (word === '(') {
      const inner = pipeline(words, at);
      const close = words[inner.next];
      if (!close) throw new TemplateError('template: output:1: unclosed left paren');
      const fields = close
        .slice(1)
        .split('.')
        .filter((name) => name !== '');
      commands.at(-1)?.push({ type: 'group', pipeline: inner.pipeline, fields });
      at = inner.next + 1;
    } else commands.at(-1)?.push(operand(word));
  }
  if (commands.some((command) => command.length === 0)) {
    throw new TemplateError('template: output:1: missing value for command');
  }
  return { pipeline: { declare, assign, commands }, next: at };
}

function operand(word: string): Operand {
  if (word.startsWith('.')) {
    return { type: 'dot', fields: word.split('.').filter((name) => name !== '') };
  }
  if (word.startsWith('$')) {
    const [name = '$', ...fields] = word.split('.');
    return { type: 'variable', name, fields };
  }
  if (word.startsWith('"'))
    return { type: 'literal', value: JSON.parse(word.replaceAll("\\'", "'")) };
  if (word.startsWith('`')) return { type: 'literal', value: word.slice(1, -1) };
  if (word.startsWith("'")) return { type: 'literal', value: word.codePointAt(1) ?? 0 };
  if (/^[-+]?\d/.test(word)) return { type: 'literal', value: Number(word) };
  if (word === 'true' || word === 'false') return { type: 'literal', value: word === 'true' };
  if (word === 'nil') return { type: 'literal', value: null };
  return { type: 'function', name: word };
}
