import type { LabelSelector } from '../../apimachinery/object.ts';
import { matches } from '../../apimachinery/selector.ts';
import { parseCidr, type Cidr } from '../cidr.ts';
import { podsOf } from '../selection.ts';
import type {
  Action,
  Direction,
  Entity,
  Policy,
  PortMatch,
  Rule,
  Selection,
  Tier,
} from '../types.ts';

interface NamespacedPod {
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

interface Subject {
  readonly namespaces?: LabelSelector;
  readonly pods?: NamespacedPod;
}

interface Peer extends Subject {
  readonly nodes?: LabelSelector;
  readonly networks?: readonly string[];
  readonly domainNames?: readonly string[];
}

interface PortOf {
  readonly destinationPort?: {
    readonly number?: number;
    readonly range?: { readonly start: number; readonly end: number };
  };
}

interface ProtocolMatch {
  readonly tcp?: PortOf;
  readonly udp?: PortOf;
  readonly sctp?: PortOf;
  readonly destinationNamedPort?: string;
}

interface GressRule {
  readonly name?: string;
  readonly action: 'Accept' | 'Deny' | 'Pass';
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly protocols?: readonly ProtocolMatch[] | null;
}

/** What is read of a policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy. */
export interface ClusterNetworkPolicyObject {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly tier: 'Admin' | 'Baseline';
    readonly priority: number;
    readonly subject: Subject;
    readonly ingress?: readonly GressRule[] | null;
    readonly egress?: readonly GressRule[] | null;
  };
}

const TIERS: Readonly<Record<'Admin' | 'Baseline', Tier>> = {
  Admin: { name: 'Admin', order: 1_000, default: 'Pass' },
  Baseline: { name: 'Baseline', order: 10_000_000, default: 'Pass' },
};
const ACTIONS: Readonly<Record<GressRule['action'], Action>> = {
  Accept: 'Allow',
  Deny: 'Deny',
  Pass: 'Pass',
};

/** A ClusterNetworkPolicy as rules; lower priority values come first within the tier. */
export function clusterNetworkPolicy({ metadata, spec }: ClusterNetworkPolicyObject): Policy {
  const rules = (direction: Direction, of: readonly GressRule[] | null | undefined) =>
    (of ?? []).flatMap((rule, index) => rulesOf(rule, index + 1, direction));
  const ingress = rules('ingress', spec.ingress);
  const egress = rules('egress', spec.egress);
  return {
    kind: 'ClusterNetworkPolicy',
    name: metadata.name,
    tier: TIERS[spec.tier],
    order: spec.priority,
    subject: podsAt(spec.subject) ?? { key: 'nothing', test: () => false },
    ...(ingress.length > 0 ? { ingress } : {}),
    ...(egress.length > 0 ? { egress } : {}),
  };
}

function podsAt({ namespaces, pods }: Subject): Selection | undefined {
  if (namespaces) return podsOf({ namespaceSelector: namespaces });
  if (!pods) return undefined;
  const { namespaceSelector = {}, podSelector = {} } = pods;
  return podsOf({ namespaceSelector, podSelector });
}

function rulesOf(rule: GressRule, position: number, direction: Direction): Rule[] {
  const action = ACTIONS[rule.action];
  const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
  const base = { rule: position, ...(rule.name ? { name: rule.name } : {}) };
  return peers.flatMap((peer, index): Rule[] => {
    const remote = remoteOf(peer);
    const at = { ...base, peer: index + 1 };
    // A peer of no known kind: the object is newer than this reader, which then closes the door.
    if (!remote) {
      return action === 'Allow' ? [] : [{ ...at, action: 'Deny', source: {}, destination: {} }];
    }
    return protocolsOf(rule.protocols ?? []).map(({ protocol, ports }): Rule => {
      const local: Entity = ports ? { ports } : {};
      return {
        ...at,
        action,
        ...(protocol ? { protocol } : {}),
        source: direction === 'ingress' ? remote : {},
        destination: direction === 'ingress' ? local : { ...remote, ...local },
      };
    });
  });
}

function remoteOf(peer: Peer): Entity | undefined {
  const { nodes, networks, domainNames } = peer;
  const selection = podsAt(peer);
  if (selection) return { selection };
  if (nodes) return { nodes: (node) => matches(nodes, node.labels) };
  if (networks) {
    const nets = networks.map(parseCidr).filter((net): net is Cidr => net !== undefined);
    return nets.length > 0 ? { nets } : { nothing: true };
  }
  return domainNames ? { domains: domainNames } : undefined;
}

function protocolsOf(
  protocols: readonly ProtocolMatch[],
): readonly { readonly protocol?: string; readonly ports?: readonly PortMatch[] }[] {
  if (protocols.length === 0) return [{}];
  return protocols.map(({ tcp, udp, sctp, destinationNamedPort }) => {
    if (destinationNamedPort !== undefined) return { ports: [{ name: destinationNamedPort }] };
    const [protocol, of] = tcp ? ['TCP', tcp] : udp ? ['UDP', udp] : ['SCTP', sctp];
    const { number, range } = of?.destinationPort ?? {};
    if (range) return { protocol, ports: [{ from: range.start, to: range.end }] };
    return number === undefined
      ? { protocol }
      : { protocol, ports: [{ from: number, to: number }] };
  });
}
