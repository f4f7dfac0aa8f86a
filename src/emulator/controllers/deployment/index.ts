import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Condition, PodTemplate, Workload } from '../../resources/pod-template/shapes.ts';
import { equal } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { controlledBy, ownerOf, splitKey, type Api, type Controller } from '../controller.ts';
import { scaled, templateHash } from '../pods.ts';

interface Deployment extends Workload {
  readonly spec: Workload['spec'] & {
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: {
        readonly maxSurge?: number | string;
        readonly maxUnavailable?: number | string;
      };
    };
    readonly paused?: boolean;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}
interface ReplicaSet extends Workload {
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

const HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';

/** Replicas replaced step by step (`pkg/controller/deployment`). */
const controller: Controller = {
  name: 'deployment-controller',
  watches: ['deployments.apps', 'replicasets.apps'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'deployments.apps') return [`${namespace}/${name}`];
    const owner = ownerOf(changed, 'Deployment');
    return owner ? [`${namespace}/${owner.name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const deployment = yield* api.get<Deployment>('deployments.apps', namespace, name);
    if (!deployment || deployment.metadata.deletionTimestamp) return;
    const { now, older } = yield* replicaSets(api, deployment);
    if (deployment.spec.paused) {
      yield* writeStatus(api, deployment, now, older);
      return;
    }
    const current = now ?? (yield* newReplicaSet(api, deployment, older));
    if (current) {
      yield* keepRevision(api, deployment, current, older);
      if (deployment.spec.strategy?.type === 'Recreate')
        yield* recreate(api, deployment, current, older);
      else yield* roll(api, deployment, current, older);
      yield* cleanUp(api, deployment, older);
    }
    const after = yield* replicaSets(api, deployment);
    yield* writeStatus(api, deployment, after.now, after.older);
  },
};

export default controller;

function* replicaSets(
  api: Api,
  deployment: Deployment,
): Call<{ now: ReplicaSet | undefined; older: ReplicaSet[] }> {
  const all = (yield* api.list<ReplicaSet>(
    'replicasets.apps',
    deployment.metadata.namespace,
  )).filter((set) => ownerOf(set, 'Deployment')?.uid === deployment.metadata.uid);
  const now = all.find((set) => equal(bare(set.spec.template), bare(deployment.spec.template)));
  return { now, older: all.filter((set) => set !== now) };
}

function bare(template: PodTemplate): unknown {
  const { [HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function revisionOf(object: ApiObject): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0);
}

function* newReplicaSet(
  api: Api,
  deployment: Deployment,
  older: readonly ReplicaSet[],
): Call<ReplicaSet | undefined> {
  const hash = templateHash(deployment.spec.template);
  const { template, selector, strategy } = deployment.spec;
  const withHash = (labels: Readonly<Record<string, string>> | undefined) => ({
    ...labels,
    [HASH]: hash,
  });
  const revision = Math.max(0, ...older.map(revisionOf)) + 1;
  const total = deployment.spec.replicas ?? 0;
  const running = older.reduce((sum, set) => sum + (set.spec.replicas ?? 0), 0);
  const surge =
    strategy?.type === 'Recreate' ? 0 : scaled(strategy?.rollingUpdate?.maxSurge, total, true);
  const replicas =
    strategy?.type === 'Recreate' && running > 0
      ? 0
      : Math.max(0, Math.min(total, total + surge - running));
  const { 'kubectl.kubernetes.io/last-applied-configuration': _last, ...annotations } =
    deployment.metadata.annotations ?? {};
  const made = yield* api.create(
    'replicasets.apps',
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        labels: withHash(template.metadata?.labels),
        annotations: {
          ...annotations,
          'deployment.kubernetes.io/desired-replicas': String(total),
          'deployment.kubernetes.io/max-replicas': String(total + surge),
          [REVISION]: String(revision),
        },
        ownerReferences: [controlledBy(deployment)],
      },
      spec: {
        replicas,
        selector: { ...selector, matchLabels: withHash(selector?.matchLabels) },
        template: {
          ...template,
          metadata: { ...template.metadata, labels: withHash(template.metadata?.labels) },
        },
      },
    },
    deployment.metadata.namespace,
  );
  if (made.status >= 400) return undefined;
  const set = made.body as unknown as ReplicaSet;
  if (replicas > 0) yield* tellScaled(api, deployment, 'up', set.metadata.name, replicas, 0);
  return set;
}

function* tellScaled(
  api: Api,
  deployment: Deployment,
  way: 'up' | 'down',
  set: string,
  to: number,
  from: number,
): Call<void> {
  yield* api.event(
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${way} replica set ${set} from ${from} to ${to}`,
  );
}

function* keepRevision(
  api: Api,
  deployment: Deployment,
  current: ReplicaSet,
  older: readonly ReplicaSet[],
): Call<void> {
  const newest = Math.max(0, ...older.map(revisionOf));
  let revision = revisionOf(current);
  if (revision <= newest && older.length > 0) {
    revision = newest + 1;
    yield* annotate(api, 'replicasets.apps', current, revision);
  }
  if (revisionOf(deployment) === revision) return;
  // It is noted along with the status: more of a deployment its controller may not write.
  const annotations = { ...deployment.metadata.annotations, [REVISION]: String(revision) };
  const metadata = { ...deployment.metadata, annotations };
  yield* api.updateStatus('deployments.apps', { ...deployment, metadata });
}

function* annotate(api: Api, resource: string, object: ApiObject, revision: number): Call<void> {
  const patch = { metadata: { annotations: { [REVISION]: String(revision) } } };
  yield* api.patch(resource, object.metadata.namespace, object.metadata.name, patch);
}

function* scale(api: Api, deployment: Deployment, set: ReplicaSet, to: number): Call<void> {
  const from = set.spec.replicas ?? 0;
  if (from === to) return;
  const done = yield* api.patch('replicasets.apps', set.metadata.namespace, set.metadata.name, {
    spec: { replicas: to },
  });
  if (done.status < 400)
    yield* tellScaled(api, deployment, to > from ? 'up' : 'down', set.metadata.name, to, from);
}

const available = (set: ReplicaSet) => set.status?.availableReplicas ?? 0;
const size = (set: ReplicaSet) => set.spec.replicas ?? 0;

/** One step of a rolling update: as many new as the surge allows, as few old as must be left. */
function* roll(
  api: Api,
  deployment: Deployment,
  current: ReplicaSet,
  older: readonly ReplicaSet[],
): Call<void> {
  const total = deployment.spec.replicas ?? 0;
  const rolling = deployment.spec.strategy?.rollingUpdate;
  let surge = scaled(rolling?.maxSurge, total, true);
  const unavailable = scaled(rolling?.maxUnavailable, total, false);
  if (surge === 0 && unavailable === 0) surge = 1;
  const running = older.reduce((sum, set) => sum + size(set), 0) + size(current);
  if (size(current) > total) return yield* scale(api, deployment, current, total);
  if (size(current) < total) {
    const room = total + surge - running;
    if (room > 0)
      return yield* scale(api, deployment, current, Math.min(total, size(current) + room));
  }
  const live = older.filter((set) => size(set) > 0);
  if (live.length === 0) return;
  // Old replicas that are not available go first; then as many as the new ones make up for.
  const least = total - unavailable;
  const unready = size(current) - available(current);
  let spare = Math.max(0, running - least - unready);
  for (const set of live) {
    const broken = Math.min(spare, size(set) - available(set));
    const left = set.status ? broken : 0;
    if (left > 0) {
      yield* scale(api, deployment, set, size(set) - left);
      return;
    }
  }
  const allAvailable = live.reduce((sum, set) => sum + available(set), 0) + available(current);
  spare = Math.min(spare, allAvailable - least);
  for (const set of live) {
    if (spare <= 0) return;
    const down = Math.min(spare, size(set));
    yield* scale(api, deployment, set, size(set) - down);
    spare -= down;
  }
}

function* recreate(
  api: Api,
  deployment: Deployment,
  current: ReplicaSet,
  older: readonly ReplicaSet[],
): Call<void> {
  for (const set of older) if (size(set) > 0) yield* scale(api, deployment, set, 0);
  const gone = older.every((set) => (set.status?.replicas ?? 0) === 0);
  if (gone) yield* scale(api, deployment, current, deployment.spec.replicas ?? 0);
}

function* cleanUp(api: Api, deployment: Deployment, older: readonly ReplicaSet[]): Call<void> {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const empty = older.filter((set) => size(set) === 0 && (set.status?.replicas ?? 0) === 0);
  const surplus = empty
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, empty.length - limit));
  for (const set of surplus)
    yield* api.delete('replicasets.apps', set.metadata.namespace, set.metadata.name);
}

