import { brief, compare, isArray, isObject, JqError, typeOf, type Value } from './value.ts';

export type Path = readonly Value[];

/** Where a slice begins and ends in something of a length. */
function span(length: number, from: Value, to: Value): [number, number] {
  const place = (value: Value, usual: number, round: (n: number) => number) => {
    if (value === null || value === undefined) return usual;
    if (typeof value !== 'number') {
      throw new JqError('Start and end indices of an array slice must be numbers');
    }
    const whole = round(value < 0 ? value + length : value);
    return Math.max(0, Math.min(length, whole));
  };
  const start = place(from, 0, Math.floor);
  return [start, Math.max(start, place(to, length, Math.ceil))];
}

/** `.[key]` of a value. */
export function getKey(value: Value, key: Value): Value {
  if (isObject(value) && typeof key === 'string') return value.get(key) ?? null;
  if (isArray(value) && typeof key === 'number') {
    const at = Math.floor(key);
    return value[at < 0 ? at + value.length : at] ?? null;
  }
  if (isObject(key) && (value === null || isArray(value) || typeof value === 'string')) {
    return getSlice(value, key.get('start') ?? null, key.get('end') ?? null);
  }
  if (isArray(value) && isArray(key)) return indices(value, key);
  if (value === null && (typeof key === 'string' || typeof key === 'number' || key === null)) {
    return null;
  }
  throw cannotIndex(value, key);
}

function cannotIndex(value: Value, key: Value): JqError {
  const shown = typeof key === 'string' ? `string "${key}"` : typeOf(key);
  return new JqError(`Cannot index ${typeOf(value)} with ${shown}`);
}

/** `.[from:to]` of a text or array. */
export function getSlice(value: Value, from: Value, to: Value): Value {
  if (value === null) return null;
  if (typeof value === 'string') {
    const letters = [...value];
    return letters.slice(...span(letters.length, from, to)).join('');
  }
  if (isArray(value)) return value.slice(...span(value.length, from, to));
  throw new JqError(`Cannot index ${typeOf(value)} with object`);
}

/** Places where one array stands within another. */
export function indices(value: readonly Value[], wanted: readonly Value[]): Value {
  if (wanted.length === 0) return null;
  const found: number[] = [];
  for (let i = 0; i + wanted.length <= value.length; i++) {
    if (wanted.every((each, at) => compare(value[i + at] as Value, each) === 0)) found.push(i);
  }
  return found;
}

/** The value at the end of a path; null where the way ends before. */
export function getPath(value: Value, path: Path): Value {
  let now = value;
  for (const key of path) {
    if (now === null) return null;
    now = getKey(now, key);
  }
  return now;
}

/** The same value with something else at the end of a path. */
export function setPath(value: Value, path: Path, made: Value): Value {
  return change(value, path, () => made);
}

function change(value: Value, path: Path, make: (before: Value) => Value): Value {
  const [key, ...rest] = path;
  if (path.length === 0) return make(value);
  return setKey(value, key as Value, change(getKey(value, key as Value), rest, make));
}

function setKey(value: Value, key: Value, made: Value): Value {
  if (typeof key === 'string' && (isObject(value) || value === null)) {
    return new Map(value ?? []).set(key, made);
  }
  if (typeof key === 'number' && (isArray(value) || value === null)) {
    const list = [...(value ?? [])];
    const at = key < 0 ? Math.floor(key) + list.length : Math.floor(key);
    if (at < 0) throw new JqError('Out of bounds negative array index');
    if (at > 10_000_000) throw new JqError('Array index too large');
    while (list.length < at) list.push(null);
    list[at] = made;
    return list;
  }
  if (isObject(key) && (isArray(value) || value === null)) {
    if (!isArray(made)) throw new JqError('A slice of an array can only be assigned another array');
    const list = [...(value ?? [])];
    const [start, end] = span(list.length, key.get('start') ?? null, key.get('end') ?? null);
    list.splice(start, end - start, ...made);
    return list;
  }
  throw cannotIndex(value, key);
}

/** The same value without what lies at the paths. */
export function deletePaths(value: Value, paths: readonly Path[]): Value {
  return paths.toSorted((a, b) => compare(b, a)).reduce(deletePath, value);
}

function deletePath(value: Value, path: Path): Value {
  const [key, ...rest] = path as [Value, ...Value[]];
  if (path.length === 0) return null;
  if (value === null) return null;
  if (rest.length > 0) {
    const inner = getKey(value, key);
    return inner === null ? value : setKey(value, key, deletePath(inner, rest));
  }
  if (isObject(value) && typeof key === 'string') {
    const made = new Map(value);
    made.delete(key);
    return made;
  }
  if (isArray(value) && typeof key === 'number') {
    const at = key < 0 ? key + value.length : key;
    return value.filter((_each, index) => index !== at);
  }
  if (isArray(value) && isObject(key)) {
    const [start, end] = span(value.length, key.get('start') ?? null, key.get('end') ?? null);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  const kind = isObject(value) ? 'object' : typeOf(value);
  throw new JqError(
    typeof key === 'string' || typeof key === 'number'
      ? `Cannot delete field at ${kind} index of ${typeOf(value)}`
      : `Cannot delete fields from ${kind} (${brief(value)})`,
  );
}
