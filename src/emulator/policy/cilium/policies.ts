import type { LabelSelector } from '../../apimachinery/object.ts';
import { parseCidr, type Cidr } from '../cidr.ts';
import {
  NETWORK_POLICY_TIER,
  networkPolicy,
  type NetworkPolicyObject,
} from '../kinds/networkpolicy.ts';
import { numberOf } from '../protocols.ts';
import type {
  Action,
  Entity,
  Policy,
  PolicyNode,
  PortMatch,
  Rule,
  Selection,
  Tier,
} from '../types.ts';
import { identityLabels, type Identity } from './identity.ts';
import { fits, type ServicePods } from './rules.ts';
import type {
  CiliumPolicyObject,
  CiliumRule,
  CiliumSpec,
  FqdnSelector,
  PortRule,
} from './shapes.ts';

/** All that Cilium enforces in a cluster. */
export interface CiliumInput {
  readonly networkPolicies: readonly NetworkPolicyObject[];
  /** CiliumNetworkPolicies and clusterwide ones. */
  readonly policies: readonly CiliumPolicyObject[];
  readonly services?: ServicePods;
}

/** What denies comes first, whoever allows. */
const DENY: Tier = { name: 'Cilium deny', order: 900_000, default: 'Pass' };
/** What allows without isolating the pod; it counts where another policy isolates it. */
const EXTRA: Tier = { name: 'Cilium', order: 950_000, default: 'Pass' };

/**
 * Policies as Cilium asks them, with which rule and which peer it was: NetworkPolicies and its own
 * kinds in one, deny rules before all others.
 */
export function ciliumPolicies({ networkPolicies, policies, services }: CiliumInput): Policy[] {
  return [
    ...networkPolicies.map(networkPolicy),
    ...policies.flatMap((object) =>
      [...(object.spec ? [object.spec] : []), ...(object.specs ?? [])].flatMap((spec) =>
        partsOf(object, spec, services ?? (() => undefined)),
      ),
    ),
  ];
}

type Direction = 'ingress' | 'egress';

function partsOf(
  { metadata: { name, namespace } }: CiliumPolicyObject,
  spec: CiliumSpec,
  services: ServicePods,
): Policy[] {
  const { endpointSelector, enableDefaultDeny } = spec;
  if (!endpointSelector) return [];
  const kind = namespace === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy';
  const base = {
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    subject: selectionOf(endpointSelector, namespace),
  };
  const made = (of: readonly CiliumRule[] | undefined, direction: Direction, action: Action) =>
    (of ?? []).flatMap((rule, at) => rulesOf(rule, at + 1, direction, action, namespace, services));
  return (['ingress', 'egress'] as const).flatMap((direction): Policy[] => {
    const allow = spec[direction];
    const deny = direction === 'ingress' ? spec.ingressDeny : spec.egressDeny;
    if (!allow && !deny) return [];
    const tier = enableDefaultDeny?.[direction] === false ? EXTRA : NETWORK_POLICY_TIER;
    return [
      ...(deny ? [{ ...base, tier: DENY, [direction]: made(deny, direction, 'Deny') }] : []),
      { ...base, tier, [direction]: made(allow, direction, 'Allow') },
    ];
  });
}

/** Pods that a selector of Cilium's means. */
function selectionOf(selector: LabelSelector, namespace: string | undefined): Selection {
  return {
    key: `cilium/${namespace ?? ''}/${JSON.stringify(selector)}`,
    test(pod, labels) {
      const identity: Identity = { id: 0, labels: identityLabels(pod, labels) };
      return fits(selector, identity, namespace);
    },
  };
}

interface Peer {
  readonly entity: Entity;
  /** The list that it stands in and its place there, counted from 1. */
  readonly list: string;
  readonly peer: number;
}

function rulesOf(
  rule: CiliumRule,
  position: number,
  direction: Direction,
  action: Action,
  namespace: string | undefined,
  services: ServicePods,
): Rule[] {
  const peers = peersOf(rule, direction, namespace, services);
  const groups: readonly PortRule[] = rule.toPorts?.length ? rule.toPorts : [{}];
  const ports = groups.flatMap(portsOf);
  const icmps = (rule.icmps ?? []).map(() => ({ protocol: 'ICMP' }));
  const all = !rule.toPorts && icmps.length > 0 ? icmps : [...ports, ...icmps];
  return (peers ?? [undefined]).flatMap((peer) =>
    all.map((port): Rule => {
      const { ports: numbers, ...protocol } = port as Ports;
      const local: Entity = numbers ? { ports: numbers } : {};
      const far = peer?.entity ?? {};
      return {
        action,
        rule: position,
        ...(peer ? { peer: peer.peer, list: peer.list } : {}),
        ...protocol,
        source: direction === 'ingress' ? far : {},
        destination: direction === 'ingress' ? local : { ...far, ...local },
      };
    }),
  );
}

