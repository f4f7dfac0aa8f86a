import type { LabelSelector } from '../../apimachinery/object.ts';
import { parseCidr, type Cidr } from '../cidr.ts';
import { podsOf } from '../selection.ts';
import type { Direction, Entity, Policy, PortMatch, Rule, Tier } from '../types.ts';

/** `spec.ingress[].from[]` and `spec.egress[].to[]`. */
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] | null };
}

export interface NetworkPolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface NetworkPolicyRule {
  readonly ports?: readonly NetworkPolicyPort[] | null;
  readonly from?: readonly NetworkPolicyPeer[] | null;
  readonly to?: readonly NetworkPolicyPeer[] | null;
}

/** What is read of a networking.k8s.io/v1 NetworkPolicy, with or without API defaulting. */
export interface NetworkPolicyObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[] | null;
    readonly ingress?: readonly NetworkPolicyRule[] | null;
    readonly egress?: readonly NetworkPolicyRule[] | null;
  };
}

/** Where NetworkPolicies stand: behind an administrator's tier, before a baseline. */
export const NETWORK_POLICY_TIER: Tier = {
  name: 'NetworkPolicy',
  order: 1_000_000,
  default: 'Deny',
};

/**
 * A NetworkPolicy as rules: each peer of a rule with each protocol of its ports is one. Without
 * `policyTypes` it speaks of ingress, and of egress where it has egress rules.
 */
export function networkPolicy({ metadata, spec }: NetworkPolicyObject): Policy {
  const namespace = metadata.namespace ?? 'default';
  const rules = (direction: Direction, of: readonly NetworkPolicyRule[] | null | undefined) =>
    (of ?? []).flatMap((rule, index) => rulesOf(rule, index + 1, direction, namespace));
  const types = spec.policyTypes ?? [
    'Ingress',
    ...((spec.egress ?? []).length > 0 ? ['Egress'] : []),
  ];
  return {
    kind: 'NetworkPolicy',
    namespace,
    name: metadata.name,
    tier: NETWORK_POLICY_TIER,
    subject: podsOf({ namespace, podSelector: spec.podSelector ?? {} }),
    ...(types.includes('Ingress') ? { ingress: rules('ingress', spec.ingress) } : {}),
    ...(types.includes('Egress') ? { egress: rules('egress', spec.egress) } : {}),
  };
}

function rulesOf(
  rule: NetworkPolicyRule,
  position: number,
  direction: Direction,
  namespace: string,
): Rule[] {
  const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
  const remotes: readonly (readonly [Entity, number?])[] =
    peers.length === 0
      ? [[{}]]
      : peers.map((peer, index) => [remoteOf(peer, namespace), index + 1]);
  return remotes.flatMap(([remote, peer]) =>
    portGroups(rule.ports ?? []).map(({ protocol, ports }): Rule => {
      const local: Entity = ports ? { ports } : {};
      const target: Entity = direction === 'ingress' ? local : { ...remote, ...local };
      return {
        action: 'Allow',
        rule: position,
        ...(peer === undefined ? {} : { peer }),
        ...(protocol === undefined ? {} : { protocol }),
        source: direction === 'ingress' ? remote : {},
        destination: target,
      };
    }),
  );
}

function remoteOf(peer: NetworkPolicyPeer, namespace: string): Entity {
  if (peer.ipBlock) {
    const nets = [parseCidr(peer.ipBlock.cidr ?? '')].filter(
      (net): net is Cidr => net !== undefined,
    );
    const except = (peer.ipBlock.except ?? []).map(parseCidr);
    const notNets = except.filter((net): net is Cidr => net !== undefined);
    return nets.length === 0 ? { nothing: true } : { nets, ...(notNets.length ? { notNets } : {}) };
  }
  const { podSelector, namespaceSelector } = peer;
  const near = namespaceSelector === undefined ? { namespace } : { namespaceSelector };
  return { selection: podsOf({ ...near, ...(podSelector === undefined ? {} : { podSelector }) }) };
}

/** Ports by protocol, in order of first appearance; without ports one group of all. */
function portGroups(
  ports: readonly NetworkPolicyPort[],
): readonly { readonly protocol?: string; readonly ports?: readonly PortMatch[] }[] {
  if (ports.length === 0) return [{}];
  const groups = new Map<string, { all: boolean; ports: PortMatch[] }>();
  for (const each of ports) {
    const protocol = each.protocol ?? 'TCP';
    const group = groups.get(protocol) ?? { all: false, ports: [] };
    groups.set(protocol, group);
    if (each.port === undefined || each.port === null) group.all = true;
    else group.ports.push(portOf(each.port, each.endPort));
  }
  return [...groups].map(([protocol, group]) =>
    group.all ? { protocol } : { protocol, ports: group.ports },
  );
}

/** A port by number, by name (a text that is no number), or a range. */
export function portOf(port: number | string, endPort?: number): PortMatch {
  const from = typeof port === 'number' ? port : /^\d+$/.test(port) ? Number(port) : undefined;
  if (from === undefined) return { name: String(port) };
  return { from, to: endPort ?? from };
}
