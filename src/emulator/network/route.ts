import { cidrText, isLoopback, isMulticast, parseCidr, toNumber, networkOf } from './address.ts';
import { cidrText6, isInet6, isMulticast6, parse6, parseCidr6 } from './address6.ts';
import type { RouteInfo } from './api.ts';
import { isLocal, type NetnsView } from './netns.ts';
import { ruleApplies, type Flow, type RuleInfo } from './policy-rule.ts';
import { sourceFor6 } from './source6.ts';

/** What the routing tables say about an address. */
export type RouteDecision =
  | { readonly type: 'local'; readonly route: RouteInfo; readonly device: string }
  | { readonly type: 'broadcast'; readonly route: RouteInfo; readonly device: string }
  | {
      readonly type: 'unicast';
      readonly route: RouteInfo;
      readonly device: string;
      /** The neighbour that gets the frame: the gateway, or the address itself. */
      readonly nextHop: string;
    }
  | { readonly type: 'unreachable'; readonly code: 'net' | 'host' | 'prohibited' | 'blackhole' };

const nowhere: RouteDecision = { type: 'unreachable', code: 'net' };
const nobody: Flow = {};

/**
 * Routes an address by the namespace's policy (ip-rule(8)): each rule that is for the packet looks
 * into its table, longest prefix first. Without rules of one's own: local, main, default.
 */
export function route(view: NetnsView, destination: string, flow: Flow = nobody): RouteDecision {
  const find = isInet6(destination)
    ? finder6(view, destination, flow)
    : finder(view, destination, flow);
  if (!find) return nowhere;
  const rules = isInet6(destination) ? view.policy.inet6 : view.policy.inet;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index] as RuleInfo;
    if (!ruleApplies(rule, destination, flow)) continue;
    if (rule.action === 'goto') {
      const next = rules.findIndex(({ priority }) => priority >= (rule.target ?? 0));
      if (next <= index) return nowhere;
      index = next - 1;
    } else if (rule.action === 'lookup') {
      const found = find(rule.table ?? 'main');
      const decided = found && !isSuppressed(rule, found) && decide(view, found, destination, flow);
      if (decided) return decided;
    } else if (rule.action !== 'nop') return refusal(rule.action);
  }
  return nowhere;
}

type Finder = (table: string) => RouteInfo | undefined;

function finder(view: NetnsView, destination: string, { output }: Flow): Finder | undefined {
  const address = toNumber(destination);
  if (address === undefined) return undefined;
  return (table) => {
    // What is the namespace's own is so whichever device is asked for.
    const device = table === 'local' ? undefined : output;
    return view.tables.get(table)?.lookup(address, device);
  };
}

function finder6(view: NetnsView, destination: string, { output }: Flow): Finder | undefined {
  const address = parse6(destination);
  if (!address) return undefined;
  const device = isMulticast6(destination) ? output : undefined;
  return (table) => view.tables6.get(table)?.lookup(address, table === 'local' ? device : output);
}

function isSuppressed({ suppressPrefixLength }: RuleInfo, { destination }: RouteInfo): boolean {
  if (suppressPrefixLength === undefined) return false;
  const cidr = isInet6(destination) ? parseCidr6(destination) : parseCidr(destination);
  return (cidr?.prefix ?? 0) <= suppressPrefixLength;
}

function refusal(kind: 'blackhole' | 'unreachable' | 'prohibit'): RouteDecision {
  const codes = { blackhole: 'blackhole', unreachable: 'host', prohibit: 'prohibited' } as const;
  return { type: 'unreachable', code: codes[kind] };
}

function decide(
  view: NetnsView,
  found: RouteInfo,
  destination: string,
  flow: Flow,
): RouteDecision | undefined {
  switch (found.kind ?? 'unicast') {
    case 'local':
      return { type: 'local', route: found, device: found.device };
    case 'broadcast':
      return { type: 'broadcast', route: found, device: found.device };
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      return refusal(found.kind as 'blackhole');
    case 'throw':
      return undefined;
    default: {
      const { device, via } = found.nexthops ? hopFor(view, found, destination, flow) : found;
      return { type: 'unicast', route: found, device, nextHop: via ?? destination };
    }
  }
}

