import type { ExtensionDefinition } from './extension.ts';
import { limit, statistic } from './extensions/chance.ts';
import { comment, iprange, length, nfacct, physdev, set, ttl } from './extensions/fields.ts';
import type { Family } from './address.ts';
import { icmp } from './extensions/icmp.ts';
import { icmp6 } from './extensions/icmp6.ts';
import { CONNMARK, MARK, connmark, mark } from './extensions/mark.ts';
import { DNAT, MASQUERADE, REDIRECT, SNAT } from './extensions/nat.ts';
import { multiport, sctp, tcp, udp } from './extensions/ports.ts';
import { recent } from './extensions/recent.ts';
import { rpfilter } from './extensions/rpfilter.ts';
import { addrtype, conntrack, state } from './extensions/state.ts';
import { CT, LOG, NOTRACK, REJECT, REJECT6 } from './extensions/verdict.ts';

const byName = (definitions: readonly ExtensionDefinition[]) =>
  new Map(definitions.map((definition) => [definition.name, definition]));

/** All matches that are modelled, by the name after `-m`. */
export const matches: ReadonlyMap<string, ExtensionDefinition> = byName([
  addrtype,
  comment,
  connmark,
  conntrack,
  icmp,
  icmp6,
  iprange,
  length,
  limit,
  mark,
  multiport,
  nfacct,
  physdev,
  recent,
  rpfilter,
  sctp,
  set,
  state,
  statistic,
  tcp,
  ttl,
  udp,
]);

/** All targets that are modelled, apart from verdicts and chains. */
export const targets: ReadonlyMap<string, ExtensionDefinition> = byName([
  CONNMARK,
  CT,
  DNAT,
  LOG,
  MARK,
  MASQUERADE,
  NOTRACK,
  REDIRECT,
  REJECT,
  SNAT,
]);

/** A target as a family writes it. */
export function targetOf(name: string, family: Family): ExtensionDefinition | undefined {
  return name === 'REJECT' && family === 'IPv6' ? REJECT6 : targets.get(name);
}

/** The match whose options a rule may use as soon as it names a protocol. */
export function impliedMatch(protocol: string): ExtensionDefinition | undefined {
  return matches.get(protocol === 'ipv6-icmp' ? 'icmp6' : protocol);
}

/** Verdicts that the kernel itself knows. */
export const standardTargets: readonly string[] = ['ACCEPT', 'DROP', 'RETURN'];

/** Matches and targets of iptables 1.8.9 that exist but are not modelled here. */
export const notModelled: readonly string[] = [
  ...['ah', 'bpf', 'cgroup', 'cluster', 'connbytes', 'connlabel', 'connlimit', 'cpu', 'dccp'],
  ...['devgroup', 'dscp', 'ecn', 'esp', 'hashlimit', 'helper', 'ipvs', 'mac', 'osf', 'owner'],
  ...['pkttype', 'policy', 'quota', 'rateest', 'realm', 'socket', 'string', 'tcpmss'],
  ...['time', 'tos', 'u32', 'udplite', 'AUDIT', 'CHECKSUM', 'CLASSIFY', 'CLUSTERIP', 'CONNSECMARK'],
  ...['DSCP', 'ECN', 'HMARK', 'IDLETIMER', 'LED', 'NETMAP', 'NFLOG', 'NFQUEUE', 'QUEUE', 'RATEEST'],
  ...[
    'SECMARK',
    'SET',
    'SYNPROXY',
    'TCPMSS',
    'TCPOPTSTRIP',
    'TEE',
    'TOS',
    'TPROXY',
    'TRACE',
    'TTL',
  ],
  ...['ULOG'],
];
