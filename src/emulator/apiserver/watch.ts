import type { ApiObject } from '../apimachinery/object.ts';
import { expiredStatus } from '../apimachinery/status.ts';
import { assert } from '../world/assert.ts';
import type { Address, Json, Micros } from '../world/json.ts';
import type { Change } from '../world/store.ts';
import { actingFor, authorize } from './authorize.ts';
import { filterOf, type Filter } from './read.ts';
import { tooLarge } from './options.ts';
import type { ApiRequest, User, WatchMessage, WatchStart } from './request.ts';
import { refuse } from './responses.ts';
import { apiVersionOf, findTarget, header, splitUrl, storedAs } from './route.ts';
import type { Server } from './server.ts';
import { seen } from './storage.ts';
import { tableOf, wantedForm } from './table.ts';
import { nextBookmark } from './bookmark-times.ts';
import { zeroOf } from './zero.ts';

/** A watch as a record, so that a save holds it. */
interface WatchRecord {
  readonly id: number;
  readonly url: string;
  readonly accept: string;
  readonly deliverTo: Address;
  /** Microseconds that each event takes to arrive; the same for all, so that order holds. */
  readonly delay: number;
  /** Whether a Table event has carried the column definitions already. */
  readonly headed: boolean;
  /** When it ends by itself, if its client said so. */
  readonly end?: Micros;
}

const PREFIX = '/watches/';
const REGISTRY = '/registry/';

/** `services` of `/registry/services/default/web`. */
function resourceIn(key: string): string {
  return key.slice(REGISTRY.length, key.indexOf('/', REGISTRY.length));
}

/** Filters of running watches, derived from their records. */
interface Compiled {
  readonly prefix: string;
  readonly filter: Filter;
  /** For kinds whose objects are stored in another form. */
  readonly read?: (stored: ApiObject) => ApiObject;
}

export interface Watches {
  start(request: ApiRequest, user: User, deliverTo: Address): WatchStart;
  bookmark(id: number): void;
  /** When the next bookmark is due, if the client wants any and the watch has not ended. */
  bookmarkDue(id: number): Micros | undefined;
  end(id: number): void;
}

/** The watches of an API server: each commit to the registry is told to those whom it concerns. */
export function createWatches(server: Server): Watches {
  const { store, queue, chance } = server.world;
  const compiled = new Map<string, Compiled>();
  // The store gives the same list until a watch begins or ends.
  let grouped:
    { readonly of: unknown; readonly byResource: Map<string, WatchRecord[]> } | undefined;
  const watching = (key: string): readonly WatchRecord[] => {
    const list = store.list<WatchRecord>(PREFIX);
    if (grouped?.of !== list) {
      const byResource = new Map<string, WatchRecord[]>();
      for (const [, record] of list) {
        const resource = resourceIn(compile(record).prefix);
        byResource.set(resource, [...(byResource.get(resource) ?? []), record]);
      }
      grouped = { of: list, byResource };
    }
    return grouped.byResource.get(resourceIn(key)) ?? [];
  };

  const compile = (record: WatchRecord): Compiled => {
    const known = compiled.get(record.url);
    if (known) return known;
    const { path, query } = splitUrl(record.url);
    const target = findTarget(server.byResource, path, query);
    assert(target, `a watch of ${record.url} is of a known kind`);
    const filter = filterOf(target);
    assert(filter.ok, `the selectors of ${record.url} were read before`);
    const scope = target.namespace === undefined ? '' : `${target.namespace}/`;
    const { kind } = target;
    const made: Compiled = {
      prefix: `/registry/${storedAs(kind)}/${scope}`,
      filter: filter.value,
      ...(kind.view && { read: (object) => seen(kind, object) }),
    };
    compiled.set(record.url, made);
    return made;
  };

  const send = (record: WatchRecord, type: WatchMessage['event']['type'], object: Json) => {
    const message: WatchMessage = { type: 'watch', watch: record.id, event: { type, object } };
    queue.send(record.deliverTo, message as unknown as Json, record.delay);
  };

  const sendObject = (
    record: WatchRecord,
    type: 'ADDED' | 'MODIFIED' | 'DELETED',
    object: ApiObject,
  ) => {
    send(record, type, shown(server, record, object));
    if (!record.headed && wantedForm(record.accept) === 'table') save({ ...record, headed: true });
  };

  const recordOf = (id: number) =>
    store.get<WatchRecord>(`${PREFIX}${String(id).padStart(8, '0')}`);

  const save = (record: WatchRecord) => {
    const key = `${PREFIX}${String(record.id).padStart(8, '0')}`;
    store.commit(server.world.cause('kube-apiserver'), [{ key, value: record as unknown as Json }]);
  };

  store.onCommit((changes) => {
    for (const change of changes) {
      if (!change.key.startsWith(REGISTRY)) continue;
      for (const record of watching(change.key)) {
        const { prefix, filter, read } = compile(record);
        if (!change.key.startsWith(prefix)) continue;
        const event = eventOf(change, filter, read);
        if (event) sendObject(record, event.type, event.object);
      }
    }
  });

  return {
    start(request, user, deliverTo) {
      const { path, query } = splitUrl(request.url);
      const target = findTarget(server.byResource, path, query);
      if (!target) return { ok: false, response: server.handleUnknown() };
      const acting = actingFor(server, request, user);
      if (!acting.ok) return { ok: false, response: refuse(acting.status) };
      const denied = authorize(server, target, request, acting.user);
      if (denied) return { ok: false, response: refuse(denied) };
      const filter = filterOf(target);
      if (!filter.ok) return { ok: false, response: refuse(filter.status) };
      const ahead = tooLarge(query.get('resourceVersion'), store.revision);
      if (ahead) return { ok: false, response: refuse(ahead) };
      const id = (store.get<number>('/watches-last') ?? 0) + 1;
      store.commit(server.world.cause('kube-apiserver'), [{ key: '/watches-last', value: id }]);
      const record: WatchRecord = {
        id,
        url: request.url,
        accept: header(request, 'accept'),
        deliverTo,
        delay: 2_000 + chance.integer(`watch-delay/${deliverTo}/${path}`, 6_000),
        headed: false,
        ...endOf(query.get('timeoutSeconds'), server.world.clock.now),
      };
      save(record);
      begin(record, query.get('resourceVersion'), query.flag('sendInitialEvents'));
      return { ok: true, watch: id };
    },
    bookmarkDue(id) {
      const record = recordOf(id);
      if (!record || !splitUrl(record.url).query.flag('allowWatchBookmarks')) return undefined;
      return nextBookmark(server.world.clock.now, record.end);
    },
    bookmark(id) {
      const record = recordOf(id);
      if (record) send(record, 'BOOKMARK', bookmark(server, record, false));
    },
    end(id) {
      const key = `${PREFIX}${String(id).padStart(8, '0')}`;
      store.commit(server.world.cause('kube-apiserver'), [{ key, value: undefined }]);
    },
  };

  /** Events that come before the first change: all objects, or what happened since a version. */
  function begin(record: WatchRecord, version: string | undefined, initial: boolean): void {
    const { prefix, filter, read = (object: ApiObject) => object } = compile(record);
    if (initial || version === undefined || version === '' || version === '0') {
      let current = record;
      for (const [, stored] of store.list<ApiObject>(prefix)) {
        const object = read(stored);
        if (!filter(object)) continue;
        sendObject(current, 'ADDED', object);
        current = { ...current, headed: true };
      }
      if (initial) send(record, 'BOOKMARK', bookmark(server, record, true));
      return;
    }
    const changes = store.since(Number(version), prefix);
    if (changes === 'compacted') {
      const text = `too old resource version: ${version} (${store.revision})`;
      send(record, 'ERROR', expiredStatus(text) as unknown as Json);
      return;
    }
    for (const change of changes) {
      const event = eventOf(change, filter, read);
      if (event) sendObject(record, event.type, event.object);
    }
  }
}

