import { shapeOf, type Schemas } from './schema.ts';

/** Frozen data that holds nothing to leave out, with its definition: most of an update is such. */
const bare = new WeakMap<object, string>();

/**
 * Leaves out empty lists and maps, as Go does with fields that are `omitempty` when it writes
 * them: an object that is read again has lost them. Required lists and structs stay. What has none
 * comes back as it is.
 */
export function omitEmpty<T>(schemas: Schemas, definition: string, value: T): T {
  const known = schemas[definition];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !known) return value;
  if (bare.get(value) === definition) return value;
  let result: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const type = known[name];
    if (type === undefined || typeof member !== 'object' || member === null) continue;
    const kept = omitted(schemas, type, member);
    if (kept === member) continue;
    const copy = (result ??= { ...value } as Record<string, unknown>);
    if (kept === undefined) delete copy[name];
    else copy[name] = kept;
  }
  if (result) return result as T;
  if (Object.isFrozen(value)) bare.set(value, definition);
  return value;
}

function omitted(schemas: Schemas, type: string, value: object): unknown {
  const { list, map, required, base, ref } = shapeOf(type);
  if ((list || map) && !required && Object.keys(value).length === 0) return undefined;
  if (base !== 'ref' || ref === undefined) return value;
  if (list && Array.isArray(value)) {
    const items = (value as unknown[]).map((item) => omitEmpty(schemas, ref, item));
    return items.some((item, index) => item !== (value as unknown[])[index]) ? items : value;
  }
  return list || map ? value : omitEmpty(schemas, ref, value);
}
