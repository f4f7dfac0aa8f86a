import type { ApiObject } from '../../apimachinery/object.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { QueueProgram } from '../../network/netfilter/queue/program.ts';
import { compile, type Compiled } from '../../policy/compile.ts';
import {
  clusterNetworkPolicy,
  type ClusterNetworkPolicyObject,
} from '../../policy/kinds/clusternetworkpolicy.ts';
import { networkPolicy, type NetworkPolicyObject } from '../../policy/kinds/networkpolicy.ts';
import {
  namespaceOf,
  nodeOf,
  podOf,
  type NodeObject,
  type PodObject,
} from '../../policy/objects.ts';
import { queueProgram } from '../../policy/queue/program.ts';

export const PODS = 'pods';
export const NAMESPACES = 'namespaces';
export const NODES = 'nodes';
export const POLICIES = 'networkpolicies.networking.k8s.io';
export const CLUSTER_POLICIES = 'clusternetworkpolicies.v1alpha2.policy.networking.k8s.io';

/** What the agent watches. */
export const watched = (cluster: boolean): readonly string[] => [
  PODS,
  NAMESPACES,
  POLICIES,
  ...(cluster ? [NODES, CLUSTER_POLICIES] : []),
];

/** What the API server tells, compiled. */
export interface Known {
  readonly compiled: Compiled;
  readonly program: QueueProgram;
  /** Addresses of the node's pods that policies select. */
  readonly addresses: readonly string[];
}

/** Reads all that counts. */
export function* learn(sys: DaemonSys, api: Api, node: string, cluster: boolean): Call<Known> {
  const pods = yield* api.list<PodObject>(PODS);
  const namespaces = yield* api.list<ApiObject>(NAMESPACES);
  const policies = yield* api.list<ApiObject & NetworkPolicyObject>(POLICIES);
  const admin = cluster
    ? yield* api.list<ApiObject & ClusterNetworkPolicyObject>(CLUSTER_POLICIES)
    : [];
  const nodes = cluster ? yield* api.list<NodeObject>(NODES) : [];
  const compiled = compile({
    policies: [...policies.map(networkPolicy), ...admin.map(clusterNetworkPolicy)],
    pods: pods.flatMap((pod) => podOf(pod) ?? []),
    namespaces: namespaces.map(namespaceOf),
    nodes: nodes.map(nodeOf),
  });
  const own = [...compiled.pods.values()].filter(
    ({ pod, ingress, egress }) => pod.node === node && ingress.length + egress.length > 0,
  );
  return {
    compiled,
    program: queueProgram(compiled, namesOf(sys)),
    addresses: own.flatMap(({ pod }) => pod.addresses).toSorted(),
  };
}

/** Addresses that names were answered with, as far as they still count. */
export function namesOf(sys: DaemonSys): QueueProgram['names'] {
  const names: Record<string, string[]> = {};
  for (const [key, until] of sys.memories('name/')) {
    if (Number(until) <= sys.now) continue;
    const [, name = '', address = ''] = key.split('/');
    (names[name] ??= []).push(address);
  }
  return names;
}
