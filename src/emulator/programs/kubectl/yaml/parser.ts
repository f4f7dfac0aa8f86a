import { createReader } from './reader.ts';
import { createScanner, type Scanner } from './scanner.ts';
import { YamlError, type Mark, type Token } from './token.ts';

/** A node of a document. Aliases are replaced by what they stand for. */
export type Node =
  | {
      readonly type: 'scalar';
      readonly value: string;
      readonly plain: boolean;
      readonly tag: string;
    }
  | { readonly type: 'sequence'; readonly items: readonly Node[]; readonly tag: string }
  | {
      readonly type: 'mapping';
      readonly entries: readonly (readonly [key: Node, value: Node])[];
      readonly tag: string;
    };

interface Parser {
  readonly scanner: Scanner;
  readonly anchors: Map<string, Node>;
}

/** The first document of a text; undefined where there is none. Throws YamlError. */
export function parseDocument(text: string): Node | undefined {
  const parser: Parser = { scanner: createScanner(createReader(text)), anchors: new Map() };
  const { scanner } = parser;
  while (scanner.peek().type === 'document-end') scanner.next();
  let directives = false;
  while (scanner.peek().type === 'directive') {
    scanner.next();
    directives = true;
  }
  if (scanner.peek().type === 'stream-end') return undefined;
  if (scanner.peek().type === 'document-start') scanner.next();
  else if (directives) {
    const { mark } = scanner.peek();
    throw YamlError.parser(mark, mark, 'did not find expected <document start>');
  }
  const start = scanner.peek();
  const empty = ['document-start', 'document-end', 'directive', 'stream-end'].includes(start.type);
  const node = empty ? nothing : parseNode(parser, true, false);
  const end = scanner.peek();
  if (!['document-start', 'document-end', 'directive', 'stream-end'].includes(end.type)) {
    throw YamlError.parser(end.mark, end.mark, 'did not find expected <document start>');
  }
  return node;
}

const nothing: Node = { type: 'scalar', value: '', plain: true, tag: '' };

function parseNode(parser: Parser, block: boolean, indentless: boolean): Node {
  const { scanner, anchors } = parser;
  const start = scanner.peek();
  if (start.type === 'alias') {
    scanner.next();
    const found = anchors.get(start.value);
    if (!found) throw new YamlError(`unknown anchor '${start.value}' referenced`);
    return found;
  }
  let anchor = '';
  let tag = '';
  while (scanner.peek().type === 'anchor' || scanner.peek().type === 'tag') {
    const token = scanner.next();
    if (token.type === 'anchor') anchor = token.value;
    else tag = token.value;
  }
  const node = content(parser, scanner.peek(), block, indentless, tag, start.mark, anchor !== '');
  if (anchor !== '') anchors.set(anchor, node);
  return node;
}

function content(
  parser: Parser,
  token: Token,
  block: boolean,
  indentless: boolean,
  tag: string,
  start: Mark,
  anchored: boolean,
): Node {
  const { scanner } = parser;
  if (indentless && token.type === 'block-entry') return indentlessSequence(parser, tag);
  switch (token.type) {
    case 'scalar':
      scanner.next();
      return { type: 'scalar', value: token.value, plain: token.plain, tag };
    case 'flow-sequence-start':
      return flowSequence(parser, tag);
    case 'flow-mapping-start':
      return flowMapping(parser, tag);
    case 'block-sequence-start':
      if (block) return blockSequence(parser, tag);
      break;
    case 'block-mapping-start':
      if (block) return blockMapping(parser, tag);
      break;
  }
  if (anchored || tag !== '') return { type: 'scalar', value: '', plain: true, tag };
  throw YamlError.parser(token.mark, start, 'did not find expected node content');
}

