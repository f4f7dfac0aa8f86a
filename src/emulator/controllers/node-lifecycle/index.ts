import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Condition, Pod } from '../../resources/pod-template/shapes.ts';
import { parseRfc3339, rfc3339, SECOND } from '../../world/time.ts';
import type { Api, Controller } from '../controller.ts';
import { freeSubnet } from './subnets.ts';

interface Taint {
  readonly key: string;
  readonly effect: string;
  readonly timeAdded?: string;
}
interface Node extends ApiObject {
  readonly spec: {
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly taints?: readonly Taint[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}
interface Lease extends ApiObject {
  readonly spec?: { readonly renewTime?: string };
}

/** `--node-monitor-grace-period`, and how often nodes are looked at. */
const GRACE = 50 * SECOND;
const PERIOD = 5 * SECOND;
const CLUSTER_CIDR = '10.244.0.0/16';

/** Pod networks for nodes, and taints and evictions for those that do not answer. */
const controller: Controller = {
  name: 'node-lifecycle-controller',
  account: 'node-controller',
  watches: ['nodes'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    return [changed.metadata.name];
  },
  *reconcile(name, api) {
    const node = yield* api.get<Node>('nodes', undefined, name);
    if (!node) return;
    if (!node.spec.podCIDR) {
      yield* giveNetwork(api, node);
      return PERIOD;
    }
    yield* judge(api, node);
    return PERIOD;
  },
};

export default controller;

function* giveNetwork(api: Api, node: Node): Call<void> {
  const nodes = yield* api.list<Node>('nodes');
  const used = new Set(nodes.flatMap(({ spec }) => spec.podCIDRs ?? spec.podCIDR ?? []));
  const ranges = (api.flag?.('cluster-cidr') ?? CLUSTER_CIDR).split(',');
  const free = ranges.map((range) => freeSubnet(range, used));
  const podCIDRs = free.filter((cidr) => cidr !== undefined);
  if (podCIDRs.length === ranges.length) {
    const spec = { podCIDR: podCIDRs[0], podCIDRs };
    yield* api.patch('nodes', undefined, node.metadata.name, { spec });
    return;
  }
  yield* api.event(
    node,
    'Normal',
    'CIDRNotAvailable',
    `Node ${node.metadata.name} status is now: CIDRNotAvailable`,
  );
}

function* judge(api: Api, node: Node): Call<void> {
  const lease = yield* api.get<Lease>(
    'leases.coordination.k8s.io',
    'kube-node-lease',
    node.metadata.name,
  );
  const renewed =
    parseRfc3339(lease?.spec?.renewTime ?? '') ??
    parseRfc3339(node.metadata.creationTimestamp) ??
    0;
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  let status = ready?.status ?? 'Unknown';
  if (api.now - renewed > GRACE && status !== 'Unknown') {
    yield* markUnknown(api, node);
    yield* api.event(
      node,
      'Normal',
      'NodeNotReady',
      `Node ${node.metadata.name} status is now: NodeNotReady`,
    );
    status = 'Unknown';
  }
  const key =
    status === 'True'
      ? undefined
      : status === 'Unknown'
        ? 'node.kubernetes.io/unreachable'
        : 'node.kubernetes.io/not-ready';
  yield* taint(api, node, key);
  if (key) yield* evict(api, node, key);
}

function* markUnknown(api: Api, node: Node): Call<void> {
  const now = rfc3339(api.now);
  const conditions = (node.status?.conditions ?? []).map((condition) => ({
    ...condition,
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    lastTransitionTime: now,
  }));
  yield* api.updateStatus('nodes', { ...node, status: { ...node.status, conditions } });
  for (const pod of yield* api.list<Pod>('pods')) {
    if (pod.spec.nodeName !== node.metadata.name) continue;
    const own = (pod.status?.conditions ?? []).map((each) =>
      each.type === 'Ready' ? { ...each, status: 'False', lastTransitionTime: now } : each,
    );
    yield* api.updateStatus('pods', { ...pod, status: { ...pod.status, conditions: own } });
  }
}

function* taint(api: Api, node: Node, key: string | undefined): Call<void> {
  const managed = ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready'];
  const taints = node.spec.taints ?? [];
  const others = taints.filter((each) => !managed.includes(each.key));
  const mine = taints.filter((each) => each.key === key);
  const timeAdded = rfc3339(api.now);
  const wanted = key
    ? [
        ...others,
        ...(mine.length === 2
          ? mine
          : [
              { key, effect: 'NoSchedule', timeAdded },
              { key, effect: 'NoExecute', timeAdded },
            ]),
      ]
    : others;
  if (wanted.length === taints.length && mine.length === (key ? 2 : 0)) return;
  const fresh = yield* api.get<Node>('nodes', undefined, node.metadata.name);
  if (fresh) yield* api.update('nodes', { ...fresh, spec: { ...fresh.spec, taints: wanted } });
}

/** Pods go when the time is over that they tolerate the taint. */
function* evict(api: Api, node: Node, key: string): Call<void> {
  const since = parseRfc3339(
    node.spec.taints?.find((each) => each.key === key && each.effect === 'NoExecute')?.timeAdded ??
      '',
  );
  if (since === undefined) return;
  for (const pod of yield* api.list<Pod>('pods')) {
    if (pod.spec.nodeName !== node.metadata.name || pod.metadata.deletionTimestamp) continue;
    const tolerating = (pod.spec.tolerations ?? []).filter(
      (each) => (!each.key && each.operator === 'Exists') || each.key === key,
    );
    if (tolerating.some(({ tolerationSeconds }) => tolerationSeconds === undefined)) continue;
    const seconds = Math.min(
      ...tolerating.map(({ tolerationSeconds }) => tolerationSeconds ?? 0),
      Infinity,
    );
    if (tolerating.length > 0 && api.now - since < seconds * SECOND) continue;
    yield* api.event(
      pod,
      'Normal',
      'TaintManagerEviction',
      `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
    );
    yield* api.delete('pods', pod.metadata.namespace, pod.metadata.name);
  }
}
