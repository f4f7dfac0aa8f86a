import type { Cluster } from '../../emulator/cluster/api.ts';
import { KNP } from '../../emulator/policy/calico/convert.ts';
import { calicoPolicies } from '../../emulator/policy/calico/policies.ts';
import type { CalicoPolicyObject } from '../../emulator/policy/calico/shapes.ts';
import { compile, type Compiled } from '../../emulator/policy/compile.ts';
import {
  clusterNetworkPolicy,
  type ClusterNetworkPolicyObject,
} from '../../emulator/policy/kinds/clusternetworkpolicy.ts';
import {
  networkPolicy,
  type NetworkPolicyObject,
} from '../../emulator/policy/kinds/networkpolicy.ts';
import {
  namespaceOf,
  nodeOf,
  podOf,
  type NodeObject,
  type PodObject,
} from '../../emulator/policy/objects.ts';
import type { Policy, PolicyRef, Side } from '../../emulator/policy/types.ts';
import { verdict } from '../../emulator/policy/verdict.ts';
import type { CellSide, MatrixPort } from './api.ts';

const POLICIES = 'networkpolicies.networking.k8s.io';
const CALICO = [
  'networkpolicies.crd.projectcalico.org',
  'globalnetworkpolicies.crd.projectcalico.org',
];
const ADMIN = 'clusternetworkpolicies.policy.networking.k8s.io';

/** Resources of all kinds of policies that are understood. */
export const policyResources = [POLICIES, ...CALICO, ADMIN] as const;

/** The written policies of a cluster, joined with its pods. */
export function compiledPolicies(cluster: Cluster): Compiled {
  return compile({
    policies: policiesOf(cluster),
    pods: (cluster.objects('pods') as PodObject[]).flatMap((pod) => podOf(pod) ?? []),
    namespaces: cluster.objects('namespaces').map(namespaceOf),
    nodes: (cluster.objects('nodes') as NodeObject[]).map(nodeOf),
  });
}

/** Policies of all kinds that are there; Calico puts those of Kubernetes among its own. */
function policiesOf(cluster: Cluster): readonly Policy[] {
  const networkPolicies = cluster.objects(POLICIES) as unknown as NetworkPolicyObject[];
  const calico = CALICO.flatMap((kind) => cluster.objects(kind)) as unknown as CalicoPolicyObject[];
  const admin = cluster.objects(ADMIN) as unknown as ClusterNetworkPolicyObject[];
  const own =
    calico.length > 0
      ? calicoPolicies({ networkPolicies, policies: calico })
      : networkPolicies.map(networkPolicy);
  return [...own, ...admin.map(clusterNetworkPolicy)];
}

/** What the policies say of one flow. */
export function judge(compiled: Compiled, from: string, to: string, port: MatrixPort) {
  const flow = { source: { pod: from }, destination: { pod: to }, ...port };
  const { allowed, egress, ingress } = verdict(compiled, flow);
  return { allowed, egress: sideOf(egress), ingress: sideOf(ingress) };
}

/** Calico calls a NetworkPolicy of Kubernetes by a longer name. */
const nameOf = ({ namespace, name }: PolicyRef) => {
  const own = name.startsWith(KNP) ? name.slice(KNP.length) : name;
  return namespace === undefined ? own : `${namespace}/${own}`;
};

function sideOf({ allowed, why }: Side): CellSide {
  const kind = why.type;
  switch (why.type) {
    case 'rule': {
      const { policy, rule, peer } = why.matched;
      return { allowed, kind, policies: [nameOf(policy)], rule, ...(peer && { peer }) };
    }
    case 'isolated':
    case 'passed':
      return { allowed, kind, policies: why.by.map(nameOf) };
    case 'exempt':
      return { allowed, kind, policies: [], because: why.because };
    case 'unselected':
      return { allowed, kind, policies: [] };
  }
}
