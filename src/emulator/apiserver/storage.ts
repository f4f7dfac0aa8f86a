import type { ApiObject } from '../apimachinery/object.ts';
import type { ResourceKind } from '../resources/kind.ts';
import type { Key } from '../world/json.ts';
import type { Json } from '../world/json.ts';
import { rfc3339 } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { storedAs } from './route.ts';

/** Objects under `/registry/<resource>/[<namespace>/]<name>`, as etcd holds them. */
export interface Storage {
  get(kind: ResourceKind, namespace: string | undefined, name: string): ApiObject | undefined;
  list(kind: ResourceKind, namespace: string | undefined): readonly ApiObject[];
  /** The list as it was at a revision; `compacted` if nobody remembers. */
  listAt(
    kind: ResourceKind,
    namespace: string | undefined,
    revision: number,
  ): readonly ApiObject[] | 'compacted';
  /** Writes an object at a new revision, which becomes its resourceVersion. */
  put(kind: ResourceKind, object: ApiObject, by: string): ApiObject;
  remove(kind: ResourceKind, object: ApiObject, by: string): void;
}

export function keyOf(kind: ResourceKind, namespace: string | undefined, name: string): Key {
  const scope = kind.names.namespaced ? `${namespace}/` : '';
  return `/registry/${storedAs(kind)}/${scope}${name}`;
}

function prefixOf(kind: ResourceKind, namespace: string | undefined): Key {
  const scope = namespace === undefined ? '' : `${namespace}/`;
  return `/registry/${storedAs(kind)}/${scope}`;
}

/** A stored object in the form of the kind that it is asked for. */
export const seen = (kind: ResourceKind, stored: ApiObject): ApiObject =>
  kind.view?.read(stored) ?? stored;

/** Storage over the world's store. */
export function createStorage(world: World): Storage {
  const { store } = world;
  // The store gives the same array until something below the prefix changes.
  const objects = new WeakMap<object, readonly ApiObject[]>();
  return {
    get(kind, namespace, name) {
      if (kind.fixed) return kind.fixed.find(({ metadata }) => metadata.name === name);
      const found = store.get<ApiObject>(keyOf(kind, namespace, name));
      return found && seen(kind, found);
    },
    list(kind, namespace) {
      if (kind.fixed) return kind.fixed;
      const rows = store.list<ApiObject>(prefixOf(kind, namespace));
      let found = objects.get(rows);
      if (!found) {
        found = rows.map(([, object]) => object);
        objects.set(rows, found);
      }
      return kind.view ? found.map((object) => seen(kind, object)) : found;
    },
    listAt(kind, namespace, revision) {
      const prefix = prefixOf(kind, namespace);
      const now = store.list<ApiObject>(prefix);
      if (revision === store.revision) return now.map(([, object]) => seen(kind, object));
      const changes = store.since(revision, prefix);
      if (changes === 'compacted') return 'compacted';
      const then = new Map<Key, ApiObject>(now);
      for (const { key, before } of changes.toReversed()) {
        if (before === undefined) then.delete(key);
        else then.set(key, before as unknown as ApiObject);
      }
      return [...then].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => seen(kind, object));
    },
    put(kind, object, by) {
      const written = kind.view?.write(object) ?? object;
      const metadata = { ...written.metadata, resourceVersion: String(store.revision + 1) };
      const stored = { ...written, metadata };
      const key = keyOf(kind, metadata.namespace, metadata.name);
      const more = companions(world, kind, store.get<ApiObject>(key), stored);
      store.commit(world.cause(by), [{ key, value: stored as unknown as Json }, ...more]);
      return seen(kind, stored);
    },
    remove(kind, object, by) {
      const { namespace, name } = object.metadata;
      const key = keyOf(kind, namespace, name);
      const more = companions(world, kind, object, undefined);
      store.commit(world.cause(by), [{ key, value: undefined }, ...more]);
    },
  };
}

/** What is written along with an object: companions that came with it, and those that go. */
function companions(
  world: World,
  kind: ResourceKind,
  before: ApiObject | undefined,
  after: ApiObject | undefined,
): readonly { readonly key: Key; readonly value: Json | undefined }[] {
  if (!kind.companions) return [];
  const { resource, of } = kind.companions;
  const keyed = (object: ApiObject | undefined) =>
    new Map(
      (object ? of(object) : []).map((each) => [
        `/registry/${resource}/${each.metadata.name}`,
        each,
      ]),
    );
  const [old, now] = [keyed(before), keyed(after)];
  const gone = [...old.keys()].filter((key) => !now.has(key));
  const come = [...now].filter(([key]) => !old.has(key));
  return [
    ...gone.map((key) => ({ key, value: undefined })),
    ...come.map(([key, { metadata, ...rest }]) => {
      const full = {
        ...metadata,
        uid: world.chance.uuid(`uid/${key}/${world.store.revision}`),
        resourceVersion: String(world.store.revision + 1),
        generation: 1,
        creationTimestamp: rfc3339(world.clock.now),
      };
      return { key, value: { ...rest, metadata: full } as unknown as Json };
    }),
  ];
}
