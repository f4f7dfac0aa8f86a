import type { Cluster } from '../../emulator/cluster/api.ts';
import { compile, type Compiled } from '../../emulator/policy/compile.ts';
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
import type { PolicyRef, Side } from '../../emulator/policy/types.ts';
import { verdict } from '../../emulator/policy/verdict.ts';
import type { CellSide, MatrixPort } from './api.ts';

export const POLICIES = 'networkpolicies.networking.k8s.io';

/** The written policies of a cluster, joined with its pods. */
export function compiledPolicies(cluster: Cluster): Compiled {
  const policies = cluster.objects(POLICIES) as unknown as NetworkPolicyObject[];
  return compile({
    policies: policies.map(networkPolicy),
    pods: (cluster.objects('pods') as PodObject[]).flatMap((pod) => podOf(pod) ?? []),
    namespaces: cluster.objects('namespaces').map(namespaceOf),
    nodes: (cluster.objects('nodes') as NodeObject[]).map(nodeOf),
  });
}

/** What the policies say of one flow. */
export function judge(compiled: Compiled, from: string, to: string, port: MatrixPort) {
  const flow = { source: { pod: from }, destination: { pod: to }, ...port };
  const { allowed, egress, ingress } = verdict(compiled, flow);
  return { allowed, egress: sideOf(egress), ingress: sideOf(ingress) };
}

const nameOf = ({ namespace, name }: PolicyRef) =>
  namespace === undefined ? name : `${namespace}/${name}`;

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
