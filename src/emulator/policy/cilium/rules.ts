import type { LabelSelector } from '../../apimachinery/object.ts';
import { matches } from '../../apimachinery/selector.ts';
import { reserved, type HttpMatch, type NameMatch } from '../../network/bpf/maps.ts';
import { networkPolicy, type NetworkPolicyObject } from '../kinds/networkpolicy.ts';
import { numberOf } from '../protocols.ts';
import type { Direction, Entity, PortMatch, Rule } from '../types.ts';
import { FIRST_LOCAL, labelMap, podOf, type Identity } from './identity.ts';
import type { CiliumPolicyObject, CiliumRule, CiliumSpec, PortRule } from './shapes.ts';

/** A CIDR without its exceptions. */
export interface CidrPeer {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Who is at the other end: all that are named, together. */
export interface Peers {
  /** Undefined: anybody. */
  readonly test?: (identity: Identity) => boolean;
  readonly cidrs: readonly CidrPeer[];
}

export interface AgentPort {
  readonly protocol: number;
  /** Undefined: all ports of the protocol. */
  readonly port?: PortMatch;
}

/** A rule of one direction in the form that maps are made from. */
export interface AgentRule {
  readonly deny: boolean;
  readonly peers: Peers;
  /** None: all protocols and ports. */
  readonly ports: readonly AgentPort[];
  readonly http?: readonly HttpMatch[];
  readonly dns?: readonly NameMatch[];
  /** The other end is what these names were answered with. */
  readonly fqdns?: readonly NameMatch[];
}

/** A policy as the agent keeps it. */
export interface AgentPolicy {
  /** `k8s:io.cilium.k8s.policy.name=…`, short: kind and name. */
  readonly origin: string;
  subject(identity: Identity): boolean;
  /** A direction that it does not speak of is left out. */
  readonly ingress?: readonly AgentRule[];
  readonly egress?: readonly AgentRule[];
  /** Directions in which what it does not allow is denied. */
  readonly denies: { readonly ingress: boolean; readonly egress: boolean };
}

const nobody: Peers = { test: () => false, cidrs: [] };

/** A NetworkPolicy. */
export function fromNetworkPolicy(object: NetworkPolicyObject): AgentPolicy {
  const policy = networkPolicy(object);
  const rules = (of: readonly Rule[] | undefined, direction: Direction) =>
    of?.map((rule): AgentRule => {
      const peer = direction === 'ingress' ? rule.source : rule.destination;
      const ports = rule.destination.ports;
      const protocol = rule.protocol === undefined ? 0 : numberOf(rule.protocol);
      const all: readonly AgentPort[] = protocol === 0 ? [] : [{ protocol }];
      return {
        deny: false,
        peers: peersOf(peer),
        ports: ports ? ports.map((port) => ({ protocol, port })) : all,
      };
    });
  const ingress = rules(policy.ingress, 'ingress');
  const egress = rules(policy.egress, 'egress');
  return {
    origin: `NetworkPolicy ${policy.namespace}/${policy.name}`,
    subject: (identity) => selects(identity, (pod) => policy.subject.test(pod, pod.nsLabels)),
    ...(ingress ? { ingress } : {}),
    ...(egress ? { egress } : {}),
    denies: { ingress: ingress !== undefined, egress: egress !== undefined },
  };
}

type IdentityPod = NonNullable<ReturnType<typeof podOf>>;

function selects(identity: Identity, test: (pod: IdentityPod) => boolean): boolean {
  const pod = podOf(identity);
  return pod !== undefined && test(pod);
}

function peersOf(entity: Entity): Peers {
  if (entity.nothing) return nobody;
  const { selection, nets, notNets } = entity;
  if (nets) {
    const except = (notNets ?? []).map(({ text }) => text);
    return { test: () => false, cidrs: nets.map(({ text }) => ({ cidr: text, except })) };
  }
  if (!selection) return { cidrs: [] };
  return {
    test: (identity) => selects(identity, (pod) => selection.test(pod, pod.nsLabels)),
    cidrs: [],
  };
}

/** How a policy's `toServices` find out whom they mean. */
export type ServicePods = (namespace: string, name: string) => LabelSelector | undefined;

/** A CiliumNetworkPolicy or a clusterwide one: one for each of its specs. */
export function fromCiliumPolicy(
  { metadata, spec, specs }: CiliumPolicyObject,
  services: ServicePods,
): readonly AgentPolicy[] {
  const { name, namespace } = metadata;
  const kind = namespace === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy';
  const origin = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  return [...(spec ? [spec] : []), ...(specs ?? [])].map((each) =>
    fromSpec(each, origin, namespace, services),
  );
}

function fromSpec(
  spec: CiliumSpec,
  origin: string,
  namespace: string | undefined,
  services: ServicePods,
): AgentPolicy {
  const direction = (
    allow: readonly CiliumRule[] | undefined,
    deny: readonly CiliumRule[] | undefined,
  ) => {
    if (!allow && !deny) return undefined;
    const made = (rules: readonly CiliumRule[] | undefined, denies: boolean) =>
      (rules ?? []).flatMap((rule) => rulesOf(rule, denies, namespace, services));
    return [...made(deny, true), ...made(allow, false)];
  };
  const ingress = direction(spec.ingress, spec.ingressDeny);
  const egress = direction(spec.egress, spec.egressDeny);
  const { endpointSelector, enableDefaultDeny } = spec;
  return {
    origin,
    subject: (identity) =>
      endpointSelector !== undefined && fits(endpointSelector, identity, namespace),
    ...(ingress ? { ingress } : {}),
    ...(egress ? { egress } : {}),
    denies: {
      ingress: ingress !== undefined && enableDefaultDeny?.ingress !== false,
      egress: egress !== undefined && enableDefaultDeny?.egress !== false,
    },
  };
}

const POD_NAMESPACE = 'io.kubernetes.pod.namespace';

/** Whether a selector with Cilium's prefixes (`k8s:`, `any:`, `reserved:`) fits an identity. */
export function fits(
  selector: LabelSelector,
  identity: Identity,
  namespace: string | undefined,
): boolean {
  const strip = (key: string) => key.replace(/^(k8s|any|reserved)[:.]/, '');
  const plain: LabelSelector = {
    ...(selector.matchLabels
      ? {
          matchLabels: Object.fromEntries(
            Object.entries(selector.matchLabels).map(([key, value]) => [strip(key), value ?? '']),
          ),
        }
      : {}),
    ...(selector.matchExpressions
      ? { matchExpressions: selector.matchExpressions.map((e) => ({ ...e, key: strip(e.key) })) }
      : {}),
  };
  const labels = labelMap(identity.labels);
  const keys = [
    ...Object.keys(plain.matchLabels ?? {}),
    ...(plain.matchExpressions ?? []).map(({ key }) => key),
  ];
  const names = keys.some(
    (key) => key === POD_NAMESPACE || key.startsWith('io.cilium.k8s.namespace'),
  );
  const reservedKeys = JSON.stringify(selector).includes('reserved:');
  // Within a namespaced policy a selector means its own namespace unless it names one.
  if (namespace !== undefined && !names && !reservedKeys && labels[POD_NAMESPACE] !== namespace) {
    return false;
  }
  const isPod = labels[POD_NAMESPACE] !== undefined;
  return (isPod || reservedKeys) && matches(plain, labels);
}

/** The identities behind an entity's name; CIDRs of the world are its identities too. */
function entityTest(name: string): (identity: Identity) => boolean {
  const isPod = (identity: Identity) => podOf(identity) !== undefined;
  const nodes: readonly number[] = [
    reserved.host,
    reserved['remote-node'],
    reserved.health,
    reserved.init,
    reserved['kube-apiserver'],
    reserved.ingress,
  ];
  switch (name) {
    case 'all':
      return () => true;
    case 'world':
      return ({ id }) => id === reserved.world || id >= FIRST_LOCAL;
    case 'cluster':
      return (identity) => isPod(identity) || nodes.includes(identity.id);
    case 'remote-node':
      // The control plane's nodes are nodes as well.
      return ({ id }) => id === reserved['remote-node'] || id === reserved['kube-apiserver'];
    default:
      return ({ id }) => id === reserved[name as keyof typeof reserved];
  }
}

function rulesOf(
  rule: CiliumRule,
  deny: boolean,
  namespace: string | undefined,
  services: ServicePods,
): readonly AgentRule[] {
  const peers = ciliumPeers(rule, namespace, services);
  const icmps = (rule.icmps ?? []).map((): AgentPort => ({ protocol: 1 }));
  if (!rule.toPorts && icmps.length > 0) return [{ deny, peers, ports: icmps }];
  const groups: readonly PortRule[] = rule.toPorts?.length ? rule.toPorts : [{}];
  return groups.map((group): AgentRule => {
    const { http, dns, kafka } = group.rules ?? {};
    return {
      deny,
      peers: kafka ? nobody : peers,
      ports: portsOf(group),
      ...(http ? { http } : {}),
      ...(dns ? { dns } : {}),
      ...(rule.toFQDNs ? { fqdns: rule.toFQDNs } : {}),
    };
  });
}

function portsOf({ ports = [] }: PortRule): readonly AgentPort[] {
  return ports.flatMap(({ port, endPort, protocol = 'ANY' }) => {
    const numbers = protocol === 'ANY' ? [6, 17, 132] : [numberOf(protocol)];
    const from = Number(port);
    const match: PortMatch | undefined = Number.isNaN(from)
      ? { name: port }
      : from === 0
        ? undefined
        : { from, to: endPort ?? from };
    return numbers.map((each) => ({ protocol: each, ...(match ? { port: match } : {}) }));
  });
}

function ciliumPeers(
  rule: CiliumRule,
  namespace: string | undefined,
  services: ServicePods,
): Peers {
  const selectors = rule.fromEndpoints ?? rule.toEndpoints;
  const entities = rule.fromEntities ?? rule.toEntities;
  const plain = rule.fromCIDR ?? rule.toCIDR;
  const sets = rule.fromCIDRSet ?? rule.toCIDRSet;
  const named = [selectors, entities, plain, sets, rule.toServices, rule.toFQDNs];
  if (named.every((each) => each === undefined)) return { cidrs: [] };
  const tests = [
    ...(selectors ?? []).map(
      (selector) => (identity: Identity) => fits(selector, identity, namespace),
    ),
    ...(entities ?? []).map(entityTest),
    ...(rule.toServices ?? []).map(({ k8sService }) => {
      const where = k8sService?.namespace ?? namespace ?? 'default';
      const selector = services(where, k8sService?.serviceName ?? '');
      return (identity: Identity) => selector !== undefined && fits(selector, identity, where);
    }),
  ];
  return {
    test: (identity) => tests.some((test) => test(identity)),
    cidrs: [
      ...(plain ?? []).map((cidr) => ({ cidr: whole(cidr), except: [] })),
      ...(sets ?? []).map(({ cidr = '', except = [] }) => ({
        cidr: whole(cidr),
        except: except.map(whole),
      })),
    ],
  };
}

/** An address alone is a CIDR of full length. */
const whole = (cidr: string) => (cidr.includes('/') ? cidr : `${cidr}/32`);
