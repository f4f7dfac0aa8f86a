import { contains, parseIp, type Ip } from './cidr.ts';
import type {
  Compiled,
  CompiledEntity,
  CompiledPolicy,
  CompiledRule,
  NodeEntry,
  PodEntry,
} from './compile.ts';
import { numberOf } from './protocols.ts';
import type {
  Direction,
  End,
  Flow,
  PolicyRef,
  PortMatch,
  RuleRef,
  Side,
  Verdict,
  Why,
} from './types.ts';

/** Where plugins differ from one another and from the written rules. */
export interface Behaviour {
  /** Traffic of a pod to itself: never blocked, by the API's words; most evaluators ask anyway. */
  readonly itself: 'allowed' | 'asked';
  /** Traffic between a pod and its own node: allowed both ways, or only towards the pod. */
  readonly ownNode: 'allowed' | 'only to the pod';
}

const written: Behaviour = { itself: 'allowed', ownNode: 'allowed' };

/** One end, resolved: a pod with addresses of its own, a node, or neither. */
interface Place {
  readonly pod?: PodEntry;
  readonly node?: NodeEntry;
  readonly ips: readonly Ip[];
  readonly names: readonly string[];
}

/** Judges a flow by both sides; it passes where both let it. */
export function verdict(compiled: Compiled, flow: Flow, behaviour = written): Verdict {
  const source = placeOf(compiled, flow.source);
  const destination = placeOf(compiled, flow.destination);
  const asked: Asked = { flow, source, destination, protocol: numberOf(flow.protocol) };
  const egress = side('egress', asked, behaviour);
  const ingress = side('ingress', asked, behaviour);
  return { allowed: egress.allowed && ingress.allowed, ingress, egress };
}

interface Asked {
  readonly flow: Flow;
  readonly source: Place;
  readonly destination: Place;
  readonly protocol: number;
}

function placeOf(compiled: Compiled, end: End): Place {
  if ('pod' in end) {
    const entry = compiled.pods.get(end.pod);
    if (!entry) return { ips: [], names: [] };
    const { hostNetwork, node = '' } = entry.pod;
    if (hostNetwork) return placeOfNode(compiled.nodes.get(node), entry.ips);
    return { pod: entry, ips: entry.ips, names: [] };
  }
  if ('node' in end) return placeOfNode(compiled.nodes.get(end.node), []);
  const owner = compiled.owners.get(end.address);
  const names = end.names ?? [];
  if (owner) return { ...placeOf(compiled, owner), names };
  const ip = parseIp(end.address);
  return { ips: ip ? [ip] : [], names };
}

function placeOfNode(node: NodeEntry | undefined, other: readonly Ip[]): Place {
  return { ...(node ? { node } : {}), ips: node?.ips ?? other, names: [] };
}

function exempt(direction: Direction, asked: Asked, behaviour: Behaviour): Why | undefined {
  const { flow, source, destination } = asked;
  const [own, other] = direction === 'ingress' ? [destination, source] : [source, destination];
  if (!own.pod) return { type: 'exempt', because: own.node ? 'host network' : 'no pod' };
  if (flow.established) return { type: 'exempt', because: 'established' };
  if (own.pod === other.pod && behaviour.itself === 'allowed') {
    return { type: 'exempt', because: 'itself' };
  }
  const near = other.node !== undefined && other.node.node.name === own.pod.pod.node;
  if (near && (direction === 'ingress' || behaviour.ownNode === 'allowed')) {
    return { type: 'exempt', because: 'own node' };
  }
  return undefined;
}

/** Asks the tiers in order until a rule, or the default of a tier, decides. */
function side(direction: Direction, asked: Asked, behaviour: Behaviour): Side {
  const free = exempt(direction, asked, behaviour);
  if (free) return { allowed: true, why: free, passed: [] };
  const own = (direction === 'ingress' ? asked.destination : asked.source).pod as PodEntry;
  const policies = own[direction];
  if (policies.length === 0) return { allowed: true, why: { type: 'unselected' }, passed: [] };
  const passed: RuleRef[] = [];
  for (let at = 0; at < policies.length;) {
    const { tier } = (policies[at] as CompiledPolicy).policy;
    let end = at;
    while (policies[end]?.policy.tier.name === tier.name) end += 1;
    const group = policies.slice(at, end);
    const matched = firstMatch(group, direction, asked);
    if (matched && matched.action !== 'Pass') {
      return { allowed: matched.action === 'Allow', why: { type: 'rule', matched }, passed };
    }
    if (matched) passed.push(matched);
    else if (tier.default === 'Deny') {
      const why: Why = { type: 'isolated', by: refs(group), tier: tier.name };
      return { allowed: false, why, passed };
    }
    at = end;
  }
  return { allowed: true, why: { type: 'passed', by: refs(policies) }, passed };
}

