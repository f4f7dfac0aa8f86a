import type { ApiObject, Labels } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { PodTemplate, Workload } from '../../resources/pod-template/shapes.ts';
import { equal } from '../../world/json.ts';
import { controlledBy, type Api } from '../controller.ts';
import { templateHash } from '../pods.ts';

const HASH = 'controller.kubernetes.io/hash';

export interface Revision extends ApiObject {
  readonly revision: number;
  readonly data: { readonly spec: { readonly template: PodTemplate } };
}

/** The revision that pods should come to, and the one that they come from. */
export interface Revisions {
  readonly current: Revision;
  readonly update: Revision;
}

/**
 * Finds the revision of the set's template among its ControllerRevisions, or makes it
 * (`getStatefulSetRevisions`). `currentName` is what the status calls the current one.
 */
export function* findRevisions(
  api: Api,
  set: Workload,
  currentName: string | undefined,
): Call<Revisions | undefined> {
  const { namespace } = set.metadata;
  const all = (yield* api.list<Revision>('controllerrevisions.apps', namespace))
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid))
    .toSorted((a, b) => a.revision - b.revision);
  const { $patch: _patch, ...template } = dataOf(set).spec.template;
  const same = all.findLast(({ data }) => {
    const { $patch: _own, ...own } = data.spec.template as PodTemplate & { $patch?: string };
    return equal(own, template);
  });
  const next = (all.at(-1)?.revision ?? 0) + 1;
  let update = same;
  if (update && update.revision !== next - 1) {
    // Going back makes an old revision the newest one.
    const done = yield* api.update('controllerrevisions.apps', { ...update, revision: next });
    update = done.body as unknown as Revision;
  }
  update ??= yield* makeRevision(api, set, next);
  if (!update) return undefined;
  const current = all.find(({ metadata }) => metadata.name === currentName) ?? update;
  return { current, update };
}

function dataOf({ spec }: Workload) {
  return { spec: { template: { ...spec.template, $patch: 'replace' } } };
}

function* makeRevision(api: Api, set: Workload, revision: number): Call<Revision | undefined> {
  const { name, namespace, annotations } = set.metadata;
  const data = dataOf(set);
  const hash = templateHash(data);
  const labels: Labels = { ...set.spec.template.metadata?.labels, [HASH]: hash };
  const made = yield* api.create(
    'controllerrevisions.apps',
    {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${name}-${hash}`,
        labels,
        ...(annotations && { annotations }),
        ownerReferences: [controlledBy(set)],
      },
      data,
      revision,
    },
    namespace,
  );
  return made.status < 300 ? (made.body as unknown as Revision) : undefined;
}
