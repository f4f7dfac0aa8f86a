import fc from 'fast-check';
import { evaluate } from '../../../src/emulator/network/netfilter/iptables/match.ts';
import type {
  MatchContext,
  Ruleset,
} from '../../../src/emulator/network/netfilter/iptables/rules.ts';
import { noRules } from '../../../src/emulator/network/netfilter/iptables/tables.ts';
import { calicoPolicies } from '../../../src/emulator/policy/calico/policies.ts';
import { compile, type Compiled } from '../../../src/emulator/policy/compile.ts';
import { explain } from '../../../src/emulator/policy/explain.ts';
import { loadPlan } from '../../../src/emulator/policy/felix/load.ts';
import { planNode } from '../../../src/emulator/policy/felix/plan.ts';
import type { IpSet } from '../../../src/emulator/policy/felix/sets.ts';
import { networkPolicy } from '../../../src/emulator/policy/kinds/networkpolicy.ts';
import type { Flow } from '../../../src/emulator/policy/types.ts';
import { verdict } from '../../../src/emulator/policy/verdict.ts';
import { clusterOf, flowOf, OUTSIDE, type RandomCluster, type RandomFlow } from './clusters.ts';
import { passes } from './specification.ts';

/** Questions to each cluster. */
const FLOWS = 40;

/**
 * Random clusters: the written specification, the compiler, Calico's reading of the same policies
 * and Calico's chains walked by packets must give one answer. Gives those that differ.
 */
export function playPolicies(seed: number, count: number): string[] {
  const wrong: string[] = [];
  const clusters = fc.sample(clusterOf, { seed, numRuns: count });
  clusters.forEach((cluster, index) => {
    const flows = fc.sample(flowOf, { seed: seed + index, numRuns: FLOWS });
    wrong.push(...ask(cluster, flows).map((why) => `cluster ${index}: ${why}`));
  });
  return wrong;
}

function ask(cluster: RandomCluster, flows: readonly RandomFlow[]): string[] {
  const { pods, namespaces, policies } = cluster;
  const compiled = compile({ policies: policies.map(networkPolicy), pods, namespaces });
  const calico = compile({
    policies: calicoPolicies({ networkPolicies: policies, policies: [] }),
    pods,
    namespaces,
  });
  const node = render(calico);
  return flows.flatMap((flow) => {
    const from = flow.from === 'outside' ? OUTSIDE : pods[flow.from % pods.length];
    const to = pods[flow.to % pods.length];
    if (!from || !to || from === to) return [];
    const key = (pod: { namespace: string; name: string }) => `${pod.namespace}/${pod.name}`;
    const question: Flow = {
      source: typeof from === 'string' ? { address: from } : { pod: key(from) },
      destination: { pod: key(to) },
      protocol: flow.protocol,
      port: flow.port,
    };
    const written = passes(cluster, { ...flow, source: from, destination: to });
    const judged = verdict(compiled, question);
    const answers = [
      judged.allowed,
      verdict(calico, question).allowed,
      walk(
        node,
        typeof from === 'string' ? from : (from.addresses[0] as string),
        to.addresses[0] as string,
        flow,
      ),
    ];
    if (answers.every((answer) => answer === written)) return [];
    const why = `${explain(judged.egress)}; ${explain(judged.ingress)}`;
    return [`${JSON.stringify(question)}: ${written} but ${answers.join(', ')} (${why})`];
  });
}

interface Rendered {
  readonly rules: Ruleset;
  readonly sets: readonly IpSet[];
  readonly devices: ReadonlyMap<string, string>;
}

function render(compiled: Compiled): Rendered {
  const workloads = [...compiled.pods.values()].map((entry, index) => ({
    device: `cali${index}`,
    entry,
  }));
  const plan = planNode({
    compiled,
    workloads,
    config: { ipip: true, vxlan: false, tunnelAddress: true },
    pools: ['10.244.0.0/16'],
    masqueradePools: ['10.244.0.0/16'],
    hosts: [],
    thisHost: [],
  });
  return {
    rules: loadPlan(noRules, plan),
    sets: plan.sets,
    devices: new Map(
      workloads.map(({ device, entry }) => [entry.pod.addresses[0] as string, device]),
    ),
  };
}

/** The first packet of a flow through the node's FORWARD chain. */
function walk(
  { rules, sets, devices }: Rendered,
  source: string,
  destination: string,
  flow: RandomFlow,
): boolean {
  const context: MatchContext = {
    chance: () => 0,
    addressType: () => 'UNICAST',
    inSet(name, directions, packet) {
      const { members = [] } = sets.find((set) => set.name === name) ?? {};
      const address = directions[0] === 'src' ? packet.source : packet.destination;
      const port = directions[0] === 'src' ? packet.sourcePort : packet.destinationPort;
      const element = directions.length > 1 ? `${address},${packet.protocol}:${port}` : address;
      return members.includes(element);
    },
    recent: () => undefined,
    limit: () => true,
  };
  const packet = {
    source,
    destination,
    protocol: flow.protocol.toLowerCase() as 'tcp' | 'udp' | 'sctp',
    sourcePort: 40_000,
    destinationPort: flow.port,
    inInterface: devices.get(source) ?? 'eth0',
    outInterface: devices.get(destination) as string,
    mark: 0,
    ttl: 63,
    size: 60,
    connection: { state: 'NEW', direction: 'ORIGINAL', dnat: false, snat: false, mark: 0 },
  } as const;
  return evaluate(rules, 'filter', 'FORWARD', packet, context)?.verdict.type === 'ACCEPT';
}
