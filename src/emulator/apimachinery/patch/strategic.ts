import { equal, type Json } from '../../world/json.ts';
import { shapeOf, type MergeRules, type Schemas } from '../schema.ts';
import { isFields } from './merge.ts';

type Fields = Record<string, Json>;

/** What strategic merge knows of types: definitions and merge keys. */
export interface MergeTypes {
  readonly schemas: Schemas;
  readonly rules: MergeRules;
}

interface FieldType {
  readonly definition?: string;
  readonly key?: string;
  readonly retain: boolean;
  /** A patch has the whole value, changed or not. */
  readonly replace: boolean;
  readonly list: boolean;
}

function fieldType(types: MergeTypes, definition: string | undefined, field: string): FieldType {
  const fields = (definition && types.schemas[definition]) || {};
  const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!definition || type === undefined) return { retain: false, replace: false, list: false };
  const shape = shapeOf(type);
  const key = types.rules.patchKey(definition, field);
  return {
    ...(shape.ref && { definition: shape.ref }),
    ...(key !== undefined && { key }),
    retain: types.rules.retains(definition, field),
    replace: types.rules.replaces(definition, field),
    list: shape.list,
  };
}

/** Applies a strategic merge patch (apimachinery `strategicpatch`). */
export function strategicMerge(
  types: MergeTypes,
  definition: string | undefined,
  original: Json | undefined,
  patch: Json,
): Json {
  if (!isFields(patch)) return patch;
  const base: Fields = isFields(original) ? { ...(original as Fields) } : {};
  const directive = patch['$patch'];
  if (directive === 'replace') return without(patch as Fields, ['$patch']);
  if (directive === 'delete') return {};
  const retained = patch['$retainKeys'] as readonly string[] | undefined;
  if (retained)
    for (const name of Object.keys(base)) if (!retained.includes(name)) delete base[name];
  for (const [name, value] of Object.entries(patch as Fields)) {
    if (name.startsWith('$setElementOrder/') || name === '$retainKeys') continue;
    if (name.startsWith('$deleteFromPrimitiveList/')) {
      const field = name.slice('$deleteFromPrimitiveList/'.length);
      const gone = value as readonly Json[];
      base[field] = ((base[field] ?? []) as Json[]).filter(
        (each) => !gone.some((g) => equal(g, each)),
      );
      continue;
    }
    if (value === null) {
      delete base[name];
      continue;
    }
    const type = fieldType(types, definition, name);
    if (type.replace) base[name] = value;
    else if (Array.isArray(value) && type.key !== undefined) {
      const order = patch[`$setElementOrder/${name}`] as readonly Json[] | undefined;
      base[name] = mergeList(types, type, (base[name] ?? []) as Json[], value as Json[], order);
    } else base[name] = strategicMerge(types, type.definition, base[name], value);
  }
  reorder(types, definition, base, patch as Fields);
  return base;
}

/** Lists whose order alone is given keep their items and take the order. */
function reorder(
  types: MergeTypes,
  definition: string | undefined,
  base: Fields,
  patch: Fields,
): void {
  for (const [name, order] of Object.entries(patch)) {
    if (!name.startsWith('$setElementOrder/')) continue;
    const field = name.slice('$setElementOrder/'.length);
    const type = fieldType(types, definition, field);
    if (!patch[field] && Array.isArray(base[field]) && type.key !== undefined) {
      const items = base[field] as Json[];
      base[field] = arrange(items, order as Json[], items, type.key);
    }
  }
}

