import type { LabelSelector } from '../../apimachinery/object.ts';
import { parseCidr } from '../cidr.ts';
import type {
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../kinds/networkpolicy.ts';
import type { CalicoPolicyObject, CalicoPort, CalicoRule, EntityRule } from './shapes.ts';

/** Where a rule of the converted policy comes from: rule and peer, counted from 1. */
export interface Origin {
  readonly rule: number;
  readonly peer?: number;
}

/** A NetworkPolicy in Calico's form, with the origin of each rule. */
export interface Converted {
  readonly policy: CalicoPolicyObject;
  readonly ingress: readonly Origin[];
  readonly egress: readonly Origin[];
}

/** In front of the names of NetworkPolicies of Kubernetes. */
export const KNP = 'knp.default.';
const ORCHESTRATOR = 'projectcalico.org/orchestrator';

/**
 * A NetworkPolicy of Kubernetes as Calico reads it (libcalico's conversion): one rule for each
 * protocol and peer, its ports joined to ranges, selectors as expressions.
 */
export function convertNetworkPolicy({ metadata, spec }: NetworkPolicyObject): Converted {
  const ingress = rulesOf(spec.ingress ?? [], 'ingress');
  const egress = rulesOf(spec.egress ?? [], 'egress');
  const hasEgress = (spec.egress ?? []).length > 0;
  const types = spec.policyTypes ?? ['Ingress', ...(hasEgress ? ['Egress'] : [])];
  return {
    policy: {
      kind: 'NetworkPolicy',
      metadata: { name: KNP + metadata.name, namespace: metadata.namespace ?? 'default' },
      spec: {
        order: 1000,
        selector: selectorOf(spec.podSelector, 'pods'),
        types: types.length > 0 ? types : ['Ingress'],
        ingress: ingress.map(({ rule }) => rule),
        egress: egress.map(({ rule }) => rule),
      },
    },
    ingress: ingress.map(({ origin }) => origin),
    egress: egress.map(({ origin }) => origin),
  };
}

/** A label selector as an expression; of namespaces an empty one is `all()`. */
function selectorOf(selector: LabelSelector | undefined, of: 'pods' | 'namespaces'): string {
  const parts = of === 'pods' ? [`${ORCHESTRATOR} == 'k8s'`] : [];
  if (!selector) return parts.join(' && ');
  const pairs = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  if (of === 'namespaces' && pairs.length + expressions.length === 0) return 'all()';
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [key, value] of pairs) parts.push(`${key} == '${value}'`);
  for (const { key, operator, values = [] } of expressions) {
    const list = `{ '${values.join("', '")}' }`;
    const text = {
      In: `${key} in ${list}`,
      NotIn: `${key} not in ${list}`,
      Exists: `has(${key})`,
      DoesNotExist: `! has(${key})`,
    }[operator];
    parts.push(text);
  }
  return parts.join(' && ');
}

interface Gress {
  readonly ports?: readonly NetworkPolicyPort[] | null;
  readonly from?: readonly NetworkPolicyPeer[] | null;
  readonly to?: readonly NetworkPolicyPeer[] | null;
}

function rulesOf(
  rules: readonly Gress[],
  direction: 'ingress' | 'egress',
): readonly { readonly rule: CalicoRule; readonly origin: Origin }[] {
  return rules.flatMap((each, index) => {
    const named = (direction === 'ingress' ? each.from : each.to) ?? [];
    const peers: readonly (NetworkPolicyPeer | undefined)[] =
      named.length > 0 ? named : [undefined];
    return protocolsOf(each.ports ?? []).flatMap(({ protocol, ports }) =>
      peers.map((peer, at) => {
        const remote = peer ? entityOf(peer) : {};
        const local = ports.length > 0 ? { ports } : {};
        const sides =
          direction === 'ingress'
            ? { source: remote, destination: local }
            : { destination: { ...local, ...remote } };
        return {
          rule: { action: 'Allow' as const, ...(protocol ? { protocol } : {}), ...sides },
          origin: { rule: index + 1, ...(peer ? { peer: at + 1 } : {}) },
        };
      }),
    );
  });
}

function entityOf(peer: NetworkPolicyPeer): EntityRule {
  const { ipBlock } = peer;
  if (ipBlock) {
    const except = ipBlock.except ?? [];
    const nets = parseCidr(ipBlock.cidr ?? '') ? [ipBlock.cidr ?? ''] : [];
    return { nets, ...(except.length > 0 ? { notNets: except } : {}) };
  }
  const namespaceSelector = selectorOf(peer.namespaceSelector, 'namespaces');
  return {
    selector: selectorOf(peer.podSelector, 'pods'),
    ...(namespaceSelector ? { namespaceSelector } : {}),
  };
}

/** Ports by protocol, protocols in order of their names; one entry without where there are none. */
function protocolsOf(
  ports: readonly NetworkPolicyPort[],
): readonly { readonly protocol?: string; readonly ports: readonly CalicoPort[] }[] {
  if (ports.length === 0) return [{ ports: [] }];
  const groups = new Map<string, CalicoPort[] | 'all'>();
  for (const { protocol = 'TCP', port, endPort } of ports) {
    const known = groups.get(protocol);
    if (port === undefined || port === null) groups.set(protocol, 'all');
    else if (known !== 'all') {
      const own = endPort === undefined ? port : `${port}:${endPort}`;
      groups.set(protocol, [...(known ?? []), own]);
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([protocol, own]) => ({ protocol, ports: own === 'all' ? [] : simplifyPorts(own) }));
}

/** Numbers joined to the fewest ranges, behind the names. */
function simplifyPorts(ports: readonly CalicoPort[]): readonly CalicoPort[] {
  const ranges = ports.map((port) => /^(\d+)(?::(\d+))?$/.exec(String(port)));
  const numeric = ranges.flatMap((found) =>
    found ? [[Number(found[1]), Number(found[2] ?? found[1])] as const] : [],
  );
  const single = numeric.length === 1 && numeric[0]?.[0] === numeric[0]?.[1];
  if (ports.length <= 1 || numeric.length === 0 || single) return ports;
  const joined: [number, number][] = [];
  for (const [from, to] of numeric.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return [
    ...ports.filter((_port, index) => !ranges[index]),
    ...joined.map(([from, to]) => (from === to ? from : `${from}:${to}`)),
  ];
}
