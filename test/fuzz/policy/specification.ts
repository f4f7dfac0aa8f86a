import type { LabelSelector } from '../../../src/emulator/apimachinery/object.ts';
import type { PolicyPod } from '../../../src/emulator/policy/types.ts';
import type {
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../../src/emulator/policy/kinds/networkpolicy.ts';
import type { RandomCluster } from './clusters.ts';

/**
 * What the API's documentation says of NetworkPolicies, line by line and as slow as it may be:
 * written apart from the compiler, to hold it against.
 */
export interface Question {
  readonly source: PolicyPod | string;
  readonly destination: PolicyPod;
  readonly protocol: string;
  readonly port: number;
}

/** Whether a flow passes: out of its source and into its destination. */
export function passes(cluster: RandomCluster, question: Question): boolean {
  const { source, destination } = question;
  if (source === destination) return true;
  const out = typeof source === 'string' || allowed(cluster, question, 'Egress');
  return out && allowed(cluster, question, 'Ingress');
}

function allowed(
  { policies, namespaces }: RandomCluster,
  question: Question,
  type: 'Ingress' | 'Egress',
): boolean {
  const { source, destination } = question;
  const own = type === 'Ingress' ? destination : (source as PolicyPod);
  const other = type === 'Ingress' ? source : destination;
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace &&
      fits(spec.podSelector ?? {}, own.labels) &&
      typesOf(spec).includes(type),
  );
  if (selecting.length === 0) return true;
  for (const { metadata, spec } of selecting) {
    for (const rule of (type === 'Ingress' ? spec.ingress : spec.egress) ?? []) {
      const peers = (type === 'Ingress' ? rule.from : rule.to) ?? [];
      const ports = rule.ports ?? [];
      const peerFits =
        peers.length === 0 ||
        peers.some((peer) => isPeer(peer, other, metadata.namespace as string, namespaces));
      const portFits = ports.length === 0 || ports.some((port) => isPort(port, question));
      if (peerFits && portFits) return true;
    }
  }
  return false;
}

function typesOf(spec: NetworkPolicyObject['spec']): readonly string[] {
  if (spec.policyTypes) return spec.policyTypes;
  return spec.egress && spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  other: PolicyPod | string,
  namespace: string,
  namespaces: RandomCluster['namespaces'],
): boolean {
  if (ipBlock) {
    const address = typeof other === 'string' ? other : (other.addresses[0] as string);
    const within = (block: string) => inBlock(block, address);
    return within(ipBlock.cidr as string) && !(ipBlock.except ?? []).some(within);
  }
  if (typeof other === 'string') return false;
  const its = namespaces.find(({ name }) => name === other.namespace)?.labels ?? {};
  const near = namespaceSelector ? fits(namespaceSelector, its) : other.namespace === namespace;
  return near && (!podSelector || fits(podSelector, other.labels));
}

function isPort(
  { protocol = 'TCP', port, endPort }: NetworkPolicyPort,
  question: Question,
): boolean {
  if (protocol !== question.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') {
    return question.destination.ports.some(
      (each) => each.name === port && each.port === question.port && each.protocol === protocol,
    );
  }
  return question.port >= port && question.port <= (endPort ?? port);
}

function fits(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labels[key] !== value) return false;
  }
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const has = key in labels;
    const among = has && values.includes(labels[key] as string);
    const holds = { In: among, NotIn: !among, Exists: has, DoesNotExist: !has }[operator];
    if (!holds) return false;
  }
  return true;
}

function inBlock(block: string, address: string): boolean {
  const bits = (text: string) =>
    text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [base = '', prefix = '32'] = block.split('/');
  const length = Number(prefix);
  return bits(base).slice(0, length) === bits(address).slice(0, length);
}
