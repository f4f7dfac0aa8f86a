import { equal, type Json } from '../world/json.ts';
import type { ApiObject, ManagedFieldsEntry } from './object.ts';
import { difference, isEmpty, node, union, type FieldSet } from './field-set.ts';
import { elementOf, fieldType, innerType, isAlwaysThere, type FieldType } from './field-types.ts';
import { isFields } from './patch/merge.ts';
import type { MergeTypes } from './patch/strategic.ts';

export type { FieldSet } from './field-set.ts';

/** Metadata that nobody owns, because the server keeps it. */
const unowned = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** An object without what nobody owns. */
function owned(object: ApiObject | undefined): Json {
  if (!object) return {};
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const kept = Object.entries(metadata ?? {}).filter(([name]) => !unowned.has(name));
  // Metadata of nothing but a name claims nothing, not even that there is metadata.
  if (kept.length === 0) return rest as Json;
  return { ...rest, metadata: Object.fromEntries(kept) } as Json;
}

/** All fields that an object sets, as an applied manifest claims them. */
export function fieldsOf(types: MergeTypes, definition: string, object: ApiObject): FieldSet {
  return claimed(types, { form: 'struct', definition }, owned(object)) ?? {};
}

/** What a value claims: its leaves and list items, and containers only where they are empty. */
function claimed(types: MergeTypes, type: FieldType, value: Json): FieldSet | undefined {
  const children: Record<string, FieldSet> = {};
  const members = membersOf(types, type, value);
  for (const [element, inner, member] of members) {
    const below = claimed(types, inner, member);
    const item = element.startsWith('k:') || element.startsWith('v:');
    const made = below && item ? node(true, below) : below;
    if (made) children[element] = made;
  }
  if (members.length === 0) return {};
  return Object.keys(children).length === 0 ? undefined : children;
}

/** What a value consists of: the element, its type and its value. */
function membersOf(
  types: MergeTypes,
  type: FieldType,
  value: Json | undefined,
): readonly (readonly [string, FieldType, Json, string])[] {
  if (type.form === 'list') {
    const items = Array.isArray(value) ? (value as readonly Json[]) : [];
    const inner = innerType(type.definition);
    return items.map((item) => [elementOf(type.keys, item), inner, item, ''] as const);
  }
  if (type.form === 'leaf' || !isFields(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (member === undefined) return [];
    const inner =
      type.form === 'map' ? innerType(type.definition) : fieldType(types, type.definition, name);
    return [[`f:${name}`, inner, member, name] as const];
  });
}

/** How two objects differ, path by path. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two versions of an object; a path that only one has is added or removed. */
export function compare(
  types: MergeTypes,
  definition: string,
  before: ApiObject | undefined,
  after: ApiObject,
): Comparison {
  const result = differ(types, { form: 'struct', definition }, owned(before), owned(after), true);
  return {
    added: result.added ?? {},
    modified: result.modified ?? {},
    removed: result.removed ?? {},
  };
}

type Differences = { [P in keyof Comparison]?: FieldSet | undefined };

function differ(
  types: MergeTypes,
  type: FieldType,
  before: Json | undefined,
  after: Json | undefined,
  there: boolean,
): Differences {
  if (before === after) return {};
  const added = before === undefined && !there;
  const removed = after === undefined && !there;
  if (type.form === 'leaf') {
    const modified = before !== undefined && after !== undefined && !equal(before, after);
    return {
      added: node(before === undefined, {}),
      modified: node(modified, {}),
      removed: node(after === undefined, {}),
    };
  }
  const found: Parts = { added: undefined, modified: undefined, removed: undefined };
  if (type.form === 'list') differInList(types, type, before, after, found);
  else differInFields(types, type, before, after, found);
  const below = (part: keyof Comparison) => found[part] ?? {};
  return {
    added: node(added, below('added')),
    modified: node(false, below('modified')),
    removed: node(removed, below('removed')),
  };
}

type Parts = Record<keyof Comparison, Record<string, FieldSet> | undefined>;

const parts = ['added', 'modified', 'removed'] as const;

function note(found: Parts, element: string, differences: Differences): void {
  for (const part of parts) {
    const set = differences[part];
    if (set) (found[part] ??= {})[element] = set;
  }
}

