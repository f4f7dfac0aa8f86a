import type { Call } from '../../host/syscalls.ts';
import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import { controlledBy, ownerOf, splitKey, type Api, type Controller } from '../controller.ts';
import { isReady, templateHash } from '../pods.ts';
import { ensureClaims, ownClaims, withClaims } from './claims.ts';
import { dataOf, historyOf, trimHistory, type Keeping, type Revision } from '../history.ts';

const REVISION = 'controller-revision-hash';
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** The revision that pods should come to, and the one that they come from. */
interface Revisions {
  readonly current: Revision;
  readonly update: Revision;
}

const keeping: Keeping = {
  label: 'controller.kubernetes.io/hash',
  hash: (set) => templateHash(dataOf(set)),
};

interface Spec {
  readonly serviceName?: string;
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly partition?: number };
  };
  readonly ordinals?: { readonly start?: number };
}

/** What one sync works on. */
interface Sync {
  readonly api: Api;
  readonly set: Workload;
  readonly spec: Workload['spec'] & Spec;
  readonly revisions: Revisions;
  readonly pods: readonly Pod[];
}

/** Pods with fixed names, made, changed and taken in order (`pkg/controller/statefulset`). */
const controller: Controller = {
  name: 'statefulset-controller',
  watches: ['statefulsets.apps', 'pods'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'statefulsets.apps') return [`${namespace}/${name}`];
    const owner = ownerOf(changed, 'StatefulSet');
    return owner ? [`${namespace}/${owner.name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const set = yield* api.get<Workload>('statefulsets.apps', namespace, name);
    if (!set) return;
    const known = (set.status as { readonly currentRevision?: string } | undefined)
      ?.currentRevision;
    const history = yield* historyOf(api, set, keeping);
    if (!history) return;
    const { current: update, old } = history;
    const current = old.find(({ metadata }) => metadata.name === known) ?? update;
    const revisions = { current, update };
    const spec = set.spec as Sync['spec'];
    const pods = yield* podsOf(api, set);
    if (!set.metadata.deletionTimestamp) yield* manage({ api, set, spec, revisions, pods });
    yield* writeStatus(api, set, revisions);
    const used = new Set([known, ...pods.map(({ metadata }) => metadata.labels?.[REVISION])]);
    yield* trimHistory(api, set, old, ({ metadata }) => used.has(metadata.name));
  },
};

export default controller;

function* podsOf(api: Api, set: Workload): Call<readonly Pod[]> {
  return (yield* api.list<Pod>('pods', set.metadata.namespace)).filter(
    (pod) => ownerOf(pod, 'StatefulSet')?.uid === set.metadata.uid,
  );
}

const ordinalOf = ({ metadata }: Pod) => Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);
const isHealthy = (pod: Pod) =>
  pod.status?.phase === 'Running' && isReady(pod) && !pod.metadata.deletionTimestamp;

/** One step towards what should be: with OrderedReady, one pod at a time. */
function* manage(sync: Sync): Call<void> {
  const { spec, pods, api, set } = sync;
  yield* ownClaims(api, set, pods);
  const ordered = spec.podManagementPolicy !== 'Parallel';
  const start = spec.ordinals?.start ?? 0;
  const end = start + (spec.replicas ?? 0);
  const at = (ordinal: number) => pods.find((pod) => ordinalOf(pod) === ordinal);
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = at(ordinal);
    const failed = pod && ['Failed', 'Succeeded'].includes(pod.status?.phase ?? '');
    if (failed && !pod.metadata.deletionTimestamp) yield* deletePod(sync, pod);
    else if (!pod) yield* createPod(sync, ordinal);
    if (ordered && !(pod && isHealthy(pod))) return;
  }
  const condemned = pods
    .filter((pod) => ordinalOf(pod) < start || ordinalOf(pod) >= end)
    .toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  for (const pod of condemned) {
    if (!pod.metadata.deletionTimestamp) yield* deletePod(sync, pod);
    if (ordered) return;
  }
  yield* roll(sync, end - 1, start);
}

/** Replaces old pods from the last one down to the partition. */
function* roll(sync: Sync, last: number, start: number): Call<void> {
  const { spec, pods, revisions } = sync;
  if (spec.updateStrategy?.type === 'OnDelete') return;
  const lowest = Math.max(start, spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = last; ordinal >= lowest; ordinal--) {
    const pod = pods.find((each) => ordinalOf(each) === ordinal);
    if (!pod) return;
    if (revisionOf(pod) !== revisions.update.metadata.name && !pod.metadata.deletionTimestamp) {
      yield* deletePod(sync, pod);
      return;
    }
    if (!isHealthy(pod)) return;
  }
}

const revisionOf = ({ metadata }: Pod) => metadata.labels?.[REVISION];

function* createPod({ api, set, spec, revisions }: Sync, ordinal: number): Call<void> {
  const name = `${set.metadata.name}-${ordinal}`;
  const partition = spec.updateStrategy?.rollingUpdate?.partition;
  const old = spec.updateStrategy?.type === 'RollingUpdate' && ordinal < (partition ?? 0);
  const revision: Revision = old ? revisions.current : revisions.update;
  if (!(yield* ensureClaims(api, set, name))) return;
  const { metadata, spec: pod } = revision.data.spec.template;
  const made = yield* api.create(
    'pods',
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        generateName: `${set.metadata.name}-`,
        labels: {
          ...metadata?.labels,
          [POD_NAME]: name,
          [POD_INDEX]: String(ordinal),
          [REVISION]: revision.metadata.name,
        },
        ...(metadata?.annotations && { annotations: metadata.annotations }),
        ownerReferences: [controlledBy(set)],
      },
      spec: {
        ...pod,
        ...withClaims(set, name, pod.volumes),
        hostname: name,
        ...(spec.serviceName && { subdomain: spec.serviceName }),
      },
    },
    set.metadata.namespace,
  );
  const what = `Pod ${name} in StatefulSet ${set.metadata.name}`;
  if (made.status < 400) {
    yield* api.event(set, 'Normal', 'SuccessfulCreate', `Create ${what} successful`);
    return;
  }
  const { message } = made.body as { readonly message?: string };
  yield* api.event(set, 'Warning', 'FailedCreate', `Create ${what} failed error: ${message}`);
}

function* deletePod({ api, set }: Sync, pod: Pod): Call<void> {
  const done = yield* api.delete('pods', pod.metadata.namespace, pod.metadata.name);
  if (done.status >= 400) return;
  const what = `Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  yield* api.event(set, 'Normal', 'SuccessfulDelete', `Delete ${what} successful`);
}

function* writeStatus(api: Api, { metadata }: Workload, revisions: Revisions): Call<void> {
  const set = yield* api.get<Workload>('statefulsets.apps', metadata.namespace, metadata.name);
  if (!set) return;
  const pods = yield* podsOf(api, set);
  const [current, update] = [revisions.current.metadata.name, revisions.update.metadata.name];
  const of = (name: string) =>
    pods.filter((pod) => revisionOf(pod) === name && !pod.metadata.deletionTimestamp).length;
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length;
  const updated = of(update);
  // Once all pods are new and ready, the update is the current state.
  const done = current !== update && updated === pods.length && ready === pods.length;
  const atCurrent = done || current === update ? updated : of(current);
  const status = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...(ready && { readyReplicas: ready }),
    ...(atCurrent && { currentReplicas: atCurrent }),
    ...(updated && { updatedReplicas: updated }),
    currentRevision: done ? update : current,
    updateRevision: update,
    collisionCount: 0,
    availableReplicas: ready,
  };
  yield* api.updateStatus('statefulsets.apps', { ...set, status });
}