function mergeList(
  types: MergeTypes,
  { definition, key = '' }: FieldType,
  original: readonly Json[],
  patch: readonly Json[],
  order: readonly Json[] | undefined,
): Json[] {
  if (key === '') {
    const merged = [...original];
    for (const item of patch) if (!merged.some((each) => equal(each, item))) merged.push(item);
    return arrange(merged, order ?? patch, original, '');
  }
  if (patch.some((item) => isFields(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => !(isFields(item) && item['$patch'] === 'replace'));
  }
  let merged = [...original];
  const live = createLiveOrder(original);
  const kept: Json[] = [];
  const same = (item: Fields) => (each: Json) => isFields(each) && equal(each[key], item[key]);
  const items = patch.filter(isFields) as Fields[];
  for (const item of items.filter((each) => each['$patch'] === 'delete')) {
    merged = merged.filter((each) => !same(item)(each));
    live.remove(same(item));
  }
  for (const item of items) {
    if (item['$patch'] === 'delete') continue;
    kept.push(item as Json);
    const index = merged.findIndex(same(item));
    if (index < 0) {
      merged.push(strategicMerge(types, definition, undefined, item as Json));
      live.add(item as Json);
    } else merged[index] = strategicMerge(types, definition, merged[index], item as Json);
  }
  return arrange(merged, order ?? kept, live.items, key);
}

/**
 * The server's list as upstream has it when it puts the merged one in order: deletions and
 * additions were made in the very memory of that list, whose length it still takes for its own.
 */
function createLiveOrder(original: readonly Json[]) {
  const items = [...original];
  let size = items.length;
  return {
    items: items as readonly Json[],
    remove(same: (item: Json) => boolean) {
      const index = items.slice(0, size).findIndex(same);
      if (index < 0) return;
      items.copyWithin(index, index + 1, size);
      size -= 1;
    },
    add(item: Json) {
      if (size < items.length) items[size] = item;
      size += 1;
    },
  };
}

/**
 * Puts a merged list in order (`strategicpatch.normalizeElementOrder`). What the patch names comes
 * in the patch's order; an item that only the server has goes before the first of those that the
 * server has behind it. A new item is not comparable, and comes first.
 */
function arrange(
  merged: readonly Json[],
  order: readonly Json[],
  server: readonly Json[],
  key: string,
): Json[] {
  const id = (item: Json) => JSON.stringify(key === '' ? item : isFields(item) ? item[key] : item);
  const wanted = order.map(id);
  const known = server.map(id);
  const named = merged
    .filter((item) => wanted.includes(id(item)))
    .sort((a, b) => wanted.indexOf(id(a)) - wanted.indexOf(id(b)));
  const others = merged.filter((item) => !wanted.includes(id(item)));
  const result: Json[] = [];
  while (others.length > 0 && named.length > 0) {
    const left = known.indexOf(id(others[0] as Json));
    const right = known.indexOf(id(named[0] as Json));
    const first = left >= 0 && right >= 0 && left < right ? others : named;
    result.push(first.shift() as Json);
  }
  return [...result, ...others, ...named];
}

/**
 * Creates a two-way strategic merge patch. `skipDeletions`/`skipChanges` take only one half, as the
 * three-way patch of `kubectl apply` needs.
 */
export function createStrategicPatch(
  types: MergeTypes,
  definition: string | undefined,
  from: Json | undefined,
  to: Json | undefined,
  options: {
    readonly skipDeletions?: boolean;
    readonly skipChanges?: boolean;
    readonly setOrder?: boolean;
  } = {},
): Fields {
  const patch: Fields = {};
  const before = (isFields(from) ? from : {}) as Fields;
  const after = (isFields(to) ? to : {}) as Fields;
  if (!options.skipDeletions) {
    for (const name of Object.keys(before)) if (after[name] === undefined) patch[name] = null;
  }
  for (const [name, value] of Object.entries(after)) {
    const old = before[name];
    if (value === undefined) continue;
    const type = fieldType(types, definition, name);
    if (Array.isArray(value) && Array.isArray(old) && type.key !== undefined) {
      diffList(types, name, type, old as Json[], value as Json[], options, patch);
    } else if (isFields(value) && isFields(old)) {
      if (type.replace) {
        if (!options.skipChanges) patch[name] = value;
        continue;
      }
      const inner = createStrategicPatch(types, type.definition, old, value, options);
      if (type.retain) keepOnly(inner, old as Fields, value as Fields);
      if (Object.keys(inner).length > 0) patch[name] = inner;
    } else if (!options.skipChanges && !equal(old, value)) patch[name] = value;
  }
  return patch;
}

/** Says which members stay, where a patch changes something or leaves members out. */
function keepOnly(patch: Fields, before: Fields, after: Fields): void {
  const kept = Object.keys(after).filter((name) => after[name] !== null);
  const more = Object.keys(before).some(
    (name) => before[name] !== null && before[name] !== undefined && after[name] === undefined,
  );
  if (kept.length === 0 || (Object.keys(patch).length === 0 && !more)) return;
  patch['$retainKeys'] = kept.sort();
}

function diffList(
  types: MergeTypes,
  name: string,
  { definition, key = '', retain }: FieldType,
  before: readonly Json[],
  after: readonly Json[],
  options: {
    readonly skipDeletions?: boolean;
    readonly skipChanges?: boolean;
    readonly setOrder?: boolean;
  },
  patch: Fields,
): void {
  if (key === '') {
    const added = after.filter((item) => !before.some((each) => equal(each, item)));
    const gone = before.filter((item) => !after.some((each) => equal(each, item)));
    if (added.length > 0 && !options.skipChanges) patch[name] = added;
    if (gone.length > 0 && !options.skipDeletions) patch[`$deleteFromPrimitiveList/${name}`] = gone;
    return;
  }
  const find = (list: readonly Json[], item: Json) =>
    list.find((each) => isFields(each) && isFields(item) && equal(each[key], item[key]));
  const changes: Json[] = [];
  for (const item of after) {
    const old = find(before, item);
    const mergeKey = { [key]: (item as Fields)[key] ?? null };
    if (old === undefined) {
      if (!options.skipChanges) changes.push(item);
      continue;
    }
    const inner = createStrategicPatch(types, definition, old, item, options);
    if (retain && isFields(old) && isFields(item)) keepOnly(inner, old as Fields, item as Fields);
    if (Object.keys(inner).length > 0) changes.push({ ...inner, ...mergeKey });
  }
  if (!options.skipDeletions) {
    for (const item of before) {
      if (find(after, item) === undefined) {
        changes.push({ $patch: 'delete', [key]: (item as Fields)[key] ?? null });
      }
    }
  }
  if (changes.length === 0) return;
  patch[name] = changes;
  if (options.setOrder !== false) {
    patch[`$setElementOrder/${name}`] = after.map((item) => ({
      [key]: (item as Fields)[key] ?? null,
    }));
  }
}

/**
 * The patch of `kubectl apply`: deletions are what the last applied manifest had and the new one
 * has not; changes are what differs from the live object.
 */
export function threeWay(
  types: MergeTypes,
  definition: string | undefined,
  last: Json | undefined,
  intent: Json,
  live: Json,
): Fields {
  const changes = createStrategicPatch(types, definition, live, intent, { skipDeletions: true });
  const deletions = createStrategicPatch(types, definition, last ?? {}, intent, {
    skipChanges: true,
  });
  return mergePatches(changes, deletions);
}

/** Joins two patches field by field; the lists of one merge key are put behind one another. */
function mergePatches(a: Fields, b: Fields): Fields {
  const result: Fields = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const own = result[name];
    if (own === undefined || name === '$retainKeys' || name.startsWith('$setElementOrder/')) {
      if (own === undefined) result[name] = value;
    } else if (Array.isArray(own) && Array.isArray(value)) result[name] = [...own, ...value];
    else if (isFields(own) && isFields(value))
      result[name] = mergePatches(own as Fields, value as Fields);
  }
  return result;
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
