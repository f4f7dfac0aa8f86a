import type { ApiObject, Labels } from '../apimachinery/object.ts';
import type { Call } from '../host/syscalls.ts';
import type { PodTemplate, Workload } from '../resources/pod-template/shapes.ts';
import { equal } from '../world/json.ts';
import { controlledBy, type Api } from './controller.ts';

export interface Revision extends ApiObject {
  readonly revision: number;
  readonly data: { readonly spec: { readonly template: PodTemplate } };
}

/** How a controller keeps its history. */
export interface Keeping {
  /** The label that holds a revision's hash. */
  readonly label: string;
  hash(set: Workload): string;
}

/** What is known of a set's templates: that of now, and all others, oldest first. */
export interface History {
  readonly current: Revision;
  readonly old: readonly Revision[];
}

/**
 * Finds the revision of the set's template among its ControllerRevisions, or makes it
 * (`constructHistory`, `getStatefulSetRevisions`). Undefined where the API server refuses it.
 */
export function* historyOf(api: Api, set: Workload, keeping: Keeping): Call<History | undefined> {
  const { namespace } = set.metadata;
  const all = (yield* api.list<Revision>('controllerrevisions.apps', namespace))
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid))
    .toSorted((a, b) => a.revision - b.revision);
  const { $patch: _patch, ...template } = dataOf(set).spec.template;
  const same = all.findLast(({ data }) => {
    const { $patch: _own, ...own } = data.spec.template as PodTemplate & { $patch?: string };
    return equal(own, template);
  });
  const old = all.filter((each) => each !== same);
  const next = (old.at(-1)?.revision ?? 0) + 1;
  let current = same;
  if (current && current.revision < next) {
    // Going back makes an old revision the newest one.
    const done = yield* api.update('controllerrevisions.apps', { ...current, revision: next });
    current = done.body as unknown as Revision;
  }
  current ??= yield* makeRevision(api, set, next, keeping);
  return current && { current, old };
}

/** Deletes the oldest revisions beyond the limit, but none that is in use. */
export function* trimHistory(
  api: Api,
  { spec }: Workload,
  old: readonly Revision[],
  inUse: (revision: Revision) => boolean,
): Call<void> {
  const free = old.filter((revision) => !inUse(revision));
  const limit = Number(spec['revisionHistoryLimit'] ?? 10);
  for (const { metadata } of free.slice(0, Math.max(0, old.length - limit))) {
    yield* api.delete('controllerrevisions.apps', metadata.namespace, metadata.name);
  }
}

/** What a ControllerRevision holds: a patch that brings the template back. */
export function dataOf({ spec }: Workload) {
  return { spec: { template: { ...spec.template, $patch: 'replace' } } };
}

function* makeRevision(
  api: Api,
  set: Workload,
  revision: number,
  keeping: Keeping,
): Call<Revision | undefined> {
  const { name, namespace, annotations } = set.metadata;
  const data = dataOf(set);
  const hash = keeping.hash(set);
  const labels: Labels = { ...set.spec.template.metadata?.labels, [keeping.label]: hash };
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
