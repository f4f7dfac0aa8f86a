import type { ApiObject } from '../../emulator/apimachinery/object.ts';
import type { Cluster } from '../../emulator/cluster/api.ts';
import { compile, type Compiled } from '../../emulator/policy/compile.ts';
import {
  networkPolicy,
  type NetworkPolicyObject,
} from '../../emulator/policy/kinds/networkpolicy.ts';
import type { PolicyPod, PolicyRef, Side } from '../../emulator/policy/types.ts';
import { verdict } from '../../emulator/policy/verdict.ts';
import type { CellSide, MatrixPort } from './api.ts';

export const POLICIES = 'networkpolicies.networking.k8s.io';

interface PodObject extends ApiObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly serviceAccountName?: string;
    readonly containers: readonly {
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol?: string;
      }[];
    }[];
  };
  readonly status?: { readonly podIPs?: readonly { readonly ip: string }[] };
}

interface NodeObject extends ApiObject {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/** The written policies of a cluster, joined with its pods. */
export function compiledPolicies(cluster: Cluster): Compiled {
  const policies = cluster.objects(POLICIES) as unknown as NetworkPolicyObject[];
  return compile({
    policies: policies.map(networkPolicy),
    pods: (cluster.objects('pods') as PodObject[]).map(podOf),
    namespaces: cluster
      .objects('namespaces')
      .map(({ metadata }) => ({ name: metadata.name, labels: metadata.labels ?? {} })),
    nodes: (cluster.objects('nodes') as NodeObject[]).map(({ metadata, status }) => ({
      name: metadata.name,
      labels: metadata.labels ?? {},
      addresses: (status?.addresses ?? [])
        .filter(({ type }) => type === 'InternalIP')
        .map(({ address }) => address),
    })),
  });
}

function podOf({ metadata, spec, status }: PodObject): PolicyPod {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    labels: metadata.labels ?? {},
    addresses: (status?.podIPs ?? []).map(({ ip }) => ip),
    ...(spec.nodeName && { node: spec.nodeName }),
    ...(spec.hostNetwork && { hostNetwork: true }),
    ...(spec.serviceAccountName && { serviceAccount: spec.serviceAccountName }),
    ports: spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name, containerPort, protocol = 'TCP' }) => ({
        ...(name && { name }),
        port: containerPort,
        protocol,
      })),
    ),
  };
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
