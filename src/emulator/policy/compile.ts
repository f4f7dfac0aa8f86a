import type { Labels } from '../apimachinery/object.ts';
import { parseIp, type Ip } from './cidr.ts';
import type {
  Direction,
  Entity,
  Policy,
  PolicyNamespace,
  PolicyNode,
  PolicyPod,
  Rule,
  Selection,
} from './types.ts';

/** A pod with what its labels come to: which selections hold it, and which policies apply. */
export interface PodEntry {
  readonly pod: PolicyPod;
  readonly ips: readonly Ip[];
  /** One byte a selection, by its number. */
  readonly holds: Uint8Array;
  readonly ingress: readonly CompiledPolicy[];
  readonly egress: readonly CompiledPolicy[];
}

export interface NodeEntry {
  readonly node: PolicyNode;
  readonly ips: readonly Ip[];
}

/** A side of a rule with selections as numbers; -1 where it names none. */
export interface CompiledEntity extends Omit<Entity, 'selection' | 'notSelection'> {
  readonly selection: number;
  readonly notSelection: number;
}

export interface CompiledRule extends Omit<Rule, 'source' | 'destination'> {
  readonly source: CompiledEntity;
  readonly destination: CompiledEntity;
}

export interface CompiledPolicy {
  readonly policy: Policy;
  readonly subject: number;
  readonly ingress?: readonly CompiledRule[];
  readonly egress?: readonly CompiledRule[];
}

/** What flows are judged against. A value: `withPod` and the like make a new one. */
export interface Compiled {
  /** In the order in which they are asked. */
  readonly policies: readonly CompiledPolicy[];
  readonly selections: readonly Selection[];
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, PodEntry>;
  /** Whose address it is; pods of the host's network have none of their own. */
  readonly owners: ReadonlyMap<string, { readonly pod: string } | { readonly node: string }>;
}

export interface ClusterInput {
  readonly policies: readonly Policy[];
  readonly pods: readonly PolicyPod[];
  readonly namespaces: readonly PolicyNamespace[];
  readonly nodes?: readonly PolicyNode[];
}

export const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  `${namespace}/${name}`;

/** Joins policies with the cluster. Cost: one look at each selection for each kind of pod. */
export function compile({ policies, pods, namespaces, nodes = [] }: ClusterInput): Compiled {
  const numbers = new Map<string, number>();
  const selections: Selection[] = [];
  const number = (selection: Selection | undefined) => {
    if (!selection) return -1;
    const known = numbers.get(selection.key);
    if (known !== undefined) return known;
    numbers.set(selection.key, selections.length);
    return selections.push(selection) - 1;
  };
  const base = {
    policies: policies.toSorted(byOrder).map((policy) => compilePolicy(policy, number)),
    selections,
    namespaces: new Map(namespaces.map(({ name, labels }) => [name, labels])),
    nodes: new Map(nodes.map((node) => [node.name, { node, ips: ipsOf(node.addresses) }])),
  };
  const alike = new Map<string, PodEntry>();
  const entries = pods.map((pod) => [keyOf(pod), entryOf(pod, base, alike)] as const);
  const owners: (readonly [string, { pod: string } | { node: string }])[] = [
    ...pods.flatMap((pod) => ownAddresses(pod).map((own) => [own, { pod: keyOf(pod) }] as const)),
    ...nodes.flatMap(({ name, addresses }) =>
      addresses.map((own) => [own, { node: name }] as const),
    ),
  ];
  return { ...base, pods: new Map(entries), owners: new Map(owners) };
}

function ownAddresses(pod: PolicyPod): readonly string[] {
  return pod.hostNetwork ? [] : pod.addresses;
}

function ipsOf(addresses: readonly string[]): readonly Ip[] {
  return addresses.map(parseIp).filter((ip): ip is Ip => ip !== undefined);
}

