import { cidrText, isLoopback, isMulticast, parseCidr, toNumber, networkOf } from './address.ts';
import type { RouteInfo } from './api.ts';
import type { NetnsView } from './netns.ts';

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

/** Tables in the order of the policy rules that every namespace starts with. */
const policy = ['local', 'main', 'default'] as const;

/**
 * Routes an address: the local table first, then main, longest prefix first (ip-rule(8)). Routes
 * over links that are down do not count.
 */
export function route(view: NetnsView, destination: string): RouteDecision {
  const address = toNumber(destination);
  if (address === undefined) return { type: 'unreachable', code: 'net' };
  for (const name of policy) {
    const found = view.tables.get(name)?.lookup(address);
    if (!found) continue;
    const decided = decide(found, destination);
    if (decided) return decided;
  }
  return { type: 'unreachable', code: 'net' };
}

function decide(found: RouteInfo, destination: string): RouteDecision | undefined {
  switch (found.kind ?? 'unicast') {
    case 'local':
      return { type: 'local', route: found, device: found.device };
    case 'broadcast':
      return { type: 'broadcast', route: found, device: found.device };
    case 'blackhole':
      return { type: 'unreachable', code: 'blackhole' };
    case 'unreachable':
      return { type: 'unreachable', code: 'host' };
    case 'prohibit':
      return { type: 'unreachable', code: 'prohibited' };
    default:
      return {
        type: 'unicast',
        route: found,
        device: found.device,
        nextHop: found.via ?? destination,
      };
  }
}

/**
 * The source address for a packet that has none yet: what the route says, else the first address
 * of the device in the next hop's subnet, else its first, else any global one (inet_select_addr).
 */
export function sourceFor(view: NetnsView, decision: RouteDecision, destination: string): string {
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
  if (isMulticast(address)) return 'MULTICAST';
  if (view.broadcasts.has(address)) return 'BROADCAST';
  const local = view.local.get(address);
  if (local && (device === undefined || local.device === device)) return 'LOCAL';
  if (isLoopback(address) && view.local.has('127.0.0.1')) return 'LOCAL';
  return 'UNICAST';
}

/** A destination in the form in which routes are stored and printed. */
export function normalDestination(text: string): string | undefined {
  const cidr = parseCidr(text);
  return cidr ? cidrText(cidr.network, cidr.prefix) : undefined;
}

/** A route in the words of `ip route`, for traces. */
export function routeText(route: RouteInfo): string {
  const kind = route.kind && route.kind !== 'unicast' ? `${route.kind} ` : '';
  const via = route.via === undefined ? '' : ` via ${route.via}`;
  return `${kind}${route.destination}${via} dev ${route.device}`;
}
