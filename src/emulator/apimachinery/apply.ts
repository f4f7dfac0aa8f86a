import { equal, type Json } from '../world/json.ts';
import {
  below,
  difference,
  intersection,
  isEmpty,
  pathsOf,
  union,
  withParents,
  type FieldSet,
} from './field-set.ts';
import { elementOf, fieldType, innerType, type FieldType } from './field-types.ts';
import * as managed from './managed-fields.ts';
import type { ApiObject, ManagedFieldsEntry } from './object.ts';
import { isFields } from './patch/merge.ts';
import type { MergeTypes } from './patch/strategic.ts';
import { badRequestStatus, type ApiStatus, type Outcome } from './status.ts';

/** What server-side apply made of an intent: the merged object, without its managed fields. */
interface Merged {
  readonly object: ApiObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
}

/**
 * Server-side apply, after structured-merge-diff: merges an intent into the live object by field
 * ownership. Fields of the last intent that the new one leaves out go, unless somebody else owns
 * them; a changed field that another manager owns is a conflict unless `force`.
 */
export function applyIntent(
  types: MergeTypes,
  definition: string,
  live: ApiObject | undefined,
  intent: ApiObject,
  writer: managed.Writer,
  force: boolean,
): Outcome<Merged> {
  const wanted = managed.fieldsOf(types, definition, intent);
  const entries = live?.metadata.managedFields ?? [];
  const mine = entries.find(
    (entry) => entry.manager === writer.manager && entry.operation === 'Apply',
  );
  const others = entries.filter((entry) => entry !== mine);
  const root: FieldType = { form: 'struct', definition };
  const merged = merge(types, root, live as unknown as Json | undefined, stripped(intent));
  const dropped = mine ? difference(mine.fieldsV1 as FieldSet, withParents(wanted)) : {};
  const free = others.reduce<FieldSet>(
    (left, entry) => difference(left, withParents(entry.fieldsV1 as FieldSet)),
    dropped,
  );
  const object = prune(types, root, merged, free) as unknown as ApiObject;
  const { added, modified, removed } = managed.compare(types, definition, live, object);
  const touched = intersection(union(added, modified), wanted);
  const conflicts = others.flatMap((entry) => {
    const both = intersection(entry.fieldsV1 as FieldSet, touched);
    return isEmpty(both) ? [] : [{ entry, both }];
  });
  if (live && conflicts.length > 0 && !force) {
    return { ok: false, status: conflictOf(conflicts) };
  }
  const taken = union(touched, removed);
  const kept = others.flatMap((entry) => managed.without(entry, taken));
  const unchanged = mine && equal(mine.fieldsV1, wanted) && isEmpty(union(touched, removed));
  const own = isEmpty(wanted) ? [] : [unchanged ? mine : managed.entryOf(writer, wanted)];
  return { ok: true, value: { object, managedFields: managed.sortEntries([...own, ...kept]) } };
}

function stripped(intent: ApiObject): Json {
  const { managedFields: _fields, ...metadata } = intent.metadata;
  return { ...intent, metadata } as unknown as Json;
}

/** Lays an intent over a live value; what is owned as a whole is replaced. */
function merge(types: MergeTypes, type: FieldType, live: Json | undefined, intent: Json): Json {
  if (type.form === 'list' && Array.isArray(live) && Array.isArray(intent)) {
    const inner = innerType(type.definition);
    const items = new Map((live as Json[]).map((item) => [elementOf(type.keys, item), item]));
    for (const item of intent as Json[]) {
      const element = elementOf(type.keys, item);
      items.set(element, merge(types, inner, items.get(element), item));
    }
    return [...items.values()];
  }
  if (type.form === 'leaf' || type.form === 'list' || !isFields(intent)) return intent;
  const result: Record<string, Json | undefined> = { ...(isFields(live) ? live : {}) };
  for (const [name, value] of Object.entries(intent)) {
    if (value === undefined) continue;
    const inner =
      type.form === 'map' ? innerType(type.definition) : fieldType(types, type.definition, name);
    result[name] = merge(types, inner, result[name], value);
  }
  return result as Json;
}

/** Takes fields out; a container that becomes empty by it goes as well. */
function prune(types: MergeTypes, type: FieldType, value: Json, gone: FieldSet): Json {
  if (isEmpty(gone)) return value;
  if (type.form === 'list' && Array.isArray(value)) {
    return (value as Json[]).flatMap((item) => {
      const hit = gone[elementOf(type.keys, item)];
      if (!hit) return [item];
      if (isEmpty(hit) || '.' in hit) return [];
      return [prune(types, innerType(type.definition), item, below(hit))];
    });
  }
  if (type.form === 'leaf' || type.form === 'list' || !isFields(value)) return value;
  const result: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const hit = gone[`f:${name}`];
    if (member === undefined || (hit && isEmpty(hit))) continue;
    const inner =
      type.form === 'map' ? innerType(type.definition) : fieldType(types, type.definition, name);
    const left = hit ? prune(types, inner, member, below(hit)) : member;
    const emptied = hit && typeof left === 'object' && left && Object.keys(left).length === 0;
    if (!emptied) result[name] = left;
  }
  return result;
}

type Conflict = { readonly entry: ManagedFieldsEntry; readonly both: FieldSet };

/** 409 with each manager's fields, in the words of `managedfields.NewConflictError`. */
function conflictOf(conflicts: readonly Conflict[]): ApiStatus {
  const lines = conflicts.flatMap(({ entry, both }) =>
    pathsOf(both).map((path) => ({ name: managerOf(entry), path })),
  );
  const managers = new Map<string, string[]>();
  for (const { name, path } of lines) {
    managers.set(name, [...(managers.get(name) ?? []), path]);
  }
  const texts = [...managers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, list]) => `conflicts with ${name}:\n${list.map((path) => `- ${path}`).join('\n')}`,
    );
  const [first] = lines;
  const text =
    lines.length === 1 && first ? `conflict with ${first.name}: ${first.path}` : texts.join('\n');
  const count = lines.length === 1 ? '1 conflict' : `${lines.length} conflicts`;
  return {
    ...badRequestStatus(`Apply failed with ${count}: ${text}`),
    reason: 'Conflict',
    code: 409,
    details: {
      causes: lines.map(({ name, path }) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${name}`,
        field: path,
      })),
    },
  };
}

function managerOf({ manager, operation, subresource, apiVersion }: ManagedFieldsEntry): string {
  const sub = subresource ? ` with subresource "${subresource}"` : '';
  return operation === 'Apply' ? `"${manager}"${sub}` : `"${manager}"${sub} using ${apiVersion}`;
}
