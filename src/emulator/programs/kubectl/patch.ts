import { createMergePatch } from '../../apimachinery/patch/merge.ts';
import {
  createStrategicPatch,
  strategicMerge,
  threeWay,
} from '../../apimachinery/patch/strategic.ts';
import { kinds, mergeTypes } from '../../resources/catalog.ts';
import type { Json } from '../../world/json.ts';
import { asJson, type Obj } from './object.ts';
import type { Mapping } from './rest-mapper.ts';

/** Name of a built-in kind's definition; undefined for kinds that kubectl does not know. */
export function definitionOf(mapping: Mapping): string | undefined {
  return kinds.find(
    ({ names }) =>
      names.group === mapping.group &&
      names.version === mapping.version &&
      names.kind === mapping.kind,
  )?.definition;
}

export interface ThreeWayPatch {
  readonly type: 'strategic' | 'merge';
  readonly patch: Record<string, Json>;
}

/** The patch of apply: strategic for built-in kinds, a JSON merge patch for others. */
export function threeWayPatch(
  mapping: Mapping,
  last: Obj | undefined,
  intent: Obj,
  live: Obj,
): ThreeWayPatch {
  const definition = definitionOf(mapping);
  if (definition !== undefined) {
    const patch = threeWay(
      mergeTypes,
      definition,
      last && asJson(last),
      asJson(intent),
      asJson(live),
    );
    return { type: 'strategic', patch };
  }
  const deleted = onlyNulls(createMergePatch(last ? asJson(last) : {}, asJson(intent)) ?? {});
  const changed = withoutNulls(createMergePatch(asJson(live), asJson(intent)) ?? {});
  return { type: 'merge', patch: join(changed, deleted) };
}

type Fields = Record<string, Json>;

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deletions of a merge patch. */
function onlyNulls(patch: Json): Fields {
  const result: Fields = {};
  for (const [name, value] of Object.entries(isFields(patch) ? patch : {})) {
    if (value === null) result[name] = null;
    else if (isFields(value)) {
      const inner = onlyNulls(value);
      if (Object.keys(inner).length > 0) result[name] = inner;
    }
  }
  return result;
}

/** Additions and changes of a merge patch. */
function withoutNulls(patch: Json): Fields {
  const result: Fields = {};
  for (const [name, value] of Object.entries(isFields(patch) ? patch : {})) {
    if (value === null) continue;
    if (!isFields(value)) result[name] = value;
    else {
      const inner = withoutNulls(value);
      if (Object.keys(inner).length > 0 || Object.keys(value).length === 0) result[name] = inner;
    }
  }
  return result;
}

function join(a: Fields, b: Fields): Fields {
  const result = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const own = result[name];
    result[name] = isFields(own) && isFields(value) ? join(own, value) : value;
  }
  return result;
}

/** What turns one version of an object into another. */
export function twoWayPatch(mapping: Mapping, from: Obj, to: Obj): Record<string, Json> {
  return createStrategicPatch(mergeTypes, definitionOf(mapping), asJson(from), asJson(to));
}

/** A strategic merge patch laid over an object in the client. */
export function applyStrategic(mapping: Mapping, object: Obj, patch: Json): Obj {
  return strategicMerge(mergeTypes, definitionOf(mapping), asJson(object), patch) as unknown as Obj;
}
