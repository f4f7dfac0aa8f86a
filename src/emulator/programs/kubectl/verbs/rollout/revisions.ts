import { formatSelector } from '../../../../apimachinery/selector.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { fetchOne, type Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { at, copy, itemsOf, type Obj } from '../../object.ts';
import { requireRevisions } from './targets.ts';

/** A revision of a workload, with the pod template that it had. */
export interface Revision {
  readonly number: number;
  readonly cause: string;
  readonly object: Obj;
  readonly template: Obj;
}

/** Revisions in order: replica sets of a deployment, controller revisions of the others. */
export function* revisionsOf(context: Context, info: Info): Call<readonly Revision[]> {
  const { kind } = info.mapping;
  requireRevisions(info, 'history viewer');
  // History viewers and rollbackers ask for the object again.
  const object = yield* fetchOne(context, info.mapping, info.namespace, info.name);
  const type = kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  const selector = formatSelector(at(object, 'spec.selector') as never);
  const list = yield* context.client().send<Obj>({
    path: `/apis/apps/v1/namespaces/${info.namespace}/${type}`,
    query: { labelSelector: selector },
  });
  const own = itemsOf(list).filter((each) => isOwned(each, object));
  const found = own.map((each) => (kind === 'Deployment' ? ofReplicaSet(each) : ofRevision(each)));
  return found.toSorted((a, b) => a.number - b.number);
}

interface Owner {
  readonly uid: string;
  readonly controller?: boolean;
}

function isOwned(object: Obj, owner: Obj): boolean {
  const owners = (object.metadata?.['ownerReferences'] ?? []) as readonly Owner[];
  return owners.some(({ uid, controller }) => controller && uid === owner.metadata?.uid);
}

const causeOf = (object: Obj) =>
  object.metadata?.annotations?.['kubernetes.io/change-cause'] || '<none>';

function ofReplicaSet(object: Obj): Revision {
  const number = Number(object.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  const template = copy(at(object, 'spec.template') ?? {}) as Obj;
  return { number, cause: causeOf(object), object, template };
}

function ofRevision(object: Obj): Revision {
  const template = copy(at(object, 'data.spec.template') ?? {}) as Obj;
  return { number: Number(object['revision'] ?? 0), cause: causeOf(object), object, template };
}