/**
 * What a change is to a watch with a filter: an object that came, changed, or went out of sight.
 */
function eventOf(
  { before, after, revision }: Change,
  filter: Filter,
  read = (object: ApiObject) => object,
): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: ApiObject } | undefined {
  const old = before === undefined ? undefined : read(before as unknown as ApiObject);
  const now = after === undefined ? undefined : read(after as unknown as ApiObject);
  const was = old !== undefined && filter(old);
  const is = now !== undefined && filter(now);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: now };
  if (!was) return undefined;
  const metadata = { ...old.metadata, resourceVersion: String(revision) };
  return { type: 'DELETED', object: { ...(now ?? old), metadata } };
}

function shown(server: Server, record: WatchRecord, object: ApiObject): Json {
  const form = wantedForm(record.accept);
  if (form === 'object') return object as unknown as Json;
  const { path, query } = splitUrl(record.url);
  const kind = findTarget(server.byResource, path, query)?.kind;
  if (!kind || form !== 'table') {
    const { metadata } = object;
    return {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: metadata as unknown as Json,
    };
  }
  const options = { include: query.get('includeObject') ?? 'Metadata', headless: record.headed };
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  return tableOf(server, kind, [object], metadata, options) as unknown as Json;
}

function endOf(seconds: string | undefined, now: Micros): { readonly end?: Micros } {
  const length = Number(seconds ?? 0);
  return length > 0 ? { end: now + length * 1_000_000 } : {};
}

/** The version up to which a watcher has heard of everything; `initial`: of all that there was. */
function bookmark(server: Server, record: WatchRecord, initial: boolean): Json {
  const { path, query } = splitUrl(record.url);
  const kind = findTarget(server.byResource, path, query)?.kind;
  const partial = wantedForm(record.accept).startsWith('metadata');
  const own = { kind: kind?.names.kind ?? '', apiVersion: kind ? apiVersionOf(kind) : '' };
  return {
    ...(partial ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' } : own),
    metadata: {
      resourceVersion: String(server.world.store.revision),
      ...(initial && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
    },
    ...(kind && !partial && zeroOf(kind, server.texts())),
  };
}
