import type { Json } from '../../../world/json.ts';
import { parseDocument, type Node } from './parser.ts';
import { resolve } from './resolve.ts';
import { YamlError } from './token.ts';

/** A document as JSON, or what `sigs.k8s.io/yaml` says of it. */
export type Decoded =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly error: string };

/** Decodes the first YAML document of a text. An empty one is undefined. */
export function decodeYaml(text: string): Decoded {
  try {
    const node = parseDocument(text);
    return { ok: true, value: node === undefined ? undefined : toJson(node) };
  } catch (caught) {
    if (!(caught instanceof YamlError)) throw caught;
    return { ok: false, error: `error converting YAML to JSON: yaml: ${caught.message}` };
  }
}

function toJson(node: Node): Json {
  switch (node.type) {
    case 'sequence':
      return node.items.map(toJson);
    case 'mapping':
      return mapping(node.entries);
    default:
      return scalar(node);
  }
}

function scalar({ value, plain, tag }: Node & { type: 'scalar' }): Json {
  if (tag === '!!str' || tag === '!' || (!plain && tag === '')) return value;
  const resolved = resolve(value);
  if (tag === '!!int' || tag === '!!float' || tag === '!!bool' || tag === '!!null' || tag === '') {
    return resolved.value;
  }
  return value;
}

/** A later key of the same name wins; `<<` fills in what is not there. */
function mapping(entries: readonly (readonly [Node, Node])[]): Json {
  const result: Record<string, Json> = {};
  const merged: Record<string, Json> = {};
  for (const [key, value] of entries) {
    if (key.type === 'scalar' && key.plain && key.value === '<<') {
      const sources = value.type === 'sequence' ? value.items.map(toJson) : [toJson(value)];
      for (const source of sources.toReversed()) Object.assign(merged, source);
      continue;
    }
    result[keyText(key)] = toJson(value);
  }
  return Object.keys(merged).length > 0 ? { ...merged, ...result } : result;
}

/** Keys of JSON are text: booleans and numbers are written as such. */
function keyText(key: Node): string {
  const value = toJson(key);
  if (typeof value === 'object' && value !== null) {
    const type = Array.isArray(value) ? '[]interface {}' : 'map[interface {}]interface {}';
    throw new YamlError(`invalid map key: ${type}`);
  }
  return value === null ? 'null' : String(value);
}
