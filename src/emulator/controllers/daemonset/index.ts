import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Pod, Toleration, Workload } from '../../resources/pod-template/shapes.ts';
import { ownerOf, splitKey, type Api, type Controller } from '../controller.ts';
import { createPod, deletePod, isActive, isReady, templateHash } from '../pods.ts';

interface Node extends ApiObject {
  readonly spec: {
    readonly taints?: readonly {
      readonly key: string;
      readonly value?: string;
      readonly effect: string;
    }[];
    readonly unschedulable?: boolean;
  };
}

/** Tolerations that every daemon pod gets (`AddOrUpdateDaemonPodTolerations`). */
const added: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const network: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

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
    if (!set || set.metadata.deletionTimestamp) return;
    const nodes = (yield* api.list<Node>('nodes')).filter((node) => fits(set, node));
    const hash = templateHash(set.spec.template);
    yield* manage(api, set, nodes, hash);
    yield* writeStatus(api, namespace, name, nodes, hash);
  },
};

export default controller;

/** Whether the node's labels and taints let the pod run there. */
function fits({ spec }: Workload, node: Node): boolean {
  const { nodeSelector = {}, tolerations = [], hostNetwork } = spec.template.spec;
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const all = [...tolerations, ...added, ...(hostNetwork ? [network] : [])];
  return (node.spec.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || all.some((each) => tolerates(each, taint)),
  );
}

function tolerates(
  toleration: Toleration,
  taint: { readonly key: string; readonly value?: string; readonly effect: string },
): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (!toleration.key) return toleration.operator === 'Exists';
  if (toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
}

const nodeOf = (pod: Pod) => {
  const affinity = pod.spec.affinity as
    | {
        nodeAffinity?: {
          requiredDuringSchedulingIgnoredDuringExecution?: {
            nodeSelectorTerms?: { matchFields?: { values?: string[] }[] }[];
          };
        };
      }
    | undefined;
  return (
    pod.spec.nodeName ||
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]
      ?.matchFields?.[0]?.values?.[0]
  );
};

function* manage(api: Api, set: Workload, nodes: readonly Node[], hash: string): Call<void> {
  const pods = (yield* api.list<Pod>('pods', set.metadata.namespace)).filter(
    (pod) => ownerOf(pod, 'DaemonSet')?.uid === set.metadata.uid && !pod.metadata.deletionTimestamp,
  );
  const { tolerations = [], hostNetwork } = set.spec.template.spec;
  for (const node of nodes) {
    const own = pods.filter((pod) => nodeOf(pod) === node.metadata.name);
    if (own.some(isActive)) continue;
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchFields: [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }],
            },
          ],
        },
      },
    };
    const spec = {
      affinity,
      tolerations: [...tolerations, ...added, ...(hostNetwork ? [network] : [])],
    };
    yield* createPod(api, set, set.spec.template, {
      labels: { 'controller-revision-hash': hash, 'pod-template-generation': '1' },
      spec,
    });
  }
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const pod of pods)
    if (!names.has(nodeOf(pod) ?? '') || !isActive(pod)) yield* deletePod(api, set, pod);
  // One old pod at a time is replaced, once all others are ready.
  const strategy = (set.spec['updateStrategy'] as { type?: string } | undefined)?.type;
  const old = pods.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] !== hash);
  const waiting = pods.some((pod) => !isReady(pod) && !old.includes(pod));
  if (strategy !== 'OnDelete' && old[0] && !waiting) yield* deletePod(api, set, old[0]);
}

function* writeStatus(
  api: Api,
  namespace: string,
  name: string,
  nodes: readonly Node[],
  hash: string,
): Call<void> {
  const set = yield* api.get<Workload>('daemonsets.apps', namespace, name);
  if (!set) return;
  const pods = (yield* api.list<Pod>('pods', namespace)).filter(
    (pod) => ownerOf(pod, 'DaemonSet')?.uid === set.metadata.uid && isActive(pod),
  );
  const ready = pods.filter(isReady).length;
  const updated = pods.filter(
    (pod) => pod.metadata.labels?.['controller-revision-hash'] === hash,
  ).length;
  const status = {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes.length,
    ...(ready && { numberAvailable: ready }),
    numberMisscheduled: 0,
    numberReady: ready,
    ...(nodes.length - ready > 0 && { numberUnavailable: nodes.length - ready }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated && { updatedNumberScheduled: updated }),
  };
  yield* api.updateStatus('daemonsets.apps', { ...set, status });
}
