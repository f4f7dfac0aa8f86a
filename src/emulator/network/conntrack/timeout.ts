import { SECOND } from '../../world/time.ts';
import type { NetnsView } from '../netns.ts';
import type { Tracked } from './entry.ts';

/** Names of the settings that hold TCP's time-outs, by conntrack state. */
const tcp: Readonly<Record<string, string>> = {
  SYN_SENT: 'syn_sent',
  SYN_SENT2: 'syn_sent',
  SYN_RECV: 'syn_recv',
  ESTABLISHED: 'established',
  FIN_WAIT: 'fin_wait',
  CLOSE_WAIT: 'close_wait',
  LAST_ACK: 'last_ack',
  TIME_WAIT: 'time_wait',
  CLOSE: 'close',
};

/** How long an entry lives after a packet, from the namespace's settings, in microseconds. */
export function timeoutOf(view: NetnsView, entry: Omit<Tracked, 'expires'>): number {
  const seconds = (name: string) => Number(view.sysctl(`net.netfilter.nf_conntrack_${name}`));
  const { protocol } = entry.original;
  if (protocol === 'ipip' || protocol === 'gre') return seconds('generic_timeout') * SECOND;
  if (protocol === 'icmp') return seconds('icmp_timeout') * SECOND;
  if (protocol === 'udp') {
    return seconds(entry.assured ? 'udp_timeout_stream' : 'udp_timeout') * SECOND;
  }
  return seconds(`tcp_timeout_${tcp[entry.state ?? 'CLOSE'] ?? 'close'}`) * SECOND;
}
