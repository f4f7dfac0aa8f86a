import type { ApiObject } from '../apimachinery/object.ts';
import { meets, meetsFields, parseFieldSelector, parseSelector } from '../apimachinery/selector.ts';
import {
  badRequestStatus,
  formNotAcceptableStatus,
  notFoundStatus,
  type ApiStatus,
  type Outcome,
} from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import type { Json } from '../world/json.ts';
import {
  decodeContinue,
  encodeContinue,
  tokenExpired,
  type ContinueToken,
} from './continue-token.ts';
import { tooLarge } from './options.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { answer, refuse } from './responses.ts';
import { apiVersionOf, header, type Target } from './route.ts';
import { scaleTabled } from './scale.ts';
import type { Server } from './server.ts';
import { formVersion, tableOf, wantedForm } from './table.ts';

/** Whether an object is among those that a request asks for. */
export type Filter = (object: ApiObject) => boolean;

const everything: Filter = () => true;

/** Filters of the URLs that are kept (`readUrl`). */
const filters = new WeakMap<Target, Outcome<Filter>>();

/** The filter of a request's label and field selectors. */
export function filterOf(target: Target): Outcome<Filter> {
  let found = filters.get(target);
  if (!found) filters.set(target, (found = makeFilter(target)));
  return found;
}

function makeFilter({ kind, name, query }: Target): Outcome<Filter> {
  const labels = parseSelector(query.get('labelSelector') ?? '');
  if (!labels.ok) {
    return { ok: false, status: badRequestStatus(labels.error) };
  }
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (!fields.ok) return { ok: false, status: badRequestStatus(fields.error) };
  const known = new Set([
    'metadata.name',
    ...(kind.names.namespaced ? ['metadata.namespace'] : []),
  ]);
  for (const { field } of fields.value) {
    const probe = { metadata: {} } as unknown as ApiObject;
    const selectable = kind.selectableFields ? Object.keys(kind.selectableFields(probe)) : [];
    if (!known.has(field) && !selectable.includes(field)) {
      return { ok: false, status: badRequestStatus(`field label not supported: ${field}`) };
    }
  }
  if (labels.value.length === 0 && fields.value.length === 0) {
    return {
      ok: true,
      value: name === undefined ? everything : (each) => each.metadata.name === name,
    };
  }
  return {
    ok: true,
    value: (object) =>
      meets(labels.value, object.metadata.labels) &&
      meetsFields(fields.value, object, kind.selectableFields?.(object) ?? {}),
  };
}

/** GET of one object. */
export function getOne(server: Server, target: Target, request: ApiRequest): ApiResponse {
  const { kind, namespace, name = '' } = target;
  const found = server.storage.get(kind, namespace, name);
  if (!found) return refuse(notFoundStatus(kind.names, name));
  const shown = target.subresource === 'scale' ? server.scale(kind, found) : found;
  return present(server, kind, shown, request, [], 200);
}

/** One object in the form that the client accepts. */
export function present(
  server: Server,
  kind: ResourceKind,
  object: ApiObject,
  request: ApiRequest,
  warnings: readonly string[],
  status: number,
): ApiResponse {
  const accept = header(request, 'accept');
  const form = wantedForm(accept);
  const apiVersion = formVersion(accept);
  const scaled = object.kind === 'Scale' && object.apiVersion === 'autoscaling/v1';
  if (form === 'table' && (scaled || object.kind === kind.names.kind)) {
    const include = /includeObject=(\w+)/.exec(request.url)?.[1] ?? 'Metadata';
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const shown = scaled ? scaleTabled(kind) : kind;
    const table = tableOf(server, shown, [object], metadata, { include, apiVersion });
    return answer(status, table, warnings);
  }
  if (form === 'metadata') {
    const { metadata } = object;
    const partial = { kind: 'PartialObjectMetadata', apiVersion, metadata };
    return answer(status, partial, warnings);
  }
  if (form === 'metadata-list') {
    return refuse(notAcceptable('PartialObjectMetadataList', 'not a list', goType(kind)));
  }
  return answer(status, object, warnings);
}