function* writeStatus(
  api: Api,
  given: Deployment,
  current: ReplicaSet | undefined,
  older: readonly ReplicaSet[],
): Call<void> {
  const deployment = yield* api.get<Deployment>(
    'deployments.apps',
    given.metadata.namespace,
    given.metadata.name,
  );
  if (!deployment) return;
  const all = [...older, ...(current ? [current] : [])];
  const sum = (of: (set: ReplicaSet) => number) => all.reduce((total, set) => total + of(set), 0);
  const replicas = sum((set) => set.status?.replicas ?? 0);
  const ready = sum((set) => set.status?.readyReplicas ?? 0);
  const able = sum(available);
  const updated = current?.status?.replicas ?? 0;
  const total = deployment.spec.replicas ?? 0;
  const missing = Math.max(0, sum((set) => set.spec.replicas ?? 0) - able);
  const status = {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...(replicas && { replicas }),
    ...(updated && { updatedReplicas: updated }),
    ...(ready && { readyReplicas: ready }),
    ...(able && { availableReplicas: able }),
    ...(missing && { unavailableReplicas: missing }),
    conditions: conditions(deployment, current, { able, updated, replicas, total }, api.now),
  };
  yield* api.updateStatus('deployments.apps', { ...deployment, status });
}

interface Counts {
  readonly able: number;
  readonly updated: number;
  readonly replicas: number;
  readonly total: number;
}

function conditions(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  counts: Counts,
  now: number,
): Condition[] {
  const before = deployment.status?.conditions ?? [];
  const least =
    counts.total -
    scaled(deployment.spec.strategy?.rollingUpdate?.maxUnavailable, counts.total, false);
  const enough = counts.able >= least;
  const complete =
    counts.updated === counts.total &&
    counts.replicas === counts.total &&
    counts.able >= counts.total;
  const wanted: Condition[] = [
    enough
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    complete && current
      ? {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${current.metadata.name}" has successfully progressed.`,
        }
      : {
          type: 'Progressing',
          status: 'True',
          reason: 'ReplicaSetUpdated',
          message: `ReplicaSet "${current?.metadata.name ?? ''}" is progressing.`,
        },
  ];
  return wanted.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const same = old?.status === condition.status;
    const unchanged =
      same && old?.reason === condition.reason && old?.message === condition.message;
    if (unchanged && old) return old;
    const time = rfc3339(now);
    return {
      ...condition,
      lastTransitionTime: same ? (old?.lastTransitionTime ?? time) : time,
      lastUpdateTime: time,
    };
  });
}
