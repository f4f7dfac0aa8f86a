import type { ApiTexts } from '../resources/texts.ts';
import type { ResourceKind } from '../resources/kind.ts';
import type { Json } from '../world/json.ts';
import { REF, type Schema } from './openapi/schema.ts';

/** Counts that the API server keeps as plain numbers, and so prints even where nobody set them. */
const counted = new Set(['deployments', 'replicasets', 'statefulsets', 'replicationcontrollers']);

/**
 * What Go prints of an object of a kind that nothing was put into, but for `kind`, `apiVersion` and
 * the metadata: structs that are no pointers, and what may not be left out. Bookmarks are such.
 * Nothing for kinds whose schemas are not there (yet).
 */
export function zeroOf(kind: ResourceKind, texts: ApiTexts): Readonly<Record<string, Json>> {
  const name = texts.names[kind.definition];
  const whole = name === undefined ? {} : members(texts, name);
  const { kind: _kind, apiVersion: _version, metadata: _metadata, spec, ...rest } = whole;
  if (spec === undefined) return rest;
  const replicas = counted.has(kind.names.plural) ? { replicas: 0 } : {};
  return { spec: { ...(spec as object), ...replicas }, ...rest };
}

function members(texts: ApiTexts, name: string): Readonly<Record<string, Json>> {
  const { properties = {}, required = [] } = (texts.definitions[name] ?? {}) as Schema;
  const shown = Object.entries(properties).flatMap(([field, schema]) => {
    const value = zero(texts, schema, required.includes(field));
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(shown);
}

function zero(texts: ApiTexts, schema: Schema, must: boolean): Json | undefined {
  const ref = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.slice(REF.length);
  const isTime = ref?.endsWith('.Time') || ref?.endsWith('.MicroTime');
  if (isTime) return must || schema.default !== undefined ? null : undefined;
  if (schema.default === undefined) return must ? null : undefined;
  if (ref === undefined || typeof schema.default !== 'object') return schema.default;
  return members(texts, ref);
}
