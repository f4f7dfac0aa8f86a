import { isInet6 } from '../address6.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import type { NetnsView } from '../netns.ts';

interface Bucket {
  readonly tokens: Micros;
  readonly at: Micros;
}

/** Errors that may go to one address at once (XRLIM_BURST_FACTOR). */
const BURST = 6;

/**
 * Whether an ICMP error may be sent to an address now (`inet_peer_xrlim_allow`): six at once, then
 * one in each icmp_ratelimit. What would become of a packet is asked without that limit.
 */
export function mayTellError(engine: Engine, view: NetnsView, to: string): boolean {
  if (engine.purpose !== '') return true;
  // Over IPv6 a route to a whole network may have four times as many.
  const share = isInet6(to) ? 4 : 1;
  const setting = isInet6(to) ? 'net.ipv6.icmp.ratelimit' : 'net.ipv4.icmp_ratelimit';
  const limit = ((Number(view.sysctl(setting) ?? 1000) / 1000) * SECOND) / share;
  if (limit === 0) return true;
  const key = `${volatileKey(view.ref)}icmplimit/${to}`;
  const before = engine.records.get<Bucket>(key) ?? { tokens: BURST * limit, at: engine.now };
  const tokens = Math.min(BURST * limit, before.tokens + engine.now - before.at);
  const allowed = tokens >= limit;
  const left: Bucket = { tokens: allowed ? tokens - limit : tokens, at: engine.now };
  engine.records.put(key, left as never);
  return allowed;
}
