import type { ApiObject } from '../../apimachinery/object.ts';
import { sha512 } from '../../apimachinery/sha512.ts';
import { networkPolicy, type NetworkPolicyObject } from '../../policy/kinds/networkpolicy.ts';
import type { Entity, Policy, PolicyPod, PortMatch, Selection } from '../../policy/types.ts';

export type NpcPod = PolicyPod;

/** Sets by name, and the rules of each chain. */
export interface NpcPlan {
  readonly sets: ReadonlyMap<string, readonly string[]>;
  readonly chains: Readonly<
    Record<'DEFAULT' | 'INGRESS' | 'EGRESS-DEFAULT' | 'EGRESS-CUSTOM', readonly string[]>
  >;
}

const nameOf = (what: string) => `weave-${sha512(what).slice(0, 25)}`;
const comment = (text: string) => `-m comment --comment "${text}"`;
const member = (set: string, side: 'src' | 'dst') => `-m set --match-set ${set} ${side}`;

/** What the policies of a cluster come to on every node (`npc/controller.go`). */
export function planNpc(
  pods: readonly NpcPod[],
  namespaces: readonly ApiObject[],
  objects: readonly NetworkPolicyObject[],
): NpcPlan {
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const sets = new Map<string, readonly string[]>();
  const chosen = (test: (pod: NpcPod) => boolean) =>
    pods
      .filter(test)
      .flatMap(({ addresses }) => addresses)
      .sort();
  const set = (what: string, test: (pod: NpcPod) => boolean) => {
    const name = nameOf(what);
    sets.set(name, chosen(test));
    return name;
  };
  const fits = (selection: Selection) => (pod: NpcPod) =>
    selection.test(pod, labels.get(pod.namespace) ?? {});
  const policies = objects.map(networkPolicy);
  const isolated = (direction: 'ingress' | 'egress') => (pod: NpcPod) =>
    policies.some((policy) => policy[direction] !== undefined && fits(policy.subject)(pod));
  const chains = {
    DEFAULT: [] as string[],
    INGRESS: [] as string[],
    'EGRESS-DEFAULT': [] as string[],
    'EGRESS-CUSTOM': [] as string[],
  };
  for (const { metadata } of namespaces) {
    const free = (direction: 'ingress' | 'egress') =>
      set(`default-allow ${direction} ${metadata.name}`, (pod) =>
        pod.namespace === metadata.name ? !isolated(direction)(pod) : false,
      );
    const why = (direction: string) =>
      comment(`DefaultAllow ${direction} isolation for namespace: ${metadata.name}`);
    chains.DEFAULT.push(`${member(free('ingress'), 'dst')} ${why('ingress')} -j ACCEPT`);
    const out = `${member(free('egress'), 'src')} ${why('egress')}`;
    chains['EGRESS-DEFAULT'].push(`${out} -j WEAVE-NPC-EGRESS-ACCEPT`, `${out} -j RETURN`);
  }
  for (const policy of policies) {
    chains.INGRESS.push(...rulesOf(policy, 'ingress', pods, set, fits));
    chains['EGRESS-CUSTOM'].push(...rulesOf(policy, 'egress', pods, set, fits));
  }
  return { sets, chains };
}

/** One policy's rules of a direction, as the words behind `-A CHAIN`. */
function rulesOf(
  policy: Policy,
  direction: 'ingress' | 'egress',
  pods: readonly NpcPod[],
  set: (what: string, test: (pod: NpcPod) => boolean) => string,
  fits: (selection: Selection) => (pod: NpcPod) => boolean,
): readonly string[] {
  const own = set(`${policy.subject.key}`, fits(policy.subject));
  const [near, far] =
    direction === 'ingress' ? (['dst', 'src'] as const) : (['src', 'dst'] as const);
  const target = direction === 'ingress' ? 'ACCEPT' : 'WEAVE-NPC-EGRESS-ACCEPT';
  const why = comment(`pods: namespace: ${policy.namespace} policy: ${policy.name} (${direction})`);
  return (policy[direction] ?? []).flatMap((rule) => {
    const peer = direction === 'ingress' ? rule.source : rule.destination;
    const protocol =
      rule.protocol === undefined ? '' : `-p ${String(rule.protocol).toLowerCase()} `;
    const serves =
      direction === 'ingress' ? fits(policy.subject) : peer.selection && fits(peer.selection);
    const ports = portsOf(rule.destination.ports, String(rule.protocol ?? ''), pods, serves);
    return peersOf(peer, far, set, fits).flatMap((other) =>
      ports.flatMap((port) => {
        const match = `${other.address}${protocol}${other.match}${member(own, near)}${port} ${why}`;
        if (other.returns) return [`${match} -j RETURN`];
        const line = `${match} -j ${target}`;
        return direction === 'ingress' ? [line] : [line, `${match} -j RETURN`];
      }),
    );
  });
}

interface PeerMatch {
  readonly address: string;
  readonly match: string;
  /** What an exception is about is decided elsewhere. */
  readonly returns?: boolean;
}

function peersOf(
  { selection, nets, notNets, nothing }: Entity,
  side: 'src' | 'dst',
  set: (what: string, test: (pod: NpcPod) => boolean) => string,
  fits: (selection: Selection) => (pod: NpcPod) => boolean,
): readonly PeerMatch[] {
  if (nothing) return [];
  const option = side === 'src' ? '-s' : '-d';
  if (nets) {
    return [
      ...(notNets ?? []).map(({ text }) => ({
        address: `${option} ${text} `,
        match: '',
        returns: true,
      })),
      ...nets.map(({ text }) => ({ address: `${option} ${text} `, match: '' })),
    ];
  }
  if (!selection) return [{ address: '', match: '' }];
  return [{ address: '', match: `${member(set(selection.key, fits(selection)), side)} ` }];
}

/** Matches of ports; named ones are those of the pods that serve. */
function portsOf(
  ports: readonly PortMatch[] | undefined,
  protocol: string,
  pods: readonly NpcPod[],
  serves: ((pod: NpcPod) => boolean) | undefined,
): readonly string[] {
  if (!ports) return [''];
  const match = (range: string) => ` -m ${protocol.toLowerCase()} --dport ${range}`;
  return ports.flatMap((port) => {
    if ('from' in port)
      return [match(port.from === port.to ? `${port.from}` : `${port.from}:${port.to}`)];
    const numbers = pods
      .filter((pod) => serves?.(pod) ?? true)
      .flatMap((pod) => pod.ports)
      .filter((each) => each.name === port.name && each.protocol === protocol)
      .map((each) => each.port);
    return [...new Set(numbers)].map((number) => match(`${number}`));
  });
}
