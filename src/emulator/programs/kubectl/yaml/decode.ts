import type { Json } from '../../../world/json.ts';
import { parseDocument, type Node } from './parser.ts';
import { resolve } from './resolve.ts';
import { YamlError } from './token.ts';

/** A document as JSON, or what `sigs.k8s.io/yaml` says of it. */
export type Decoded =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly error: string };

/** How plain scalars are read. */
export interface Reading {
  /** As go-yaml v3 reads them: `yes`, `on` and `y` are text. */
  readonly core?: boolean;
}

/** Decodes the first YAML document of a text. An empty one is undefined. */
export function decodeYaml(text: string, reading: Reading = {}): Decoded {
  try {
    const node = parseDocument(text);
    return { ok: true, value: node === undefined ? undefined : toJson(node, reading) };
  } catch (caught) {
    if (!(caught instanceof YamlError)) throw caught;
    return { ok: false, error: `error converting YAML to JSON: yaml: ${caught.message}` };
  }
}

function toJson(node: Node, reading: Reading): Json {
  switch (node.type) {
    case 'sequence':
      return node.items.map((item) => toJson(item, reading));
    case 'mapping':
      return mapping(node.entries, reading);
    default:
      return scalar(node, reading);
  }
}

function scalar({ value, plain, tag }: Node & { type: 'scalar' }, { core }: Reading): Json {
  if (tag === '!!str' || tag === '!' || (!plain && tag === '')) return value;
  if (core && tag === '' && /^([yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/.test(value)) {
    return value;
  }
  const resolved = resolve(value);
  if (tag === '!!int' || tag === '!!float' || tag === '!!bool' || tag === '!!null' || tag === '') {
    return resolved.value;
  }
  return value;
}

/** A later key of the same name wins; `<<` fills in what is not there. */
function mapping(entries: readonly (readonly [Node, Node])[], reading: Reading): Json {
  const result: Record<string, Json> = {};
  const merged: Record<string, Json> = {};
  for (const [key, value] of entries) {
    if (key.type === 'scalar' && key.plain && key.value === '<<') {
      const sources =
        value.type === 'sequence'
          ? value.items.map((item) => toJson(item, reading))
          : [toJson(value, reading)];
      for (const source of sources.toReversed()) Object.assign(merged, source);
      continue;
    }
    result[keyText(key, reading)] = toJson(value, reading);
  }
  return Object.keys(merged).length > 0 ? { ...merged, ...result } : result;
}

/** Keys of JSON are text: booleans and numbers are written as such. */
function keyText(key: Node, reading: Reading): string {
  const value = toJson(key, reading);
  if (typeof value === 'object' && value !== null) {
    const type = Array.isArray(value) ? '[]interface {}' : 'map[interface {}]interface {}';
    throw new YamlError(`invalid map key: ${type}`);
  }
  return value === null ? 'null' : String(value);
}
