import { shapeOf, type Schemas } from './schema.ts';

/** Frozen data that holds nothing to leave out, with its definition: most of an update is such. */
const bare = new WeakMap<object, string>();

/**
 * Leaves out empty lists and maps, as Go does with fields that are `omitempty` when it writes
 * them: an object that is read again has lost them. Nulls become what Go makes of them. Required
 * lists and structs stay. What has nothing of that comes back as it is.
 */
export function omitEmpty<T>(schemas: Schemas, definition: string, value: T): T {
  const known = schemas[definition];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !known) return value;
  if (bare.get(value) === definition) return value;
  let result: Record<string, unknown> | undefined;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member !== 'object') continue;
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    if (type === undefined) continue;
    const kept = member === null ? nothing(type) : omitted(schemas, type, member);
    if (kept === member) continue;
    const copy = (result ??= { ...value } as Record<string, unknown>);
    if (kept === undefined) delete copy[name];
    else copy[name] = kept;
  }
  if (result) return result as T;
  if (Object.isFrozen(value)) bare.set(value, definition);
  return value;
}

/**
 * What null is for a field: as if it were not there, but for times and lists that are printed
 * without a value, too.
 */
function nothing(type: string): undefined | null {
  const { base, list, map, required } = shapeOf(type);
  if (list || map) return required ? null : undefined;
  return /^(time|microTime|any)$/i.test(base) ? null : undefined;
}

/** What Go reads from a null in a list: the zero value. */
const zeros: Readonly<Record<string, unknown>> = {
  ref: {},
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
  any: null,
};

function omitted(schemas: Schemas, type: string, value: object): unknown {
  const { list, map, required, base, ref } = shapeOf(type);
  if ((list || map) && !required && Object.keys(value).length === 0) return undefined;
  if (list && Array.isArray(value)) {
    const items = (value as unknown[]).map((item) =>
      item === null
        ? base in zeros
          ? zeros[base]
          : ''
        : ref === undefined
          ? item
          : omitEmpty(schemas, ref, item),
    );
    return items.some((item, index) => item !== (value as unknown[])[index]) ? items : value;
  }
  if (base !== 'ref' || ref === undefined) return value;
  return list || map ? value : omitEmpty(schemas, ref, value);
}
