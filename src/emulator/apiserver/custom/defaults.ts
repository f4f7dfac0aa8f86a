import { fieldsOf, schemaOfField, type Structural } from '../../apimachinery/structural.ts';
import type { Json } from '../../world/json.ts';

/** Fills in what a schema has defaults for; null goes where it may not be. */
export function withDefaults(schema: Structural, value: Json): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? (value as readonly Json[]).map((each) => withDefaults(items, each)) : value;
  }
  const fields = fieldsOf(value);
  if (!fields) return value;
  const result: Record<string, Json> = {};
  for (const [name, member] of Object.entries(fields)) {
    const inner = schemaOfField(schema, name);
    if (member === undefined) continue;
    if (member === null && inner && !inner.nullable && inner.default !== undefined) continue;
    result[name] = inner ? withDefaults(inner, member) : member;
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (result[name] !== undefined || inner.default === undefined) continue;
    result[name] = withDefaults(inner, inner.default);
  }
  return result;
}

/** Drops fields that a schema does not know; says which they were. */
export function prune(
  schema: Structural,
  value: Json,
  path: string,
  unknown: string[],
  root = false,
): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return value;
    return (value as readonly Json[]).map((each, index) =>
      prune(items, each, `${path}[${index}]`, unknown),
    );
  }
  const fields = fieldsOf(value);
  if (!fields) return value;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const embedded = root || schema['x-kubernetes-embedded-resource'] === true;
  const result: Record<string, Json> = {};
  for (const [name, member] of Object.entries(fields)) {
    if (member === undefined) continue;
    const place = path === '' ? name : `${path}.${name}`;
    const inner = schemaOfField(schema, name);
    if (embedded && /^(apiVersion|kind|metadata)$/.test(name)) result[name] = member;
    else if (inner) result[name] = prune(inner, member, place, unknown);
    else if (open || schema.additionalProperties === true) result[name] = member;
    else unknown.push(`unknown field "${place}"`);
  }
  return result;
}
