import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiResponse } from '../apiserver/request.ts';
import type { Chance } from '../world/chance.ts';
import type { Key, Micros } from '../world/json.ts';

/** What a controller reads: the informers of kube-controller-manager. Answers are frozen. */
export interface Lister {
  /** One object; `resource` is the plural with its group: `replicasets.apps`, `pods`. */
  get<T extends ApiObject>(resource: string, namespace: string | undefined, name: string): T | undefined;
  /** Objects of a namespace, or of all with `undefined`. */
  list<T extends ApiObject>(resource: string, namespace?: string): readonly T[];
  /** Objects whose controlling owner has this uid. */
  ownedBy<T extends ApiObject>(resource: string, namespace: string, uid: string): readonly T[];
}

/** What a controller writes, as requests to the API server. Refusals are responses. */
export interface Writer {
  create(resource: string, object: object, namespace?: string): ApiResponse;
  update(resource: string, object: ApiObject): ApiResponse;
  updateStatus(resource: string, object: ApiObject): ApiResponse;
  patch(resource: string, namespace: string | undefined, name: string, patch: object, options?: { readonly type?: 'merge' | 'strategic' | 'json'; readonly subresource?: string }): ApiResponse;
  delete(resource: string, namespace: string | undefined, name: string, options?: object): ApiResponse;
  /** Records an Event as client-go's recorder does (repeats raise `count`). */
  event(about: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/**
 * A reconciler: level-triggered, called with a key, makes what is equal what should be. It has no
 * memory; what it must know is in objects.
 */
export interface Controller {
  /** As in `--controllers`: `deployment-controller`. */
  readonly name: string;
  /** Resources whose changes may concern it. */
  readonly watches: readonly string[];
  /** Keys (`namespace/name`) to reconcile when an object changed; `before` on update and delete. */
  keys(resource: string, changed: ApiObject, before: ApiObject | undefined, lister: Lister): readonly Key[];
  reconcile(key: Key, api: Lister & Writer, context: { readonly now: Micros; readonly chance: Chance }): { readonly requeueAfter?: Micros } | void;
}