function refs(policies: readonly CompiledPolicy[]): readonly PolicyRef[] {
  return policies.map(({ policy }) => refOf(policy));
}

function refOf({ kind, namespace, name }: PolicyRef): PolicyRef {
  return namespace === undefined ? { kind, name } : { kind, namespace, name };
}

function firstMatch(
  policies: readonly CompiledPolicy[],
  direction: Direction,
  asked: Asked,
): RuleRef | undefined {
  for (const each of policies) {
    for (const rule of each[direction] ?? []) {
      if (rule.action === 'Log' || !fits(rule, asked)) continue;
      const { action, name, peer, list } = rule;
      return {
        policy: refOf(each.policy),
        direction,
        rule: rule.rule,
        ...(name === undefined ? {} : { name }),
        ...(peer === undefined ? {} : { peer }),
        ...(list === undefined ? {} : { list }),
        action,
      };
    }
  }
  return undefined;
}

function fits(rule: CompiledRule, asked: Asked): boolean {
  const { flow, source, destination, protocol } = asked;
  if (rule.protocol !== undefined && numberOf(rule.protocol) !== protocol) return false;
  if (rule.notProtocol !== undefined && numberOf(rule.notProtocol) === protocol) return false;
  if (
    rule.ipVersion !== undefined &&
    !destination.ips.some((ip) => ip.version === rule.ipVersion)
  ) {
    return false;
  }
  if (rule.icmp && !isIcmp(rule.icmp, flow)) return false;
  if (rule.notIcmp && isIcmp(rule.notIcmp, flow)) return false;
  return (
    entityFits(rule.source, source, flow.sourcePort, protocol) &&
    entityFits(rule.destination, destination, flow.port, protocol)
  );
}

function isIcmp({ type, code }: { type?: number; code?: number }, { icmp }: Flow): boolean {
  if (!icmp) return false;
  return (type === undefined || icmp.type === type) && (code === undefined || icmp.code === code);
}

function entityFits(
  entity: CompiledEntity,
  place: Place,
  port: number | undefined,
  protocol: number,
): boolean {
  if (entity.nothing || (entity.outside && (place.pod || place.node))) return false;
  if (entity.selection >= 0 && place.pod?.holds[entity.selection] !== 1) return false;
  if (entity.notSelection >= 0 && place.pod?.holds[entity.notSelection] === 1) return false;
  if (entity.nets && !entity.nets.some((net) => place.ips.some((ip) => contains(net, ip)))) {
    return false;
  }
  if (entity.notNets?.some((net) => place.ips.some((ip) => contains(net, ip)))) return false;
  if (entity.nodes && !(place.node && entity.nodes(place.node.node))) return false;
  if (entity.domains && !entity.domains.some((domain) => named(domain, place.names))) return false;
  const has = (match: PortMatch) => portFits(match, place, port, protocol);
  if (entity.ports && !entity.ports.some(has)) return false;
  return !entity.notPorts?.some(has);
}

function portFits(
  match: PortMatch,
  place: Place,
  port: number | undefined,
  protocol: number,
): boolean {
  if (port === undefined) return false;
  if ('from' in match) return port >= match.from && port <= match.to;
  return (place.pod?.pod.ports ?? []).some(
    (each) =>
      each.name === match.name && each.port === port && numberOf(each.protocol) === protocol,
  );
}

/** `*.example.com` holds names with any labels in front, not the bare name. */
function named(domain: string, names: readonly string[]): boolean {
  const plain = (text: string) => text.replace(/\.$/, '').toLowerCase();
  const wanted = plain(domain);
  return names.some((name) =>
    wanted.startsWith('*.') ? plain(name).endsWith(wanted.slice(1)) : plain(name) === wanted,
  );
}