/** GET of a list, with selectors, `limit` and `continue`. */
export function getList(server: Server, target: Target, request: ApiRequest): ApiResponse {
  const { kind, query } = target;
  const filter = filterOf(target);
  if (!filter.ok) return refuse(filter.status);
  const ahead = tooLarge(query.get('resourceVersion'), server.world.store.revision);
  if (ahead) return refuse(ahead);
  const page = listPage(server, target, filter.value);
  if (!page.ok) return refuse(page.status);
  const { items: found, metadata } = page.value;
  const accept = header(request, 'accept');
  const form = wantedForm(accept);
  const version = formVersion(accept);
  if (form === 'table') {
    const include = query.get('includeObject') ?? 'Metadata';
    return answer(200, tableOf(server, kind, found, metadata, { include, apiVersion: version }));
  }
  if (form === 'metadata-list') {
    const items = found.map(({ metadata: own }) => ({ metadata: own }));
    const list = { kind: 'PartialObjectMetadataList', apiVersion: version };
    return answer(200, { ...list, metadata, items });
  }
  if (form === 'metadata') {
    return refuse(notAcceptable('PartialObjectMetadata', 'a list', `${goType(kind)}List`));
  }
  // The real server sends items bare; callers inside the page ask to keep their kinds, for speed.
  const keep = header(request, 'accept').includes('keep=kinds');
  const items = keep ? found : found.map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
  const list = { kind: `${kind.names.kind}List`, apiVersion: apiVersionOf(kind), metadata, items };
  return answer(200, list);
}

/** The name of a kind's internal Go type: `*core.Service`. */
function goType({ names }: ResourceKind): string {
  return `*${names.group === '' ? 'core' : names.group.split('.')[0]}.${names.kind}`;
}

function notAcceptable(form: string, what: string, type: string): ApiStatus {
  return formNotAcceptableStatus(
    `you requested ${form}, but the requested object is ${what} (${type})`,
  );
}

interface Page {
  readonly items: readonly ApiObject[];
  readonly metadata: Readonly<Record<string, Json>>;
}

/** The one name that a list is of, so that nobody looks through all objects for it. */
function onlyName({ kind, namespace, query }: Target): string | undefined {
  if (kind.names.namespaced && namespace === undefined) return undefined;
  return /^metadata\.name=([^,=!]+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
}

/** The objects of one chunk: all chunks show the state of the first one's revision. */
function listPage(server: Server, target: Target, filter: Filter): Outcome<Page> {
  const { kind, namespace, query } = target;
  const { store } = server.world;
  const text = query.get('continue');
  const token = text ? decodeContinue(text) : undefined;
  if (token && !token.ok) return token;
  const at = token && token.value.revision >= 0 ? token.value.revision : store.revision;
  const { storage } = server;
  const now = at === store.revision;
  const one = now ? onlyName(target) : undefined;
  const state =
    one !== undefined
      ? [storage.get(kind, namespace, one)].filter((each) => each !== undefined)
      : now
        ? storage.list(kind, namespace)
        : storage.listAt(kind, namespace, at);
  if (state === 'compacted') {
    return { ok: false, status: tokenExpired(token?.value as ContinueToken) };
  }
  const place = ({ metadata: { namespace: space, name } }: ApiObject) =>
    kind.names.namespaced && namespace === undefined ? `${space}/${name}` : name;
  const after = token?.value.after;
  const all = filter === everything ? state : state.filter(filter);
  const rest = after === undefined ? all : all.filter((each) => place(each) > after);
  const limit = Number(query.get('limit') ?? 0);
  const resourceVersion = String(at);
  if (!(limit > 0) || rest.length <= limit) {
    return { ok: true, value: { items: rest, metadata: { resourceVersion } } };
  }
  const items = rest.slice(0, limit);
  const next = { revision: at, after: place(items.at(-1) as ApiObject) };
  // How many are left is told only where nothing is filtered: else it would have to be counted.
  const selects = query.get('labelSelector') || query.get('fieldSelector');
  const left: Record<string, Json> = selects ? {} : { remainingItemCount: rest.length - limit };
  const metadata = { resourceVersion, continue: encodeContinue(next), ...left };
  return { ok: true, value: { items, metadata } };
}