function differInList(
  types: MergeTypes,
  type: FieldType & { readonly form: 'list' },
  before: Json | undefined,
  after: Json | undefined,
  found: Parts,
): void {
  const old = itemsOf(type, before);
  const now = itemsOf(type, after);
  const inner = innerType(type.definition);
  const visit = (element: string) => {
    const [left, right] = [old.get(element), now.get(element)];
    if (left !== right) note(found, element, differ(types, inner, left, right, false));
  };
  for (const element of old.keys()) visit(element);
  for (const element of now.keys()) if (!old.has(element)) visit(element);
}

/** The items of a list by how they are found again. */
function itemsOf(
  { keys }: FieldType & { readonly form: 'list' },
  list: Json | undefined,
): ReadonlyMap<string, Json> {
  const items = new Map<string, Json>();
  if (!Array.isArray(list)) return items;
  for (const item of list as readonly Json[]) items.set(elementOf(keys, item), item);
  return items;
}

/** Fields of a struct or keys of a map: those of before, then those that are new. */
function differInFields(
  types: MergeTypes,
  type: FieldType & { readonly form: 'struct' | 'map' },
  before: Json | undefined,
  after: Json | undefined,
  found: Parts,
): void {
  const old = isFields(before) ? before : NOTHING;
  const now = isFields(after) ? after : NOTHING;
  const visit = (name: string) => {
    const left = memberOf(old, name);
    const right = memberOf(now, name);
    if (left === right) return;
    const inner =
      type.form === 'map' ? innerType(type.definition) : fieldType(types, type.definition, name);
    const always = type.form === 'struct' && isAlwaysThere(type.definition, name, inner);
    note(found, `f:${name}`, differ(types, inner, left, right, always));
  };
  const isNew = (name: string) => memberOf(old, name) === undefined;
  for (const name of Object.keys(old)) if (!isNew(name)) visit(name);
  for (const name of Object.keys(now)) if (isNew(name)) visit(name);
}

type Members = { readonly [name: string]: Json | undefined };

const NOTHING: Members = {};

/** A member of the data's own: a label may be called `constructor`. */
const memberOf = (members: Members, name: string) =>
  Object.hasOwn(members, name) ? members[name] : undefined;

/** Who writes, and how. Without a time, the entry has none (writes of `scale`). */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
}

function sameWriter(entry: ManagedFieldsEntry, writer: Writer): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === writer.operation &&
    entry.apiVersion === writer.apiVersion &&
    (entry.subresource ?? '') === (writer.subresource ?? '')
  );
}

/** Managed fields after an update: what the writer changed is now theirs, what is gone nobody's. */
export function afterUpdate(
  types: MergeTypes,
  definition: string,
  before: ApiObject | undefined,
  after: ApiObject,
  writer: Writer,
): readonly ManagedFieldsEntry[] {
  const { added, modified, removed } = compare(types, definition, before, after);
  const entries = before?.metadata.managedFields ?? [];
  const touched = union(added, modified);
  if (isEmpty(touched) && isEmpty(removed)) return entries;
  const taken = union(touched, removed);
  const kept = entries.flatMap((entry) => {
    if (sameWriter(entry, writer)) return [];
    return without(entry, taken);
  });
  const own = entries.find((entry) => sameWriter(entry, writer));
  const mine = union(difference((own?.fieldsV1 ?? {}) as FieldSet, removed), touched);
  if (isEmpty(mine)) return sortEntries(kept);
  return sortEntries([...kept, entryOf(writer, mine)]);
}

/** An entry that has lost fields; none if it has lost all. */
export function without(entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry[] {
  const left = difference(entry.fieldsV1 as FieldSet, fields);
  if (isEmpty(left)) return [];
  return equal(left, entry.fieldsV1) ? [entry] : [{ ...entry, fieldsV1: left as Json }];
}

export function entryOf(writer: Writer, fields: FieldSet): ManagedFieldsEntry {
  return {
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: writer.apiVersion,
    ...(writer.time !== undefined && { time: writer.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields as Json,
    ...(writer.subresource && { subresource: writer.subresource }),
  };
}

/** Apply entries first, then by time, manager (as `managedfields` sorts them). */
export function sortEntries(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return entries.toSorted((a, b) => {
    if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1;
    const [x, y] = [a.time ?? '', b.time ?? ''];
    if (x !== y) return x < y ? -1 : 1;
    return a.manager < b.manager ? -1 : a.manager > b.manager ? 1 : 0;
  });
}
