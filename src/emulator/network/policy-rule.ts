import { networkOf, parseCidr, toNumber } from './address.ts';
import { isInet6, network6, parse6, parseCidr6 } from './address6.ts';

/** A rule of the routing policy (ip-rule(8)): which packets look into which table. */
export interface RuleInfo {
  readonly priority: number;
  readonly not?: boolean;
  /** CIDRs; none is `all`. */
  readonly from?: string;
  readonly to?: string;
  readonly mark?: number;
  readonly mask?: number;
  readonly input?: string;
  readonly output?: string;
  readonly protocol?: 'tcp' | 'udp' | 'icmp';
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** The last of a range of ports. */
  readonly sourcePortEnd?: number;
  readonly destinationPortEnd?: number;
  readonly tos?: number;
  readonly uids?: { readonly from: number; readonly to: number };
  readonly action: 'lookup' | 'blackhole' | 'unreachable' | 'prohibit' | 'goto' | 'nop';
  /** For `lookup`: name or number of the table. */
  readonly table?: string;
  /** For `goto`: the priority to go on from. */
  readonly target?: number;
  /** Routes of this prefix length or a shorter one do not count. */
  readonly suppressPrefixLength?: number;
  readonly origin?: string;
}

/** What is known of a packet when it is routed. */
export interface Flow {
  readonly source?: string;
  readonly mark?: number;
  readonly input?: string;
  /** The only device it may leave by. */
  readonly output?: string;
  readonly protocol?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

const lookup = (priority: number, table: string): RuleInfo => ({
  priority,
  action: 'lookup',
  table,
  origin: 'kernel',
});

/** The rules that every namespace begins with. */
export const defaultRules: { readonly [family in 'inet' | 'inet6']: readonly RuleInfo[] } = {
  inet: [lookup(0, 'local'), lookup(32_766, 'main'), lookup(32_767, 'default')],
  inet6: [lookup(0, 'local'), lookup(32_766, 'main')],
};

/** Whether a rule is for a packet (`fib_rule_match`). */
export function ruleApplies(rule: RuleInfo, destination: string, flow: Flow): boolean {
  return selects(rule, destination, flow) !== (rule.not ?? false);
}

function selects(rule: RuleInfo, destination: string, flow: Flow): boolean {
  if (rule.from !== undefined && !holds(rule.from, flow.source)) return false;
  if (rule.to !== undefined && !holds(rule.to, destination)) return false;
  if (rule.mark !== undefined) {
    const mask = rule.mask ?? 0xffffffff;
    if (((flow.mark ?? 0) & mask) >>> 0 !== (rule.mark & mask) >>> 0) return false;
  }
  if (rule.input !== undefined && rule.input !== (flow.input ?? 'lo')) return false;
  return (
    same(rule.output, flow.output) &&
    same(rule.protocol, flow.protocol) &&
    within(rule.sourcePort, rule.sourcePortEnd, flow.sourcePort) &&
    within(rule.destinationPort, rule.destinationPortEnd, flow.destinationPort) &&
    // Packets here have no type of service, and are sent by root.
    (rule.tos ?? 0) === 0 &&
    (rule.uids === undefined || rule.uids.from === 0)
  );
}

const within = (first: number | undefined, last: number | undefined, given: number | undefined) =>
  first === undefined || (given !== undefined && given >= first && given <= (last ?? first));

const same = (wanted: unknown, given: unknown) => wanted === undefined || wanted === given;

/** Whether an address lies in a CIDR of its own family. */
export function holds(cidr: string, address: string | undefined): boolean {
  if (address === undefined) return false;
  if (isInet6(cidr)) {
    const [range, groups] = [parseCidr6(cidr), parse6(address)];
    if (!range || !groups) return false;
    return network6(groups, range.prefix).every((group, i) => group === range.network[i]);
  }
  const [range, number] = [parseCidr(cidr), toNumber(address)];
  return Boolean(
    range && number !== undefined && networkOf(number, range.prefix) === range.network,
  );
}
