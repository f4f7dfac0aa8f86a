import type { Call } from '../../host/syscalls.ts';
import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { ownerOf, splitKey, type Api, type Controller } from '../controller.ts';
import { historyOf, trimHistory, type Keeping } from '../history.ts';
import { availableFrom, createPod, deletePod, isActive, isReady, templateHash } from '../pods.ts';
import { fits, nodeOf, podSpecFor, type Node } from './nodes.ts';
import { rollingUpdate, type OnNode } from './rolling-update.ts';

const REVISION = 'controller-revision-hash';
const GENERATION = 'deprecated.daemonset.template.generation';

const keeping: Keeping = { label: REVISION, hash: ({ spec }) => templateHash(spec.template) };

/** One pod on each node that fits (`pkg/controller/daemon`). */
const controller: Controller = {
  name: 'daemonset-controller',
  account: 'daemon-set-controller',
  watches: ['daemonsets.apps', 'pods', 'nodes'],
  *keys(resource, changed, api) {
    const { namespace, name } = changed.metadata;
    if (resource === 'daemonsets.apps') return [`${namespace}/${name}`];
    if (resource === 'nodes') {
      return (yield* api.list('daemonsets.apps')).map(
        ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
      );
    }
    const owner = ownerOf(changed, 'DaemonSet');
    return owner ? [`${namespace}/${owner.name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const set = yield* api.get<Workload>('daemonsets.apps', namespace, name);
    if (!set || set.metadata.deletionTimestamp) return undefined;
    const history = yield* historyOf(api, set, keeping);
    if (!history) return undefined;
    const hash = history.current.metadata.labels?.[REVISION] ?? '';
    const nodes = (yield* api.list<Node>('nodes')).filter((node) => fits(set, node));
    yield* manage(api, set, nodes, hash);
    const pods = yield* podsOf(api, set);
    const used = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION]));
    yield* trimHistory(api, set, history.old, ({ metadata }) =>
      used.has(metadata.labels?.[REVISION]),
    );
    return yield* writeStatus(api, set, nodes, hash);
  },
};

export default controller;

/** The set's pods; those that have ended and are going away count no more. */
function* podsOf(api: Api, { metadata }: Workload): Call<readonly Pod[]> {
  return (yield* api.list<Pod>('pods', metadata.namespace)).filter(
    (pod) =>
      ownerOf(pod, 'DaemonSet')?.uid === metadata.uid &&
      (isActive(pod) || !pod.metadata.deletionTimestamp || !hasEnded(pod)),
  );
}

const hasEnded = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** A pod where one is missing, none where one is too many, and a step of the update. */
function* manage(api: Api, set: Workload, nodes: readonly Node[], hash: string): Call<void> {
  const all = yield* podsOf(api, set);
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const pod of all) {
    if (pod.metadata.deletionTimestamp) continue;
    if (isActive(pod) && names.has(nodeOf(pod) ?? '')) continue;
    if (pod.status?.phase === 'Failed') yield* tellOfFailure(api, set, pod);
    yield* deletePod(api, set, pod);
  }
  const running = all.filter(isActive);
  const onNodes = nodes.map(({ metadata }): OnNode => ({
    node: metadata.name,
    pods: running.filter((pod) => nodeOf(pod) === metadata.name),
  }));
  const { remove, surge } = rollingUpdate(set, onNodes, hash, api.now);
  // A new pod waits until the old one is gone.
  const taken = new Set(all.map(nodeOf));
  const empty = onNodes.map(({ node }) => node).filter((node) => !taken.has(node));
  for (const name of [...empty, ...surge]) {
    const node = nodes.find(({ metadata }) => metadata.name === name) as Node;
    yield* createPod(api, set, set.spec.template, {
      labels: {
        [REVISION]: hash,
        'pod-template-generation': set.metadata.annotations?.[GENERATION] ?? '1',
      },
      spec: podSpecFor(set, node),
    });
  }
  for (const pod of remove) yield* deletePod(api, set, pod);
}

function* tellOfFailure(api: Api, set: Workload, pod: Pod): Call<void> {
  const { namespace, name } = pod.metadata;
  const what = `Found failed daemon pod ${namespace}/${name} on node ${nodeOf(pod)}`;
  yield* api.event(set, 'Warning', 'FailedDaemonPod', `${what}, will try to kill it`);
}

/** Writes the status; when it has to be looked at again, for pods that are ready too shortly. */
function* writeStatus(
  api: Api,
  { metadata: { namespace, name }, spec }: Workload,
  nodes: readonly Node[],
  hash: string,
): Call<Micros | undefined> {
  const set = yield* api.get<Workload>('daemonsets.apps', namespace as string, name);
  if (!set) return undefined;
  const pods = (yield* podsOf(api, set)).toSorted(byAge);
  const names = nodes.map(({ metadata }) => metadata.name);
  // A node counts by its oldest pod, also while a new one comes up beside it.
  const oldest = names.flatMap((node) => pods.find((pod) => nodeOf(pod) === node) ?? []);
  const times = oldest.map((pod) => availableFrom(pod, spec.minReadySeconds as number));
  const available = times.filter((time) => time !== undefined && time <= api.now).length;
  const updated = oldest.filter((pod) => pod.metadata.labels?.[REVISION] === hash).length;
  const elsewhere = pods.filter((pod) => !names.includes(nodeOf(pod) ?? ''));
  const status = {
    currentNumberScheduled: oldest.length,
    desiredNumberScheduled: nodes.length,
    ...(available && { numberAvailable: available }),
    numberMisscheduled: new Set(elsewhere.map(nodeOf)).size,
    numberReady: oldest.filter(isReady).length,
    ...(nodes.length - available > 0 && { numberUnavailable: nodes.length - available }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated && { updatedNumberScheduled: updated }),
  };
  yield* api.updateStatus('daemonsets.apps', { ...set, status });
  const later = times.filter((time) => time !== undefined && time > api.now) as Micros[];
  return later.length > 0 ? Math.min(...later) - api.now : undefined;
}

const byAge = (a: Pod, b: Pod) =>
  (parseRfc3339(a.metadata.creationTimestamp) ?? 0) -
  (parseRfc3339(b.metadata.creationTimestamp) ?? 0);
