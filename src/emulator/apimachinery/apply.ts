import { canonical, equal, type Json } from '../world/json.ts';
import type { ApiObject, ManagedFieldsEntry } from './object.ts';
import { isFields } from './patch/merge.ts';
import { strategicMerge, type MergeTypes } from './patch/strategic.ts';
import * as managed from './managed-fields.ts';
import { badRequestStatus, type ApiStatus, type Outcome } from './status.ts';

/** What server-side apply made of an intent: the merged object, without its managed fields. */
interface Merged {
  readonly object: ApiObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
}

/**
 * Server-side apply: merges an intent into the live object by field ownership. Fields of the last
 * intent that are in the new one no longer go unless somebody else owns them; a changed field that
 * another manager owns is a conflict unless `force`.
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
  const merged = strategicMerge(types, definition, live as unknown as Json, stripped(intent));
  const differing = managed.changed(wanted, live as unknown as Json, merged) ?? {};
  const conflicts = others.flatMap((entry) => {
    const both = managed.intersect(entry.fieldsV1 as managed.FieldSet, differing);
    return Object.keys(both).length > 0 ? [{ entry, both }] : [];
  });
  if (live && conflicts.length > 0 && !force) {
    return { ok: false, status: conflictOf(conflicts) };
  }
  const dropped = mine ? managed.subtract(mine.fieldsV1 as managed.FieldSet, wanted) : undefined;
  const free = others.reduce<managed.FieldSet | undefined>(
    (left, entry) => left && managed.subtract(left, entry.fieldsV1 as managed.FieldSet),
    dropped,
  );
  const object = (free ? remove(merged, free) : merged) as unknown as ApiObject;
  const kept = others.flatMap((entry) => {
    const taken = conflicts.find((each) => each.entry === entry)?.both;
    const left = taken
      ? managed.subtract(entry.fieldsV1 as managed.FieldSet, taken)
      : entry.fieldsV1;
    return left ? [{ ...entry, fieldsV1: left as Json }] : [];
  });
  const unchanged = mine && equal(mine.fieldsV1, wanted) && equal(strip(live), strip(object));
  const own = unchanged ? mine : managed.entryOf(writer, wanted);
  return { ok: true, value: { object, managedFields: managed.sortEntries([own, ...kept]) } };
}

function strip(object: ApiObject | undefined): Json {
  if (!object) return null;
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as Json;
}

function stripped(intent: ApiObject): Json {
  return strip(intent);
}

function remove(value: Json, set: managed.FieldSet): Json {
  if (Array.isArray(value)) {
    const gone = Object.entries(set);
    return value.flatMap((item: Json) => {
      const hit = gone.find(([element]) => equal(managed.step([item], element), item));
      if (!hit) return [item];
      const below = Object.keys(hit[1]).filter((each) => each !== '.');
      const whole = below.length === 0 || '.' in hit[1];
      return whole ? [] : [remove(item, hit[1])];
    });
  }
  if (!isFields(value)) return value;
  const result: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const inner = set[`f:${name}`];
    if (member === undefined) continue;
    if (!inner) result[name] = member;
    else if (Object.keys(inner).length > 0) {
      const left = remove(member, inner);
      const empty = typeof left === 'object' && left !== null && Object.keys(left).length === 0;
      if (!(empty && '.' in inner)) result[name] = left;
    }
  }
  return result;
}

type Conflict = { readonly entry: ManagedFieldsEntry; readonly both: managed.FieldSet };

/** 409 with each manager's fields, in the words of `managedfields.NewConflictError`. */
function conflictOf(conflicts: readonly Conflict[]): ApiStatus {
  const lines = conflicts.flatMap(({ entry, both }) =>
    paths(both, '').map((path) => ({
      manager: entry.manager,
      operation: entry.operation,
      entry,
      path,
    })),
  );
  const describe = ({ entry }: { entry: ManagedFieldsEntry }) => {
    const sub = entry.subresource ? ` with subresource "${entry.subresource}"` : '';
    if (entry.operation === 'Apply') return `"${entry.manager}"${sub}`;
    return `"${entry.manager}"${sub} using ${entry.apiVersion}`;
  };
  const managers = new Map<string, string[]>();
  for (const line of lines) {
    const name = describe(line);
    managers.set(name, [...(managers.get(name) ?? []), line.path]);
  }
  const text =
    lines.length === 1
      ? `conflict with ${describe(lines[0]!)}: ${lines[0]!.path}`
      : `conflicts with ${[...managers]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, list]) => `${name}:\n${list.map((path) => `- ${path}`).join('\n')}`)
          .join('\nconflicts with ')}`;
  const count = lines.length === 1 ? '1 conflict' : `${lines.length} conflicts`;
  const base = badRequestStatus(`Apply failed with ${count}: ${text}`);
  return {
    ...base,
    reason: 'Conflict',
    code: 409,
    details: {
      causes: lines.map((line) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${describe(line)}`,
        field: line.path,
      })),
    },
  };
}

/** Dotted paths of the leaves: `.spec.ports[port=80,protocol="TCP"].targetPort`. */
function paths(set: managed.FieldSet, prefix: string): string[] {
  return Object.entries(set).flatMap(([element, inner]) => {
    if (element === '.') return [];
    const text = element.slice(2);
    let path = `${prefix}.${text}`;
    if (element.startsWith('k:')) {
      const keys = JSON.parse(text) as Record<string, Json>;
      path = `${prefix}[${Object.entries(keys)
        .map(([key, value]) => `${key}=${canonical(value)}`)
        .join(',')}]`;
    } else if (element.startsWith('v:')) path = `${prefix}[=${text}]`;
    const below = paths(inner, path);
    return below.length > 0 ? below : [path];
  });
}
