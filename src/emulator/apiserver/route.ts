import type { ResourceKind } from '../resources/kind.ts';
import type { ApiRequest } from './request.ts';

/** What a resource path means. */
export interface Target {
  readonly kind: ResourceKind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: Query;
  /** Subresource whose write changes the object itself: field ownership names it. */
  readonly as?: string;
}

/** Query parameters; a repeated one keeps all its values. */
export interface Query {
  get(name: string): string | undefined;
  all(name: string): readonly string[];
  flag(name: string): boolean;
}

/** Splits a URL into its path and its decoded query. */
export function splitUrl(url: string): { readonly path: string; readonly query: Query } {
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const values = new Map<string, string[]>();
  for (const part of (cut < 0 ? '' : url.slice(cut + 1)).split('&')) {
    if (part === '') continue;
    const [name = '', ...rest] = part.split('=');
    const key = unescape(name);
    values.set(key, [...(values.get(key) ?? []), unescape(rest.join('='))]);
  }
  return {
    path,
    query: {
      get: (name) => values.get(name)?.[0],
      all: (name) => values.get(name) ?? [],
      flag: (name) => /^(true|1|)$/.test(values.get(name)?.[0] ?? 'false'),
    },
  };
}

function unescape(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A URL taken apart, and what it names. */
export interface Asked {
  readonly path: string;
  readonly query: Query;
  readonly target: Target | undefined;
}

/** URLs that were taken apart, by the kinds that were served then; so many are kept. */
const asked = new WeakMap<object, Map<string, Asked>>();
const KEPT = 4_000;

/** Takes a URL apart and finds what it names; the same few are asked for all the time. */
export function readUrl(kinds: ReadonlyMap<string, ResourceKind>, url: string): Asked {
  let kept = asked.get(kinds);
  if (!kept) asked.set(kinds, (kept = new Map()));
  let found = kept.get(url);
  if (!found) {
    const { path, query } = splitUrl(url);
    found = { path, query, target: findTarget(kinds, path, query) };
    if (kept.size >= KEPT) kept.clear();
    kept.set(url, found);
  }
  return found;
}

/** The resource that a path names, or undefined where nothing is served there. */
export function findTarget(
  kinds: ReadonlyMap<string, ResourceKind>,
  path: string,
  query: Query,
): Target | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(unescape);
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const [group, version] = core ? ['', parts[1]] : [parts[1] ?? '', parts[2]];
  let rest = parts.slice(core ? 2 : 3);
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length >= 3 && !isSubresource(rest)) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural, name, subresource] = rest;
  const preferred = kinds.get(group === '' ? (plural ?? '') : `${plural}.${group}`);
  const other = preferred?.names.version !== version && kinds.get(`${plural}.${version}.${group}`);
  const kind = other || preferred;
  if (!kind || kind.names.version !== version || rest.length > 3) return undefined;
  if (kind.names.namespaced && namespace === undefined && name !== undefined) return undefined;
  if (!kind.names.namespaced && namespace !== undefined) return undefined;
  return { kind, namespace, name, subresource, query };
}

/** `/namespaces/x/status` and `/namespaces/x/finalize` are of the Namespace itself. */
function isSubresource(rest: readonly string[]): boolean {
  return rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize');
}

/** The kind's key among resources: `services`, `deployments.apps`. */
export function resourceOf({ names }: ResourceKind): string {
  return names.group === '' ? names.plural : `${names.plural}.${names.group}`;
}

/** The key under which a kind is found: that of another version names the version too. */
export function keyOfKind(kind: ResourceKind): string {
  const { plural, version, group } = kind.names;
  return kind.view?.of === resourceOf(kind) ? `${plural}.${version}.${group}` : resourceOf(kind);
}

/** The resource under which a kind's objects are stored. */
export function storedAs(kind: ResourceKind): string {
  return kind.view?.of ?? resourceOf(kind);
}

/** `v1`, `apps/v1`. */
export function apiVersionOf({ names }: ResourceKind): string {
  return names.group === '' ? names.version : `${names.group}/${names.version}`;
}

/** Value of a header; names are in lower case. */
export function header(request: ApiRequest, name: string): string {
  return request.headers?.[name] ?? '';
}