/** Tiers by order, then policies by order; equals by kind, namespace and name. */
export function byOrder(a: Policy, b: Policy): number {
  const tier = a.tier.order - b.tier.order || compareText(a.tier.name, b.tier.name);
  if (tier !== 0) return tier;
  const [one, other] = [a.order ?? Infinity, b.order ?? Infinity];
  if (one !== other) return one < other ? -1 : 1;
  return (
    compareText(a.name, b.name) ||
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.kind, b.kind)
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function compilePolicy(
  policy: Policy,
  number: (selection: Selection | undefined) => number,
): CompiledPolicy {
  const entity = ({ selection, notSelection, ...rest }: Entity): CompiledEntity => ({
    ...rest,
    selection: number(selection),
    notSelection: number(notSelection),
  });
  const rules = (of: readonly Rule[]) =>
    of.map((rule) => ({
      ...rule,
      source: entity(rule.source),
      destination: entity(rule.destination),
    }));
  return {
    policy,
    subject: number(policy.subject),
    ...(policy.ingress ? { ingress: rules(policy.ingress) } : {}),
    ...(policy.egress ? { egress: rules(policy.egress) } : {}),
  };
}

type Base = Pick<Compiled, 'policies' | 'selections' | 'namespaces'>;

/** Pods with the same labels in the same namespace share what their labels come to. */
function entryOf(pod: PolicyPod, base: Base, alike?: Map<string, PodEntry>): PodEntry {
  const ips = ipsOf(pod.addresses);
  const { namespace, labels, serviceAccount, serviceAccountLabels, hostNetwork } = pod;
  const looked = [namespace, labels, serviceAccount, serviceAccountLabels, hostNetwork];
  const profile = alike && JSON.stringify(looked);
  const twin = profile === undefined ? undefined : alike?.get(profile);
  if (twin) return { ...twin, pod, ips };
  const entry = newEntry(pod, ips, base);
  if (profile !== undefined) alike?.set(profile, entry);
  return entry;
}

function newEntry(pod: PolicyPod, ips: readonly Ip[], base: Base): PodEntry {
  const holds = new Uint8Array(base.selections.length);
  if (pod.hostNetwork) return { pod, ips, holds, ingress: [], egress: [] };
  const labels = base.namespaces.get(pod.namespace) ?? {};
  base.selections.forEach((selection, at) => {
    if (selection.test(pod, labels)) holds[at] = 1;
  });
  const applying = (direction: Direction) =>
    base.policies.filter((each) => each[direction] !== undefined && holds[each.subject] === 1);
  return { pod, ips, holds, ingress: applying('ingress'), egress: applying('egress') };
}

/** The same with a pod added or changed. */
export function withPod(compiled: Compiled, pod: PolicyPod): Compiled {
  const key = keyOf(pod);
  const pods = new Map(compiled.pods);
  const owners = withoutOwner(compiled, key);
  pods.set(key, entryOf(pod, compiled));
  for (const address of ownAddresses(pod)) owners.set(address, { pod: key });
  return { ...compiled, pods, owners };
}

/** The same without a pod. */
export function withoutPod(compiled: Compiled, key: string): Compiled {
  const pods = new Map(compiled.pods);
  pods.delete(key);
  return { ...compiled, pods, owners: withoutOwner(compiled, key) };
}

function withoutOwner(compiled: Compiled, key: string) {
  const owners = new Map(compiled.owners);
  for (const address of compiled.pods.get(key)?.pod.addresses ?? []) {
    const owner = owners.get(address);
    if (owner && 'pod' in owner && owner.pod === key) owners.delete(address);
  }
  return owners;
}

/** The same with a namespace added or its labels changed; its pods are looked at again. */
export function withNamespace(compiled: Compiled, { name, labels }: PolicyNamespace): Compiled {
  const namespaces = new Map(compiled.namespaces).set(name, labels);
  const base = { ...compiled, namespaces };
  const alike = new Map<string, PodEntry>();
  const pods = new Map(compiled.pods);
  for (const [key, { pod }] of compiled.pods) {
    if (pod.namespace === name) pods.set(key, entryOf(pod, base, alike));
  }
  return { ...base, pods };
}
