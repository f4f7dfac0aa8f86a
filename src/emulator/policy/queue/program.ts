import type {
  QueuePod,
  QueuePolicy,
  QueueProgram,
  QueueRule,
} from '../../network/netfilter/queue/program.ts';
import type { Compiled, CompiledEntity, CompiledPolicy, CompiledRule } from '../compile.ts';
import { policyText, ruleText } from '../explain.ts';
import { numberOf } from '../protocols.ts';
import type { Direction } from '../types.ts';

/** Answers for all pods of a cluster. `names`: addresses by the name they were looked up by. */
export function queueProgram(compiled: Compiled, names: QueueProgram['names'] = {}): QueueProgram {
  const sets: string[][] = [];
  const places = new Map<number, number>();
  const setOf = (selection: number) => {
    const known = places.get(selection);
    if (known !== undefined) return known;
    const members = [...compiled.pods.values()]
      .filter(({ holds, pod }) => holds[selection] === 1 && !pod.hostNetwork)
      .flatMap(({ pod }) => pod.addresses);
    places.set(selection, sets.length);
    return sets.push(members) - 1;
  };
  const numbers = new Map(compiled.policies.map((policy, at) => [policy, at]));
  const policies = compiled.policies.map((policy) => policyOf(compiled, policy, setOf));
  const pods: Record<string, QueuePod> = {};
  for (const [name, entry] of compiled.pods) {
    const placesOf = (of: readonly CompiledPolicy[]) =>
      of.map((policy) => numbers.get(policy) as number);
    const { ports, addresses, hostNetwork } = entry.pod;
    if (hostNetwork) continue;
    const pod: QueuePod = {
      name,
      egress: placesOf(entry.egress),
      ingress: placesOf(entry.ingress),
      ports: ports.flatMap((each) =>
        each.name === undefined
          ? []
          : [{ name: each.name, port: each.port, protocol: numberOf(each.protocol) }],
      ),
    };
    for (const address of addresses) pods[address] = pod;
  }
  return { pods, policies, sets, names };
}

function policyOf(
  compiled: Compiled,
  { policy, ingress, egress }: CompiledPolicy,
  setOf: (selection: number) => number,
): QueuePolicy {
  const rules = (of: readonly CompiledRule[], direction: Direction) =>
    of.flatMap((rule): QueueRule[] => {
      if (rule.action === 'Log' || rule.source.nothing || rule.destination.nothing) return [];
      const matched = { policy, direction, ...rule };
      return [
        {
          ...sideOf(compiled, direction === 'ingress' ? rule.source : rule.destination, setOf),
          action: rule.action === 'Allow' ? 'allow' : rule.action === 'Deny' ? 'deny' : 'pass',
          ...(rule.protocol === undefined ? {} : { protocol: numberOf(rule.protocol) }),
          ...portsOf(rule.destination),
          text: ruleText(matched),
        },
      ];
    });
  return {
    name: policyText(policy),
    tier: policy.tier.name,
    last: policy.tier.default === 'Deny' ? 'deny' : 'pass',
    ...(ingress ? { ingress: rules(ingress, 'ingress') } : {}),
    ...(egress ? { egress: rules(egress, 'egress') } : {}),
  };
}

function portsOf({ ports }: CompiledEntity): Pick<QueueRule, 'ports'> {
  return ports ? { ports: ports.map((port) => ('name' in port ? port.name : port)) } : {};
}

function sideOf(
  { nodes }: Compiled,
  entity: CompiledEntity,
  setOf: (selection: number) => number,
): Partial<QueueRule> {
  const { selection, nets, notNets, domains } = entity;
  const chosen = entity.nodes;
  const ofNodes =
    chosen && [...nodes.values()].flatMap(({ node }) => (chosen(node) ? node.addresses : []));
  const all = nets?.map(({ text }) => text) ?? ofNodes;
  return {
    ...(selection >= 0 ? { set: setOf(selection) } : {}),
    ...(all ? { nets: all } : {}),
    ...(notNets ? { notNets: notNets.map(({ text }) => text) } : {}),
    ...(domains ? { domains } : {}),
  };
}
