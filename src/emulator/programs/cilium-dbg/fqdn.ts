import { rfc3339Micro } from '../../world/time.ts';
import { columns } from './columns.ts';
import type { AgentState } from './state.ts';

/** `cilium-dbg fqdn cache list`: what endpoints were answered, one row for each name. */
export function cacheList({ fqdn, now }: AgentState): string {
  const head = ['Endpoint', 'Source', 'FQDN', 'TTL', 'ExpirationTime', 'IPs'];
  const groups = new Map<string, (typeof fqdn)[number][]>();
  for (const entry of fqdn) {
    if (entry.expires <= now) continue;
    const key = `${entry.endpoint}/${entry.name}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const rows = [...groups.values()].map((entries) => {
    const [first] = entries;
    const ips = entries.map(({ address }) => address).join(',');
    const until = `${rfc3339Micro(first?.expires ?? 0).slice(0, 23)}Z`;
    return [String(first?.endpoint), 'lookup', first?.name ?? '', String(first?.ttl), until, ips];
  });
  return columns([head, ...rows]);
}

/** `cilium-dbg fqdn names`: selectors of names in the policies, with their expressions. */
export function names({ policy }: AgentState): string {
  const selectors = new Set<string>();
  for (const { egress } of policy.values()) {
    for (const { fqdns = [] } of egress.entries) {
      for (const { matchName, matchPattern } of fqdns) {
        selectors.add(`MatchName: ${matchName ?? ''}, MatchPattern: ${matchPattern ?? ''}`);
      }
    }
  }
  const list = {
    DNSPollNames: null,
    FQDNPolicySelectors: [...selectors].sort().map((selectorString) => ({ selectorString })),
  };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}