/**
 * One of several next hops, by what stays the same for all packets of a flow
 * (`fib_multipath_hash`): the addresses; hops whose device is down do not count.
 */
function hopFor(view: NetnsView, { nexthops = [] }: RouteInfo, destination: string, flow: Flow) {
  const alive = nexthops.filter(({ device }) => view.links.get(device)?.up);
  const hops = alive.length > 0 ? alive : nexthops;
  const total = hops.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let point = hash(`${flow.source ?? ''}>${destination}`) % total;
  const chosen = hops.find(({ weight = 1 }) => (point -= weight) < 0);
  return chosen ?? (hops[0] as NonNullable<typeof chosen>);
}

/** FNV-1a over a short text. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return (value ^ (value >>> 15)) >>> 0;
}

/**
 * The source address for a packet that has none yet: what the route says, else the first address
 * of the device in the next hop's subnet, else its first, else any global one (inet_select_addr).
 */
export function sourceFor(view: NetnsView, decision: RouteDecision, destination: string): string {
  if (isInet6(destination)) return sourceFor6(view, decision, destination);
  if (decision.type === 'unreachable') return '0.0.0.0';
  if (decision.type === 'local') {
    return isLoopback(destination) ? (decision.route.source ?? destination) : destination;
  }
  if (decision.route.source !== undefined) return decision.route.source;
  const hop = toNumber(decision.type === 'unicast' ? decision.nextHop : destination) as number;
  const own = (view.addresses.get(decision.device) ?? []).filter((a) => a.scope !== 'host');
  const near = own.find(({ address, prefix }) => {
    const number = toNumber(address);
    return number !== undefined && networkOf(number, prefix) === networkOf(hop, prefix);
  });
  const first = near ?? own[0];
  if (first) return first.address;
  for (const group of view.addresses.values()) {
    const other = group.find((a) => a.scope === 'global');
    if (other) return other.address;
  }
  return '0.0.0.0';
}

/** Type of an address on this host, as `addrtype` and the input route see it. */
export function addressType(
  view: NetnsView,
  address: string,
  device?: string,
): 'LOCAL' | 'UNICAST' | 'BROADCAST' | 'MULTICAST' {
  if (isInet6(address)) {
    if (isMulticast6(address)) return 'MULTICAST';
    const held = view.local6.get(address);
    return held && (device === undefined || held.device === device) ? 'LOCAL' : 'UNICAST';
  }
  if (isMulticast(address)) return 'MULTICAST';
  if (view.broadcasts.has(address)) return 'BROADCAST';
  const local = view.local.get(address);
  if (local && (device === undefined || local.device === device)) return 'LOCAL';
  if (isLoopback(address) && isLocal(view, '127.0.0.1')) return 'LOCAL';
  return 'UNICAST';
}

/** A destination in the form in which routes are stored and printed. */
export function normalDestination(text: string): string | undefined {
  if (isInet6(text)) {
    const six = parseCidr6(text);
    return six && cidrText6(six.network, six.prefix);
  }
  const cidr = parseCidr(text);
  return cidr ? cidrText(cidr.network, cidr.prefix) : undefined;
}

/** The largest packet that a route lets through, its own limit included. */
export function mtuOf(view: NetnsView, { device, route }: { device: string; route: RouteInfo }) {
  const mtu = view.links.get(device)?.mtu ?? 1500;
  return Math.min(mtu, route.mtu ?? mtu);
}

/** A route in the words of `ip route`, for traces. */
export function routeText(route: RouteInfo): string {
  const kind = route.kind && route.kind !== 'unicast' ? `${route.kind} ` : '';
  const destination = route.destination === '::/0' ? 'default' : route.destination;
  const hops = (route.nexthops ?? []).map(
    ({ via, device, weight = 1 }) =>
      ` nexthop${via === undefined ? '' : ` via ${via}`} dev ${device} weight ${weight}`,
  );
  if (hops.length > 0) return `${kind}${destination}${hops.join('')}`;
  const via = route.via === undefined ? '' : ` via ${route.via}`;
  return `${kind}${destination}${via} dev ${route.device}`;
}
