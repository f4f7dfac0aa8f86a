import type { ApiObject } from '../apimachinery/object.ts';
import { meets, meetsFields, parseFieldSelector, parseSelector } from '../apimachinery/selector.ts';
import {
  badRequestStatus,
  expiredStatus,
  notFoundStatus,
  type Outcome,
} from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import type { Json } from '../world/json.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { answer, refuse } from './responses.ts';
import { apiVersionOf, header, type Target } from './route.ts';
import type { Server } from './server.ts';
import { tableOf, wantedForm } from './table.ts';

/** Whether an object is among those that a request asks for. */
export type Filter = (object: ApiObject) => boolean;

const everything: Filter = () => true;

/** The filter of a request's label and field selectors. */
export function filterOf({ kind, name, query }: Target): Outcome<Filter> {
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
  const warnings = kind.warnings?.(found, found) ?? [];
  const shown = target.subresource === 'scale' ? server.scale(kind, found) : found;
  return present(server, kind, shown, request, warnings, 200);
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
  const form = wantedForm(header(request, 'accept'));
  if (form === 'table' && object.kind === kind.names.kind) {
    const include = /includeObject=(\w+)/.exec(request.url)?.[1] ?? 'Metadata';
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const table = tableOf(kind, [object], metadata, server.world.clock.now, { include });
    return answer(status, table, warnings);
  }
  if (form === 'metadata') {
    const { metadata } = object;
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
    return answer(status, partial, warnings);
  }
  return answer(status, object, warnings);
}

/** GET of a list, with selectors, `limit` and `continue`. */
export function getList(server: Server, target: Target, request: ApiRequest): ApiResponse {
  const { kind, namespace, query } = target;
  const filter = filterOf(target);
  if (!filter.ok) return refuse(filter.status);
  const stored = server.storage.list(kind, namespace);
  const all = filter.value === everything ? stored : stored.filter(filter.value);
  const page = paginate(all, query.get('limit'), query.get('continue'));
  if (!page)
    return refuse(
      expiredStatus(
        'The provided continue parameter is too old to display a consistent list result.',
      ),
    );
  const metadata = { resourceVersion: String(server.world.store.revision), ...page.rest };
  const warnings =
    kind.warnings && all[0] ? kind.warnings(all[0], all[0]) : server.kindWarnings(kind);
  const form = wantedForm(header(request, 'accept'));
  if (form === 'table') {
    const include = query.get('includeObject') ?? 'Metadata';
    const { now } = server.world.clock;
    return answer(200, tableOf(kind, page.items, metadata, now, { include }), warnings);
  }
  if (form === 'metadata-list') {
    const items = page.items.map(({ metadata }) => ({ metadata }));
    return answer(
      200,
      { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items },
      warnings,
    );
  }
  // The real server sends items bare; callers inside the page ask to keep their kinds, for speed.
  const keep = header(request, 'accept').includes('keep=kinds');
  const items = keep
    ? page.items
    : page.items.map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
  const list = { kind: `${kind.names.kind}List`, apiVersion: apiVersionOf(kind), metadata, items };
  return answer(200, list, warnings);
}

interface Page {
  readonly items: readonly ApiObject[];
  readonly rest: Readonly<Record<string, Json>>;
}

/** The continue token names where to go on: it is only ever read by us. */
function paginate(
  all: readonly ApiObject[],
  limit: string | undefined,
  token: string | undefined,
): Page | undefined {
  const from =
    token === undefined || token === '' ? 0 : Number(/^at-(\d+)$/.exec(token)?.[1] ?? NaN);
  if (Number.isNaN(from)) return undefined;
  const size = Number(limit ?? 0);
  if (size <= 0 || from + size >= all.length)
    return { items: from > 0 ? all.slice(from) : all, rest: {} };
  const next = from + size;
  return {
    items: all.slice(from, next),
    rest: { continue: `at-${next}`, remainingItemCount: all.length - next },
  };
}
