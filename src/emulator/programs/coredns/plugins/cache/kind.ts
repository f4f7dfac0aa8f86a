import type { DnsMessage } from '../../../../host/resolver/message.ts';
import type { CacheConfig } from './setup.ts';

export type Kind = 'success' | 'nodata' | 'nxdomain' | 'delegation' | 'servfail' | 'other';

const SECOND = 1_000_000;
const LONGEST = 3_600;
const SHORTEST = 5;

/** What kind of answer a message is (pkg/response.Typify). */
export function kindOf({ rcode, answers, authority }: DnsMessage): Kind {
  if (rcode === 'NOERROR' && answers.length > 0) return 'success';
  const soa = authority.some(({ type }) => type === 'SOA');
  const ns = authority.some(({ type }) => type === 'NS');
  if (soa && rcode === 'NOERROR') return 'nodata';
  if (soa && rcode === 'NXDOMAIN') return 'nxdomain';
  if (rcode === 'SERVFAIL' || rcode === 'NOTIMP') return 'servfail';
  if (rcode === 'NOERROR') return ns ? 'delegation' : 'success';
  return 'other';
}

/** Microseconds that an answer is kept: its least TTL between the limits of its kind. */
export function lifetime(config: CacheConfig, message: DnsMessage, kind: Kind): number {
  if (kind === 'servfail') return config.servfail;
  const records = [...message.answers, ...message.authority, ...message.additional];
  const known = kind === 'success' || kind === 'nodata' || kind === 'nxdomain';
  const least =
    known && records.length > 0 ? Math.min(LONGEST, ...records.map(({ ttl }) => ttl)) : SHORTEST;
  const negative = kind === 'nodata' || kind === 'nxdomain';
  const [low, high] = negative
    ? [config.denial.least, config.denial.most]
    : [config.success.least, config.success.most];
  return Math.min(Math.max(least * SECOND, low), high);
}
