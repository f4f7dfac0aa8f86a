import type { ApiObject } from '../apimachinery/object.ts';
import { matches } from '../apimachinery/selector.ts';
import type { Call } from '../host/syscalls.ts';
import type { Workload } from '../resources/pod-template/shapes.ts';
import { controlledBy, ownedBy, type Api } from './controller.ts';

/** A selector that says nothing selects nothing here. */
const selects = ({ spec: { selector } }: Workload, { metadata }: ApiObject) =>
  selector !== undefined &&
  Boolean(Object.keys(selector.matchLabels ?? {}).length || selector.matchExpressions?.length) &&
  matches(selector, metadata.labels);

const hasController = ({ metadata }: ApiObject) =>
  metadata.ownerReferences?.some(({ controller }) => controller) ?? false;

/** Objects of lists without a controller; a list is kept until something changes. */
const free = new WeakMap<object, readonly ApiObject[]>();

function orphansOf<T extends ApiObject>(list: readonly T[]): readonly T[] {
  let found = free.get(list);
  if (!found) {
    found = list.filter((object) => !hasController(object));
    free.set(list, found);
  }
  return found as readonly T[];
}

/**
 * What belongs to a workload (`controller_ref_manager.go`): what it controls and still selects.
 * What it selects and nobody controls it adopts; what it selects no more it lets go.
 */
export function* claim<T extends ApiObject>(
  api: Api,
  resource: string,
  owner: Workload,
): Call<readonly T[]> {
  const { namespace, uid, deletionTimestamp } = owner.metadata;
  const list = yield* api.list<T>(resource, namespace);
  const own = ownedBy(list, owner.kind, uid);
  const lost = own.filter((object) => !selects(owner, object));
  const found = orphansOf(list).filter(
    (object) => !object.metadata.deletionTimestamp && selects(owner, object),
  );
  if (deletionTimestamp || (lost.length === 0 && found.length === 0)) return own;
  const result = own.filter((object) => !lost.includes(object));
  for (const { metadata } of lost) {
    const ownerReferences = [{ $patch: 'delete', uid }];
    yield* api.patch(resource, namespace, metadata.name, {
      metadata: { uid: metadata.uid, ownerReferences },
    });
  }
  for (const { metadata } of found) {
    const done = yield* api.patch(resource, namespace, metadata.name, {
      metadata: { uid: metadata.uid, ownerReferences: [controlledBy(owner)] },
    });
    if (done.status < 400) result.push(done.body as unknown as T);
  }
  return result;
}

/** Keys of the workloads that a child concerns: its controller, or all that could adopt it. */
export function* ownersOf(
  api: Api,
  child: ApiObject,
  kind: string,
  resource: string,
): Call<readonly string[]> {
  const { namespace, ownerReferences } = child.metadata;
  const controller = ownerReferences?.find((each) => each.controller);
  if (controller) return controller.kind === kind ? [`${namespace}/${controller.name}`] : [];
  if (child.metadata.deletionTimestamp) return [];
  return (yield* api.list<Workload>(resource, namespace))
    .filter((owner) => selects(owner, child))
    .map(({ metadata }) => `${namespace}/${metadata.name}`);
}
