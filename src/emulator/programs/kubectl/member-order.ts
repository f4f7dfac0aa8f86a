import { shapeOf } from '../../apimachinery/schema.ts';
import { kinds, mergeTypes } from '../../resources/catalog.ts';
import type { Json } from '../../world/json.ts';
import type { Obj } from './object.ts';
import { orderOf } from './struct-members.ts';

/**
 * An object of a built-in kind with its members as its Go struct has them; members that the struct
 * of this version has not are dropped. Other objects come back as they are.
 */
export function inStructOrder(object: Obj): Obj {
  return ordered(object, false);
}

/** The same of what the server wrote: its structs may be newer, so that nothing is dropped. */
export function inServerOrder(object: Obj): Obj {
  return ordered(object, true);
}

function ordered(object: Obj, whole: boolean): Obj {
  const { apiVersion = '', kind = '' } = object;
  if (/.List$/.test(kind) && Array.isArray(object['items'])) {
    const { items, metadata, ...rest } = object;
    const own = definitionOf(apiVersion, kind.slice(0, -'List'.length));
    const inOrder = (items as Obj[]).map((item) =>
      item.kind === undefined && own !== undefined
        ? (arranged(own, item as Json, whole) as unknown as Obj)
        : ordered(item, whole),
    );
    return { kind, apiVersion, metadata: metadata ?? {}, ...rest, items: inOrder };
  }
  const own = definitionOf(apiVersion, kind);
  if (own === undefined) return object;
  return arranged(own, object as Json, whole) as unknown as Obj;
}

function definitionOf(apiVersion: string, kind: string): string | undefined {
  if (kind === 'TokenRequest') return 'AuthenticationV1TokenRequest';
  return kinds.find(({ names: { group, version, kind: own } }) => {
    return own === kind && apiVersion === (group === '' ? version : `${group}/${version}`);
  })?.definition;
}

function arranged(definition: string, value: Json, whole: boolean): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { schemas } = mergeTypes;
  const members = value as Record<string, Json>;
  const fields = schemas[definition] ?? {};
  const known = orderOf(definition) ?? [];
  const others = Object.keys(members).filter((name) => !known.includes(name));
  const names = known.length === 0 || whole ? [...known, ...others] : known;
  const result: Record<string, Json> = {};
  for (const name of names) {
    const member = members[name];
    if (member === undefined) continue;
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const { ref, list, map } = type === undefined ? {} : shapeOf(type);
    if (name === 'fieldsV1') result[name] = sortedPaths(member);
    else if (ref === undefined || member === null) result[name] = sortedMaps(member, map === true);
    else if (list) {
      result[name] = (member as readonly Json[]).map((each) => arranged(ref, each, whole));
    } else if (map) {
      const entries = Object.entries(member as object).sort(([a], [b]) => (a < b ? -1 : 1));
      result[name] = Object.fromEntries(
        entries.map(([key, each]) => [key, arranged(ref, each as Json, whole)]),
      );
    } else result[name] = arranged(ref, member, whole);
  }
  return result;
}

/** Maps are written with their keys sorted. */
function sortedMaps(value: Json, map: boolean): Json {
  if (!map || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A set of paths is written in the order of its elements (structured-merge-diff). */
function sortedPaths(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedPaths(inner as Json)]));
}
