import type { Cidr } from '../cidr.ts';
import { portProtocol } from '../calico/policies.ts';
import { policyText } from '../explain.ts';
import type { Direction, Entity, Policy, PortMatch, Rule } from '../types.ts';
import { policyChain } from './endpoint.ts';
import { blocksOf, portSplits, type Numeric, type SideMatch } from './match-blocks.ts';
import {
  DROP,
  inSet,
  MARK,
  markSet,
  RETURN,
  setMark,
  type FelixChain,
  type FelixRule,
} from './rule.ts';
import type { SetCollector } from './sets.ts';

/** A policy's chain for a direction. */
export function policyToChain(
  policy: Policy,
  direction: Direction,
  sets: SetCollector,
): FelixChain {
  const rules = (policy[direction] ?? []).flatMap((rule) => ruleToRules(rule, sets));
  return {
    name: policyChain(policy, direction),
    rules: finished(rules, `Policy ${policy.id ?? policyText(policy)} ${direction}`),
  };
}

/** RETURN at the end does nothing; the first rule tells whose chain it is. */
export function finished(rules: readonly FelixRule[], comment: string): readonly FelixRule[] {
  let length = rules.length;
  while (rules[length - 1]?.action === RETURN) length -= 1;
  const [first = {}, ...others] = rules.slice(0, length);
  return [{ ...first, comments: [...(first.comments ?? []), comment] }, ...others];
}

const isNumeric = (port: PortMatch): port is Numeric => 'from' in port;

/** One rule of a policy as rules of iptables. */
function ruleToRules(rule: Rule, sets: SetCollector): readonly FelixRule[] {
  if (rule.ipVersion === 6) return [];
  const source = sideOf(rule.source, rule, sets);
  const destination = sideOf(rule.destination, rule, sets);
  // Networks of the other family alone: the rule has nothing to say here.
  if (!source || !destination) return [];
  const {
    rules: blocks,
    source: from,
    destination: to,
  } = blocksOf(protocolMatch(rule), source, destination);
  const match = [
    ...protocolMatch(rule),
    ...positive(from, 'src'),
    ...positive(to, 'dst'),
    ...icmpMatch(rule.icmp, false),
    ...(rule.notProtocol === undefined ? [] : [`! ${protocolText(rule.notProtocol)}`]),
    ...negative(from, 'src'),
    ...negative(to, 'dst'),
    ...icmpMatch(rule.notIcmp, true),
    ...(blocks.length > 0 ? [markSet(MARK.scratch0)] : []),
  ];
  return [...blocks, ...actionsOf(rule.action, match)];
}

function actionsOf(action: Rule['action'], match: readonly string[]): readonly FelixRule[] {
  switch (action) {
    case 'Allow':
      return marked(match, MARK.accept);
    case 'Pass':
      return marked(match, MARK.pass);
    case 'Log':
      return [{ match, action: '--jump LOG --log-prefix "calico-packet: " --log-level 5' }];
    case 'Deny':
      return [{ match, action: DROP }];
  }
}

function marked(match: readonly string[], bit: number): readonly FelixRule[] {
  return [
    { match, action: setMark(bit) },
    { match: [markSet(bit)], action: RETURN },
  ];
}

function protocolText(protocol: string | number): string {
  return `-p ${typeof protocol === 'number' ? protocol : protocol.toLowerCase()}`;
}

function protocolMatch({ protocol }: Rule): readonly string[] {
  return protocol === undefined ? [] : [protocolText(protocol)];
}

/** A side's conditions in the kernel's terms; undefined where its networks are of IPv6 alone. */
function sideOf(entity: Entity, rule: Rule, sets: SetCollector): SideMatch | undefined {
  if (entity.nothing) return undefined;
  const nets = fourOf(entity.nets);
  const notNets = fourOf(entity.notNets);
  if ((entity.nets && nets.length === 0) || (entity.notNets && notNets.length === 0)) {
    return undefined;
  }
  if (notNets.includes('0.0.0.0/0')) return undefined;
  const protocol = portProtocol(rule.protocol);
  const named = (ports: readonly PortMatch[] = []) =>
    ports.flatMap((port) =>
      'name' in port ? [sets.namedPort(port.name, protocol, entity.selection)] : [],
    );
  const ports = (entity.ports ?? []).filter(isNumeric);
  const namedPorts = named(entity.ports);
  const covered = namedPorts.length > 0 && ports.length === 0;
  const { selection, notSelection } = entity;
  return {
    nets,
    notNets,
    sets: selection && !covered ? [sets.selector(selection)] : [],
    notSets: notSelection ? [sets.selector(notSelection)] : [],
    ports: portSplits(ports),
    namedPorts,
    notPorts: portSplits((entity.notPorts ?? []).filter(isNumeric)),
    notNamedPorts: named(entity.notPorts),
  };
}

function fourOf(nets: readonly Cidr[] | undefined): readonly string[] {
  return (nets ?? []).filter(({ version }) => version === 4).map(netText);
}

/** The network without bits behind its prefix, as Go prints it. */
function netText({ words, prefix }: Cidr): string {
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const value = ((words[0] ?? 0) & mask) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')}/${prefix}`;
}

const LONG = { src: 'source', dst: 'destination' } as const;

function positive(side: SideMatch, at: 'src' | 'dst'): readonly string[] {
  return [
    ...side.nets.map((net) => `--${LONG[at]} ${net}`),
    ...side.sets.map((set) => inSet(set, at)),
    ...side.ports.map((ports) => `-m multiport --${LONG[at]}-ports ${ports}`),
    ...side.namedPorts.map((set) => inSet(set, `${at},${at}`)),
  ];
}

function negative(side: SideMatch, at: 'src' | 'dst'): readonly string[] {
  return [
    ...side.notNets.map((net) => `! --${LONG[at]} ${net}`),
    ...side.notSets.map((set) => inSet(set, at, true)),
    ...side.notPorts.map((ports) => `-m multiport ! --${LONG[at]}-ports ${ports}`),
    ...side.notNamedPorts.map((set) => inSet(set, `${at},${at}`, true)),
  ];
}

function icmpMatch(icmp: Rule['icmp'], negated: boolean): readonly string[] {
  if (icmp?.type === undefined) return [];
  const code = icmp.code === undefined ? '' : `/${icmp.code}`;
  return [`-m icmp ${negated ? '! ' : ''}--icmp-type ${icmp.type}${code}`];
}