interface Ports {
  readonly protocol?: string | number;
  readonly ports?: readonly PortMatch[];
}

function portsOf({ ports = [] }: PortRule): readonly Ports[] {
  if (ports.length === 0) return [{}];
  return ports.flatMap(({ port, endPort, protocol = 'ANY' }): Ports[] => {
    const numbers = protocol === 'ANY' ? [6, 17, 132] : [numberOf(protocol)];
    const from = Number(port);
    const match: PortMatch = Number.isNaN(from) ? { name: port } : { from, to: endPort ?? from };
    return numbers.map((each) => ({
      protocol: each,
      ...(from === 0 ? {} : { ports: [match] }),
    }));
  });
}

/** Who is at the other end, one by one; undefined: anybody. */
function peersOf(
  rule: CiliumRule,
  direction: Direction,
  namespace: string | undefined,
  services: ServicePods,
): readonly Peer[] | undefined {
  const side = direction === 'ingress' ? 'from' : 'to';
  const lists: readonly (readonly [string, readonly (readonly Entity[])[] | undefined])[] = [
    [
      `${side}Endpoints`,
      (rule.fromEndpoints ?? rule.toEndpoints)?.map((each) => [
        { selection: selectionOf(each, namespace) },
      ]),
    ],
    [`${side}Entities`, (rule.fromEntities ?? rule.toEntities)?.map(entitiesOf)],
    [`${side}CIDR`, (rule.fromCIDR ?? rule.toCIDR)?.map((cidr) => [netsOf(cidr, [])])],
    [
      `${side}CIDRSet`,
      (rule.fromCIDRSet ?? rule.toCIDRSet)?.map(({ cidr = '', except = [] }) => [
        netsOf(cidr, except),
      ]),
    ],
    [
      'toServices',
      rule.toServices?.map(({ k8sService }) => {
        const where = k8sService?.namespace ?? namespace ?? 'default';
        const selector = services(where, k8sService?.serviceName ?? '');
        return [selector ? { selection: selectionOf(selector, where) } : { nothing: true }];
      }),
    ],
    ['toFQDNs', rule.toFQDNs?.map((each) => [{ domains: [domainOf(each)] }])],
  ];
  if (lists.every(([, entries]) => entries === undefined)) return undefined;
  return lists.flatMap(([list, entries]) =>
    (entries ?? []).flatMap((entities, at) =>
      entities.map((entity): Peer => ({ entity, list, peer: at + 1 })),
    ),
  );
}

const domainOf = ({ matchName, matchPattern }: FqdnSelector) => matchName ?? matchPattern ?? '';

const isControlPlane = ({ labels }: PolicyNode) =>
  labels['node-role.kubernetes.io/control-plane'] !== undefined;
const anyPod: Selection = { key: 'any pod', test: () => true };

/** What a name for many stands for; one that nobody has fits nothing. */
function entitiesOf(name: string): readonly Entity[] {
  switch (name) {
    case 'all':
      return [{}];
    case 'world':
    case 'world-ipv4':
    case 'world-ipv6':
      return [{ outside: true }];
    case 'cluster':
      return [{ selection: anyPod }, { nodes: () => true }];
    case 'host':
    case 'remote-node':
      return [{ nodes: () => true }];
    case 'kube-apiserver':
      return [{ nodes: isControlPlane }];
    default:
      return [{ nothing: true }];
  }
}

/** Networks name what is outside: pods and nodes have identities of their own. */
function netsOf(cidr: string, except: readonly string[]): Entity {
  const read = (texts: readonly string[]) =>
    texts.map(parseCidr).filter((net): net is Cidr => net !== undefined);
  const nets = read([cidr]);
  if (nets.length === 0) return { nothing: true };
  const notNets = read(except);
  return { nets, outside: true, ...(notNets.length > 0 ? { notNets } : {}) };
}
