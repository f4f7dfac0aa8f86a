import { canonical, equal, type Json } from '../world/json.ts';
import type { ApiObject, ManagedFieldsEntry } from './object.ts';
import { isFields } from './patch/merge.ts';
import { shapeOf } from './schema.ts';
import type { MergeTypes } from './patch/strategic.ts';

/** A set of fields as `fieldsV1` holds it: `f:name`, `k:{…}`, `v:…` and `.`. */
export type FieldSet = { readonly [element: string]: FieldSet };

/** Metadata that nobody owns, because the server keeps it. */
const unowned = new Set([
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.managedFields',
  'metadata.selfLink',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
]);

/** All fields that an object sets, by the types' lists and maps (structured-merge-diff). */
export function fieldsOf(types: MergeTypes, definition: string, object: ApiObject): FieldSet {
  return (walk(types, definition, object as unknown as Json, '') ?? {}) as FieldSet;
}

function walk(
  types: MergeTypes,
  definition: string | undefined,
  value: Json,
  path: string,
): FieldSet | undefined {
  if (!isFields(value)) return {};
  const set: Record<string, FieldSet> = {};
  for (const name of Object.keys(value)) {
    const member = value[name];
    const inner = path === '' ? name : `${path}.${name}`;
    if (member === undefined || unowned.has(inner)) continue;
    if (path === '' && member === null) continue;
    const fields = property(types, definition, name, member, inner);
    if (fields) set[`f:${name}`] = fields;
  }
  return Object.keys(set).length === 0 && path !== '' ? {} : set;
}

function property(
  types: MergeTypes,
  definition: string | undefined,
  name: string,
  value: Json,
  path: string,
): FieldSet | undefined {
  const type = definition ? types.schemas[definition]?.[name] : undefined;
  if (type === undefined || value === null) return {};
  const shape = shapeOf(type);
  if (definition && types.rules.atomic(definition, name)) return {};
  if (shape.list) {
    const keys = types.rules.keys(definition as string, name);
    if (!keys || !Array.isArray(value)) return {};
    return listFields(types, shape.ref, keys, value as Json[], path);
  }
  if (shape.map) {
    if (!isFields(value)) return {};
    const set: Record<string, FieldSet> = { '.': {} };
    for (const key of Object.keys(value)) set[`f:${key}`] = {};
    return set;
  }
  if (shape.base !== 'ref') return {};
  const inner = walk(types, shape.ref, value, path) ?? {};
  const isRoot = path === 'metadata' || path === 'spec' || path === 'status';
  if (isRoot) return Object.keys(inner).length === 0 ? undefined : inner;
  return Object.keys(inner).length === 0 ? {} : inner;
}

function listFields(
  types: MergeTypes,
  ref: string | undefined,
  keys: readonly string[],
  items: readonly Json[],
  path: string,
): FieldSet {
  const set: Record<string, FieldSet> = { '.': {} };
  for (const item of items) {
    if (keys[0] === '') {
      set[`v:${JSON.stringify(item)}`] = {};
      continue;
    }
    if (!isFields(item)) continue;
    const present = keys.filter((key) => item[key] !== undefined).sort();
    const id = Object.fromEntries(present.map((key) => [key, item[key] as Json]));
    set[`k:${canonical(id)}`] = { '.': {}, ...walk(types, ref, item as Json, `${path}[]`) };
  }
  return set;
}

/** Fields of `a` that are not in `b`. */
export function subtract(a: FieldSet, b: FieldSet | undefined): FieldSet | undefined {
  if (!b) return a;
  const rest: Record<string, FieldSet> = {};
  for (const [element, inner] of Object.entries(a)) {
    const other = b[element];
    if (other === undefined) rest[element] = inner;
    else if (Object.keys(inner).length > 0) {
      const left = subtract(inner, other);
      if (left && Object.keys(left).length > 0) rest[element] = left;
    }
  }
  return Object.keys(rest).length === 0 ? undefined : rest;
}

export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet {
  const result: Record<string, FieldSet> = { ...a };
  for (const [element, inner] of Object.entries(b ?? {})) {
    result[element] = result[element] ? union(result[element], inner) : inner;
  }
  return result;
}

/** Fields that are in both. */
export function intersect(a: FieldSet, b: FieldSet): FieldSet {
  const both: Record<string, FieldSet> = {};
  for (const [element, inner] of Object.entries(a)) {
    const other = b[element];
    if (other === undefined) continue;
    const common = intersect(inner, other);
    const leaf = Object.keys(inner).length === 0 || Object.keys(other).length === 0;
    if (leaf || Object.keys(common).length > 0) both[element] = common;
  }
  return both;
}

/** The fields among `set` whose values differ between two objects. */
export function changed(
  set: FieldSet,
  before: Json | undefined,
  after: Json | undefined,
): FieldSet | undefined {
  const result: Record<string, FieldSet> = {};
  for (const [element, inner] of Object.entries(set)) {
    if (element === '.') {
      if (before === undefined) result[element] = inner;
      continue;
    }
    const old = step(before, element);
    const now = step(after, element);
    if (equal(old, now)) continue;
    if (Object.keys(inner).length === 0 || old === undefined) {
      result[element] = inner;
      continue;
    }
    const below = changed(inner, old, now);
    if (below) result[element] = below;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

/** Goes one element down: a field, or the list item with these keys or this value. */
export function step(value: Json | undefined, element: string): Json | undefined {
  if (value === undefined || value === null) return undefined;
  const text = element.slice(2);
  if (element.startsWith('f:'))
    return isFields(value) ? (value[text] as Json | undefined) : undefined;
  if (!Array.isArray(value)) return undefined;
  const wanted = JSON.parse(text) as Json;
  if (element.startsWith('v:'))
    return value.find((item) => equal(item, wanted)) as Json | undefined;
  return value.find(
    (item) =>
      isFields(item) &&
      isFields(wanted) &&
      Object.entries(wanted).every(([key, each]) => equal(item[key], each)),
  ) as Json | undefined;
}

/** Who writes, and how. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time: string;
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
  const now = fieldsOf(types, definition, after);
  const touched = changed(now, before as unknown as Json, after as unknown as Json);
  const entries = (before?.metadata.managedFields ?? []).flatMap((entry) => {
    const kept = intersect(entry.fieldsV1 as FieldSet, now);
    if (Object.keys(kept).length === 0) return [];
    if (sameWriter(entry, writer)) {
      const all = union(kept, touched);
      return [touched ? entryOf(writer, all) : { ...entry, fieldsV1: kept as Json }];
    }
    const left = touched ? subtract(kept, touched) : kept;
    return left && Object.keys(left).length > 0 ? [{ ...entry, fieldsV1: left as Json }] : [];
  });
  if (touched && !entries.some((entry) => sameWriter(entry, writer))) {
    entries.push(entryOf(writer, touched));
  }
  return sortEntries(entries);
}

export function entryOf(writer: Writer, fields: FieldSet): ManagedFieldsEntry {
  return {
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: writer.apiVersion,
    time: writer.time,
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
