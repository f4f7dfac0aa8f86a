import { brief, isArray, isTrue, JqError, typeOf, type Value } from './value.ts';

/** The members of an array; anything else cannot be gone through. */
export function list(value: Value): readonly Value[] {
  if (isArray(value)) return value;
  throw new JqError(`Cannot iterate over ${typeOf(value)} (${brief(value)})`);
}

/** `to_entries`, for arrays as well. */
export function entries(value: Value): Value {
  if (!isArray(value) && !(value instanceof Map)) {
    throw new JqError(`${typeOf(value)} (${brief(value)}) has no keys`);
  }
  return [...value.entries()].map(
    ([key, inner]) =>
      new Map<string, Value>([
        ['key', key as Value],
        ['value', inner as Value],
      ]),
  );
}

/** `from_entries`: keys go by several names. */
export function fromEntries(value: Value): Value {
  const made_ = new Map<string, Value>();
  for (const entry of list(value)) {
    const fields: ReadonlyMap<string, Value> = entry instanceof Map ? entry : new Map();
    const names = ['key', 'k', 'name', 'Name', 'K', 'Key'];
    const name = names.find((each_) => isTrue(fields.get(each_) ?? null));
    const key = name === undefined ? null : (fields.get(name) as Value);
    if (typeof key !== 'string') {
      throw new JqError(`Cannot use ${typeOf(key)} (${brief(key)}) as object key`);
    }
    made_.set(key, fields.get('value') ?? fields.get('Value') ?? null);
  }
  return made_;
}

/** All ways to take one member of each list, the last list's changing fastest. */
export function* combinations(lists: readonly Value[]): Generator<readonly Value[], void> {
  const [first, ...rest] = lists;
  if (first === undefined) return yield [];
  for (const one_ of list(first)) {
    for (const others of combinations(rest)) yield [one_, ...others];
  }
  return undefined;
}
