import { canonical, type Json } from '../world/json.ts';
import { isFields } from './patch/merge.ts';
import type { MergeTypes } from './patch/strategic.ts';
import { shapeOf } from './schema.ts';

/**
 * How a value is owned (structured-merge-diff's schema): as a whole, field by field, key by key,
 * or item by item.
 */
export type FieldType =
  | { readonly form: 'leaf' }
  | { readonly form: 'struct'; readonly definition: string }
  | { readonly form: 'map'; readonly definition?: string }
  | { readonly form: 'list'; readonly keys: readonly string[]; readonly definition?: string };

const LEAF: FieldType = { form: 'leaf' };

/** Types of fields by their schemas, then by `definition.name`: they are asked for all the time. */
const known = new WeakMap<MergeTypes, Map<string, FieldType>>();

/** The type of a field; what no schema tells of is owned as a whole. */
export function fieldType(
  types: MergeTypes,
  definition: string | undefined,
  name: string,
): FieldType {
  if (definition === undefined) return LEAF;
  const fields = types.schemas[definition];
  if (!fields || !Object.hasOwn(fields, name)) return LEAF;
  let kept = known.get(types);
  if (!kept) {
    kept = new Map();
    known.set(types, kept);
  }
  const key = `${definition}.${name}`;
  let type = kept.get(key);
  if (!type) {
    type = readFieldType(types, definition, name);
    kept.set(key, type);
  }
  return type;
}

function readFieldType(types: MergeTypes, definition: string | undefined, name: string): FieldType {
  const type = definition ? types.schemas[definition]?.[name] : undefined;
  if (definition === undefined || type === undefined) return LEAF;
  const { list, map, base, ref } = shapeOf(type);
  if (types.rules.atomic(definition, name)) return { form: 'leaf' };
  if (list) {
    const keys = types.rules.keys(definition, name);
    if (!keys) return { form: 'leaf' };
    const whole = types.rules.atomic(definition, `${name}[]`);
    return { form: 'list', keys, ...(ref && !whole && { definition: ref }) };
  }
  if (map) return { form: 'map', ...(ref && { definition: ref }) };
  if (base !== 'ref') return { form: 'leaf' };
  return { form: 'struct', definition: ref as string };
}

/** Type of what lies below: a map's values, a list's items. */
export function innerType(definition: string | undefined): FieldType {
  return definition === undefined ? LEAF : { form: 'struct', definition };
}

/** How a list item is found again: `k:{"port":80,"protocol":"TCP"}` or `v:"x"`. */
export function elementOf(keys: readonly string[], item: Json): string {
  if (keys[0] === '') return `v:${JSON.stringify(item)}`;
  const fields = isFields(item) ? item : {};
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && typeof fields[only] === 'string') {
    return `k:{${JSON.stringify(only)}:${JSON.stringify(fields[only])}}`;
  }
  const id: Record<string, Json> = {};
  for (const key of keys) {
    // The one key that a manifest may leave out; its default is part of the schema.
    const value = fields[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    if (value !== undefined) id[key] = value;
  }
  return `k:${canonical(id)}`;
}

/**
 * Fields that Go's encoding writes even when they are empty, so that they count as there before
 * anybody sets them: structs that are no pointers, and lists without `omitempty`.
 */
const alwaysThere = new Set([
  'metadata',
  'spec',
  'status',
  'source',
  'template',
  'containers',
  'strategy',
  'updateStrategy',
  'nodeInfo',
  'daemonEndpoints',
  'kubeletEndpoint',
  'loadBalancer',
]);

export function isAlwaysThere(parent: string, name: string, type: FieldType): boolean {
  // Custom resources, whose definitions are named by their group, are no structs of Go.
  if (parent.includes('.') && name !== 'metadata') return false;
  return type.form !== 'leaf' && alwaysThere.has(name);
}
