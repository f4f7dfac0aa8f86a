import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import type { Call } from '../host/syscalls.ts';
import type { Chance } from '../world/chance.ts';
import type { Key, Micros } from '../world/json.ts';

/** How controllers read and write: requests to the API server. Lists are kept while they hold. */
export interface Api {
  readonly now: Micros;
  readonly chance: Chance;
  /** What a flag of the component says; undefined where it has none. */
  flag?(name: string): string | undefined;
  /** `resource` is the plural with its group: `replicasets.apps`, `pods`. */
  get<T extends ApiObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
  ): Call<T | undefined>;
  list<T extends ApiObject>(resource: string, namespace?: string): Call<readonly T[]>;
  create(resource: string, object: object, namespace?: string): Call<ApiResponse>;
  update(resource: string, object: ApiObject): Call<ApiResponse>;
  updateStatus(resource: string, object: ApiObject): Call<ApiResponse>;
  patch(
    resource: string,
    namespace: string | undefined,
    name: string,
    patch: object,
  ): Call<ApiResponse>;
  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: object,
  ): Call<ApiResponse>;
  request(request: ApiRequest): Call<ApiResponse>;
  /** Records an Event as client-go's recorder does. */
  event(about: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): Call<void>;
}

/**
 * A reconciler: level-triggered, called with a key, makes what is equal what should be. It has no
 * memory; what it must know is in objects.
 */
export interface Controller {
  /** As in `--controllers`: `deployment-controller`. */
  readonly name: string;
  /** Service account in `kube-system` that it writes as; has its name where left out. */
  readonly account?: string;
  /** Resources whose changes may concern it. */
  readonly watches: readonly string[];
  /** Keys (`namespace/name`) to reconcile when an object came, changed or went. */
  keys(resource: string, changed: ApiObject, api: Api): Call<readonly Key[]>;
  /**
   * A number asks to be called again after so many microseconds; `failed` asks so too, each time
   * later, as client-go's rate limiter does.
   */
  reconcile(key: Key, api: Api): Call<Micros | 'failed' | undefined | void>;
}

/** Splits `namespace/name`; a key of a cluster-scoped object is its name alone. */
export function splitKey(key: Key): { readonly namespace: string; readonly name: string } {
  const [first = '', second] = key.split('/');
  return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
}

/** The owner reference of a controller's child. */
export function controlledBy(owner: ApiObject) {
  const { name, uid } = owner.metadata;
  return {
    apiVersion: owner.apiVersion,
    blockOwnerDeletion: true,
    controller: true,
    kind: owner.kind,
    name,
    uid,
  };
}

/** The reference of an object to its controller, where that is of a kind. */
export function ownerOf(object: ApiObject, kind: string) {
  return object.metadata.ownerReferences?.find((each) => each.controller && each.kind === kind);
}

/** Objects of lists by the controllers that own them; a list is kept until something changes. */
const owned = new WeakMap<object, ReadonlyMap<string, Owned>>();

interface Owned {
  readonly kind: string;
  readonly objects: ApiObject[];
}

/** Objects of a list that a controller of a kind owns, in the list's order. */
export function ownedBy<T extends ApiObject>(
  list: readonly T[],
  kind: string,
  uid: string,
): readonly T[] {
  let byOwner = owned.get(list);
  if (!byOwner) owned.set(list, (byOwner = groupByOwner(list)));
  const found = byOwner.get(uid);
  const group = found?.kind === kind ? found : byOwner.get(`${kind}/${uid}`);
  return (group?.objects ?? []) as T[];
}

function groupByOwner(list: readonly ApiObject[]): ReadonlyMap<string, Owned> {
  const groups = new Map<string, Owned>();
  for (const object of list) {
    for (const { controller, kind, uid } of object.metadata.ownerReferences ?? []) {
      if (!controller) continue;
      const same = groups.get(uid);
      // One uid under two kinds is somebody's mistake, and rare.
      const key = same && same.kind !== kind ? `${kind}/${uid}` : uid;
      const group = key === uid ? same : groups.get(key);
      if (group) group.objects.push(object);
      else groups.set(key, { kind, objects: [object] });
    }
  }
  return groups;
}