function blockSequence(parser: Parser, tag: string): Node {
  const { scanner } = parser;
  const { mark } = scanner.next();
  const items: Node[] = [];
  while (scanner.peek().type === 'block-entry') {
    scanner.next();
    const empty = ['block-entry', 'block-end'].includes(scanner.peek().type);
    items.push(empty ? nothing : parseNode(parser, true, false));
  }
  const end = scanner.peek();
  if (end.type !== 'block-end') {
    throw YamlError.parser(end.mark, mark, "did not find expected '-' indicator");
  }
  scanner.next();
  return { type: 'sequence', items, tag };
}

function indentlessSequence(parser: Parser, tag: string): Node {
  const { scanner } = parser;
  const items: Node[] = [];
  while (scanner.peek().type === 'block-entry') {
    scanner.next();
    const empty = ['block-entry', 'key', 'value', 'block-end'].includes(scanner.peek().type);
    items.push(empty ? nothing : parseNode(parser, true, false));
  }
  return { type: 'sequence', items, tag };
}

function blockMapping(parser: Parser, tag: string): Node {
  const { scanner } = parser;
  const { mark } = scanner.next();
  const entries: (readonly [Node, Node])[] = [];
  for (;;) {
    const token = scanner.peek();
    if (token.type === 'block-end') break;
    if (token.type !== 'key' && token.type !== 'value') {
      throw YamlError.parser(token.mark, mark, 'did not find expected key');
    }
    let key: Node = nothing;
    if (token.type === 'key') {
      scanner.next();
      const empty = ['key', 'value', 'block-end'].includes(scanner.peek().type);
      if (!empty) key = parseNode(parser, true, true);
    }
    entries.push([key, blockValue(parser)]);
  }
  scanner.next();
  return { type: 'mapping', entries, tag };
}

function blockValue(parser: Parser): Node {
  const { scanner } = parser;
  if (scanner.peek().type !== 'value') return nothing;
  scanner.next();
  const empty = ['key', 'value', 'block-end'].includes(scanner.peek().type);
  return empty ? nothing : parseNode(parser, true, true);
}

function flowSequence(parser: Parser, tag: string): Node {
  const { scanner } = parser;
  const { mark } = scanner.next();
  const items: Node[] = [];
  for (let first = true; scanner.peek().type !== 'flow-sequence-end'; first = false) {
    if (!first) {
      const token = scanner.peek();
      if (token.type !== 'flow-entry') {
        throw YamlError.parser(token.mark, mark, "did not find expected ',' or ']'");
      }
      scanner.next();
      if (scanner.peek().type === 'flow-sequence-end') break;
    }
    if (scanner.peek().type === 'key') {
      scanner.next();
      items.push({ type: 'mapping', entries: [flowPair(parser, 'flow-sequence-end')], tag: '' });
    } else items.push(parseNode(parser, false, false));
  }
  scanner.next();
  return { type: 'sequence', items, tag };
}

function flowMapping(parser: Parser, tag: string): Node {
  const { scanner } = parser;
  const { mark } = scanner.next();
  const entries: (readonly [Node, Node])[] = [];
  for (let first = true; scanner.peek().type !== 'flow-mapping-end'; first = false) {
    if (!first) {
      const token = scanner.peek();
      if (token.type !== 'flow-entry') {
        throw YamlError.parser(token.mark, mark, "did not find expected ',' or '}'");
      }
      scanner.next();
      if (scanner.peek().type === 'flow-mapping-end') break;
    }
    if (scanner.peek().type === 'key') {
      scanner.next();
      entries.push(flowPair(parser, 'flow-mapping-end'));
    } else entries.push([parseNode(parser, false, false), nothing]);
  }
  scanner.next();
  return { type: 'mapping', entries, tag };
}

function flowPair(parser: Parser, end: string): readonly [Node, Node] {
  const { scanner } = parser;
  const stops = ['value', 'flow-entry', end];
  const key = stops.includes(scanner.peek().type) ? nothing : parseNode(parser, false, false);
  if (scanner.peek().type !== 'value') return [key, nothing];
  scanner.next();
  const empty = ['flow-entry', end].includes(scanner.peek().type);
  return [key, empty ? nothing : parseNode(parser, false, false)];
}
