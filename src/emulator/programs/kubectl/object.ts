import type { Json } from '../../world/json.ts';

/** An object as kubectl handles it: whatever came from a file or the server. */
export interface Obj {
  apiVersion?: string;
  kind?: string;
  metadata?: Meta;
  [field: string]: unknown;
}

export interface Meta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A copy that may be changed. */
export function copy<T>(value: T): T {
  return structuredClone(value);
}

/** All members sorted, in depth: how Go writes a map. */
export function sorted<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted) as T;
  const source = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(source)
      .filter((name) => source[name] !== undefined)
      .sort()
      .map((name) => [name, sorted(source[name])]),
  ) as T;
}

/** What lies at a path such as `spec.template.spec`; undefined where something is missing. */
export function at(object: unknown, path: string): unknown {
  let found: unknown = object;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/** The items of a list, with the kinds that the server leaves out put back. */
export function itemsOf(list: unknown): Obj[] {
  const {
    items,
    kind = '',
    apiVersion,
  } = list as { items?: Obj[]; kind?: string; apiVersion?: string };
  const own = kind.replace(/List$/, '');
  return (items ?? []).map((item) => ({
    ...item,
    apiVersion: item.apiVersion ?? apiVersion,
    kind: item.kind ?? own,
  })) as Obj[];
}

export function isList(object: unknown): boolean {
  const { kind = '', items } = object as Obj;
  return kind.endsWith('List') && (items === null || Array.isArray(items));
}

export function asJson(value: unknown): Json {
  return value as Json;
}

/** Group of an apiVersion. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
}
