import { isInet6, parse6, parseCidr6, network6 } from '../../address6.ts';
import { networkOf, parseCidr, toNumber } from '../../address.ts';

/** One rule: all its conditions hold together. Sets are told by their place in the program. */
export interface QueueRule {
  readonly action: 'allow' | 'deny' | 'pass';
  readonly protocol?: number;
  /** The other side's address is in this set. */
  readonly set?: number;
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  /** Names that the other side's address was looked up by. */
  readonly domains?: readonly string[];
  /** Ports of the destination: a range, or the name of a port of the pod there. */
  readonly ports?: readonly ({ readonly from: number; readonly to: number } | string)[];
  /** What is said of it in a trace. */
  readonly text: string;
}

export type QueueDirection = 'egress' | 'ingress';

/** Rules of one policy, and what its tier ends in. */
export interface QueuePolicy {
  readonly name: string;
  readonly tier: string;
  readonly last: 'deny' | 'pass';
  readonly egress?: readonly QueueRule[];
  readonly ingress?: readonly QueueRule[];
}

/** What is known of a pod by its address: places of its policies, in the order they are asked. */
export interface QueuePod {
  readonly name: string;
  readonly egress: readonly number[];
  readonly ingress: readonly number[];
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly protocol: number;
  }[];
}

/** All answers of a process that listens on a queue. */
export interface QueueProgram {
  readonly pods: Readonly<Record<string, QueuePod>>;
  readonly policies: readonly QueuePolicy[];
  readonly sets: readonly (readonly string[])[];
  /** Addresses by the name that they were looked up by. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** What is looked at of a packet. */
export interface QueuePacket {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** An answer, and what it rests on. */
export interface QueueAnswer {
  readonly accepted: boolean;
  /** The side that refused. */
  readonly by?: QueueDirection;
  readonly why: string;
}

/** Asks both sides, egress first; the first that refuses decides (`PolicyEngine`). */
export function answerOf(program: QueueProgram, packet: QueuePacket): QueueAnswer {
  let why = 'no policy selects';
  for (const direction of ['egress', 'ingress'] as const) {
    const found = sideOf(program, packet, direction);
    if (!found.accepted) return { ...found, by: direction };
    if (found.why !== '') ({ why } = found);
  }
  return { accepted: true, why };
}

function sideOf(
  program: QueueProgram,
  packet: QueuePacket,
  direction: QueueDirection,
): { readonly accepted: boolean; readonly why: string } {
  const own = program.pods[direction === 'egress' ? packet.source : packet.destination];
  const policies = (own?.[direction] ?? []).flatMap((at) => program.policies[at] ?? []);
  for (let at = 0; at < policies.length;) {
    const first = policies[at] as QueuePolicy;
    let end = at;
    while (policies[end]?.tier === first.tier) end += 1;
    const tier = policies.slice(at, end);
    const rule = tier
      .flatMap((policy) => policy[direction] ?? [])
      .find((each) => fits(program, each, packet, direction));
    if (rule && rule.action !== 'pass') {
      return { accepted: rule.action === 'allow', why: rule.text };
    }
    if (!rule && first.last === 'deny') {
      const names = tier.map(({ name }) => name).join(', ');
      return { accepted: false, why: `selected by ${names}, and no rule matches` };
    }
    at = end;
  }
  return { accepted: true, why: '' };
}

function fits(
  program: QueueProgram,
  rule: QueueRule,
  packet: QueuePacket,
  direction: QueueDirection,
): boolean {
  if (rule.protocol !== undefined && rule.protocol !== packet.protocol) return false;
  const other = direction === 'egress' ? packet.destination : packet.source;
  if (rule.set !== undefined && !program.sets[rule.set]?.includes(other)) return false;
  if (rule.nets && !rule.nets.some((net) => inNet(net, other))) return false;
  if (rule.notNets?.some((net) => inNet(net, other))) return false;
  if (rule.domains && !rule.domains.some((name) => isNamed(program, name, other))) return false;
  return !rule.ports || rule.ports.some((port) => portFits(program, port, packet));
}

function portFits(
  program: QueueProgram,
  port: NonNullable<QueueRule['ports']>[number],
  { destination, destinationPort, protocol }: QueuePacket,
): boolean {
  if (destinationPort === undefined) return false;
  if (typeof port !== 'string') return destinationPort >= port.from && destinationPort <= port.to;
  const { ports = [] } = program.pods[destination] ?? {};
  return ports.some(
    (each) => each.name === port && each.port === destinationPort && each.protocol === protocol,
  );
}

/** `*.example.com` holds names with any labels in front, not the bare name. */
function isNamed({ names }: QueueProgram, domain: string, address: string): boolean {
  const plain = domain.replace(/\.$/, '').toLowerCase();
  return Object.entries(names).some(
    ([name, addresses]) =>
      addresses.includes(address) &&
      (plain.startsWith('*.') ? name.endsWith(plain.slice(1)) : name === plain),
  );
}

/** Whether a network holds an address; never one of the other family. */
export function inNet(net: string, address: string): boolean {
  if (isInet6(net) !== isInet6(address)) return false;
  if (isInet6(net)) {
    const cidr = parseCidr6(net.includes('/') ? net : `${net}/128`);
    const groups = parse6(address);
    if (!cidr || !groups) return false;
    const masked = network6(groups, cidr.prefix).join();
    return masked === network6(cidr.network, cidr.prefix).join();
  }
  const cidr = parseCidr(net.includes('/') ? net : `${net}/32`);
  const number = toNumber(address);
  if (!cidr || number === undefined) return false;
  return networkOf(number, cidr.prefix) === networkOf(cidr.network, cidr.prefix);
}
