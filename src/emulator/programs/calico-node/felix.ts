import { vethName } from '../../cni/calico/index.ts';
import type { Block } from '../../cni/calico-ipam/blocks.ts';
import type { Api } from '../../controllers/controller.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { calicoPolicies } from '../../policy/calico/policies.ts';
import type { CalicoPolicyObject, TierObject } from '../../policy/calico/shapes.ts';
import { compile } from '../../policy/compile.ts';
import { loadPlan } from '../../policy/felix/load.ts';
import { planNode } from '../../policy/felix/plan.ts';
import type { NetworkPolicyObject } from '../../policy/kinds/networkpolicy.ts';
import { namespaceOf, nodeOf, podOf } from '../../policy/objects.ts';
import type { PolicyPod } from '../../policy/types.ts';
import { podAddresses, type Tunnel } from './addresses.ts';
import { loadSets } from './sets.ts';
import { GROUP, type Seen } from './shapes.ts';

/** Rules and sets of this node, after policies, pods and pools. */
export function* enforce(
  sys: DaemonSys,
  api: Api,
  seen: Seen,
  blocks: readonly Block[],
  tunnels: Readonly<Partial<Record<Tunnel, string>>>,
): Call<void> {
  const known = podAddresses(blocks);
  const pods = seen.pods.flatMap((pod) => {
    const found = podOf(pod);
    return found ? [withAddress(found, known)] : [];
  });
  const networkPolicies = yield* api.list<ApiObject>('networkpolicies.networking.k8s.io');
  const own = yield* api.list<ApiObject>(`networkpolicies.${GROUP}`);
  const global = yield* api.list<ApiObject>(`globalnetworkpolicies.${GROUP}`);
  const tiers = yield* api.list<ApiObject>(`tiers.${GROUP}`);
  const compiled = compile({
    policies: calicoPolicies({
      networkPolicies: networkPolicies as unknown as readonly NetworkPolicyObject[],
      policies: [...own, ...global].map(stored) as unknown as readonly CalicoPolicyObject[],
      tiers: tiers as unknown as readonly TierObject[],
    }),
    pods,
    namespaces: (yield* api.list<ApiObject>('namespaces')).map(namespaceOf),
    nodes: seen.nodes.map(nodeOf),
  });
  const node = seen.self.metadata.name;
  const local = pods.filter((pod) => pod.node === node && !pod.hostNetwork);
  const workloads = local
    .filter(({ addresses }) => addresses.length > 0)
    .flatMap(({ namespace, name }) => {
      const entry = compiled.pods.get(`${namespace}/${name}`);
      return entry ? [{ device: vethName(namespace, name), entry }] : [];
    });
  const plan = planNode({
    compiled,
    workloads,
    config: {
      ipip: tunnels.ipip !== undefined,
      vxlan: tunnels.vxlan !== undefined,
      tunnelAddress: tunnels.ipip !== undefined || tunnels.vxlan !== undefined,
    },
    pools: seen.pools.map(({ spec }) => spec.cidr),
    masqueradePools: seen.pools.filter(({ spec }) => spec.natOutgoing).map(({ spec }) => spec.cidr),
    hosts: seen.nodes.flatMap((each) => nodeOf(each).addresses),
    thisHost: thisHost(sys),
  });
  loadSets(sys, plan.sets);
  const before = sys.network.iptables();
  const after = loadPlan(before, plan);
  const changed = after.tables.some(
    ({ name, chains }) =>
      chains.length !== before.tables.find((each) => each.name === name)?.chains.length ||
      chains.some(
        (chain, at) => chain !== before.tables.find((each) => each.name === name)?.chains[at],
      ),
  );
  if (changed) sys.network.setIptables(after);
}

/** Names of policies carry their tier in the API; without one they are of the default tier. */
function stored(object: ApiObject): ApiObject {
  return {
    ...object,
    metadata: { ...object.metadata, name: object.metadata.name.replace(/^default\./, '') },
  };
}

/** The plugin knows a pod's address before the kubelet has told it. */
function withAddress(
  pod: PolicyPod,
  known: ReadonlyMap<string, { readonly address: string }>,
): PolicyPod {
  if (pod.hostNetwork || pod.addresses.length > 0) return pod;
  const found = known.get(`${pod.namespace}/${pod.name}`);
  return found ? { ...pod, addresses: [found.address] } : pod;
}

function thisHost({ network }: DaemonSys): readonly string[] {
  return network
    .links()
    .flatMap(({ addresses }) => addresses)
    .map(({ address }) => address)
    .filter((address) => !address.includes(':'));
}
