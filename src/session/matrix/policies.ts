import type { Cluster } from '../../emulator/cluster/api.ts';
import { KNP } from '../../emulator/policy/calico/convert.ts';
import { calicoPolicies } from '../../emulator/policy/calico/policies.ts';
import type { CalicoPolicyObject } from '../../emulator/policy/calico/shapes.ts';
import { ciliumPolicies } from '../../emulator/policy/cilium/policies.ts';
import type { CiliumPolicyObject } from '../../emulator/policy/cilium/shapes.ts';
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

const CILIUM = ['ciliumnetworkpolicies.cilium.io', 'ciliumclusterwidenetworkpolicies.cilium.io'];

/** Resources of all kinds of policies that are understood, with what a reason calls their kind. */
export const policyResources: readonly (readonly [resource: string, kind: string])[] = [
  [POLICIES, ''],
  [CALICO[0] as string, 'Calico NetworkPolicy '],
  [CALICO[1] as string, 'GlobalNetworkPolicy '],
  [ADMIN, 'ClusterNetworkPolicy '],
  [CILIUM[0] as string, 'CiliumNetworkPolicy '],
  [CILIUM[1] as string, 'CiliumClusterwideNetworkPolicy '],
];

/** The written policies of a cluster, joined with its pods. */
export function compiledPolicies(cluster: Cluster): Compiled {
  return compile({
    policies: policiesOf(cluster),
    pods: (cluster.objects('pods') as PodObject[]).flatMap((pod) => podOf(pod) ?? []),
    namespaces: cluster.objects('namespaces').map(namespaceOf),
    nodes: (cluster.objects('nodes') as NodeObject[]).map(nodeOf),
  });
}

/** Calico's own NetworkPolicies by another word than those of Kubernetes. */
function named(policy: Policy): Policy {
  const own = policy.kind === 'NetworkPolicy' && !policy.id?.includes(`/${KNP}`);
  return own ? { ...policy, kind: 'Calico NetworkPolicy' } : policy;
}

interface ServiceObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}

/** Policies of all kinds that are there; Calico and Cilium put those of Kubernetes among theirs. */
function policiesOf(cluster: Cluster): readonly Policy[] {
  const networkPolicies = cluster.objects(POLICIES) as unknown as NetworkPolicyObject[];
  const calico = CALICO.flatMap((kind) => cluster.objects(kind)) as unknown as CalicoPolicyObject[];
  const admin = cluster.objects(ADMIN) as unknown as ClusterNetworkPolicyObject[];
  const cilium = CILIUM.flatMap((kind) => cluster.objects(kind)) as unknown as CiliumPolicyObject[];
  const services = cluster.objects('services') as unknown as ServiceObject[];
  const selectorOf = (namespace: string, name: string) => {
    const found = services.find(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
    );
    return found?.spec.selector && { matchLabels: found.spec.selector };
  };
  const own =
    cilium.length > 0
      ? ciliumPolicies({ networkPolicies, policies: cilium, services: selectorOf })
      : calico.length > 0
        ? calicoPolicies({ networkPolicies, policies: calico }).map(named)
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
function nameOf({ kind, namespace, name }: PolicyRef): string {
  const converted = name.startsWith(KNP);
  const own = converted ? name.slice(KNP.length) : name;
  const place = namespace === undefined ? own : `${namespace}/${own}`;
  return kind === 'NetworkPolicy' || converted ? place : `${kind} ${place}`;
}

function sideOf({ allowed, why }: Side): CellSide {
  const kind = why.type;
  switch (why.type) {
    case 'rule': {
      const { policy, rule, peer, list, action, name } = why.matched;
      return {
        ...{ allowed, kind, policies: [nameOf(policy)], rule },
        ...(peer && { peer }),
        ...(list && { list }),
        ...(name && { called: name }),
        ...(list && action === 'Deny' && { denies: true }),
      };
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
