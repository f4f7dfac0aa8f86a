import { nameFits } from './dns.ts';
import type { DirectionPolicy, PolicyEntry } from './maps.ts';

/** What an endpoint's map says of a packet: the entry that decided, if one did. */
export interface PolicyVerdict {
  readonly allowed: boolean;
  readonly reason: string;
  readonly entry?: PolicyEntry;
}

/**
 * Looks a packet up (`policy_can_access`): a denying entry wins, then any that allows; the one
 * without rules for HTTP before those that have some.
 */
export function judge(
  policy: DirectionPolicy | undefined,
  peer: number,
  protocol: number,
  port: number,
  names: () => readonly string[] = () => [],
): PolicyVerdict {
  // An endpoint that the agent has not made anything for yet lets nothing pass.
  if (!policy) return { allowed: false, reason: 'Invalid identity' };
  if (!policy.enforced) return { allowed: true, reason: 'policy is not enforced' };
  const found = policy.entries.filter(
    (entry) => matches(entry, peer, protocol, port) && isNamed(entry, names),
  );
  const deny = found.find((entry) => entry.deny);
  if (deny) return { allowed: false, reason: 'Policy denied by denylist', entry: deny };
  const allow = found.find((entry) => !entry.http && !entry.dns) ?? found[0];
  return allow
    ? { allowed: true, reason: 'allowed', entry: allow }
    : { allowed: false, reason: 'Policy denied' };
}

function isNamed({ fqdns }: PolicyEntry, names: () => readonly string[]): boolean {
  return !fqdns || names().some((name) => fqdns.some((each) => nameFits(each, name)));
}

function matches(entry: PolicyEntry, peer: number, protocol: number, port: number): boolean {
  if (entry.identity !== 0 && entry.identity !== peer) return false;
  if (entry.protocol !== 0 && entry.protocol !== protocol) return false;
  if (entry.port === 0) return true;
  return port >= entry.port && port <= (entry.endPort ?? entry.port);
}
