import { isLinkLocal6, isMulticast6, parse6 } from './address6.ts';
import type { NetnsView } from './netns.ts';
import type { RouteDecision } from './route.ts';

/**
 * The IPv6 source address for a packet that has none yet (RFC 6724 5, `ipv6_dev_get_saddr`): what
 * the route says; else of the destination's scope, of the outgoing device, with the longest common
 * prefix. `::` where there is none.
 */
export function sourceFor6(view: NetnsView, decision: RouteDecision, destination: string): string {
  if (decision.type === 'unreachable') return '::';
  if (decision.type === 'local') return destination;
  if (decision.route.source !== undefined) return decision.route.source;
  const near = isLinkLocal6(destination) || isMulticast6(destination);
  const wanted = parse6(destination) ?? [];
  const candidates = [...view.addresses6].flatMap(([device, group]) =>
    group
      .filter(({ scope }) => scope !== 'host')
      .map(({ address, scope }) => ({
        address,
        scope: (scope === 'link') === near ? 1 : 0,
        device: device === decision.device ? 1 : 0,
        common: commonBits(parse6(address) ?? [], wanted),
      })),
  );
  const usable = candidates.filter(({ scope, device }) => device === 1 || (scope === 1 && !near));
  usable.sort((a, b) => b.scope - a.scope || b.device - a.device || b.common - a.common);
  return usable[0]?.address ?? '::';
}

function commonBits(a: readonly number[], b: readonly number[]): number {
  let bits = 0;
  for (let i = 0; i < 8; i++) {
    const difference = (a[i] ?? 0) ^ (b[i] ?? 0);
    if (difference !== 0) return bits + Math.clz32(difference) - 16;
    bits += 16;
  }
  return bits;
}
