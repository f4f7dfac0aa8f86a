import type { Family } from './address.ts';
import type { ExtensionDefinition } from './extension.ts';
import { limit, statistic } from './extensions/chance.ts';
import { connbytes, connlimit, helper, quota } from './extensions/connections.ts';
import { conntrack } from './extensions/conntrack.ts';
import { comment, hl, iprange, length, nfacct, physdev, ttl } from './extensions/fields.ts';
import { hashlimit } from './extensions/hashlimit.ts';
import { icmp } from './extensions/icmp.ts';
import { icmp6 } from './extensions/icmp6.ts';
import { CONNMARK, MARK, connmark, mark } from './extensions/mark.ts';
import { CHECKSUM, CLASSIFY, HL, TCPMSS, TCPOPTSTRIP, TPROXY, TTL } from './extensions/mangle.ts';
import { DNAT, MASQUERADE, NETMAP, REDIRECT, SNAT } from './extensions/nat.ts';
import { multiport, sctp, tcp, udp } from './extensions/ports.ts';
import { ah, dccp, esp, tcpmss } from './extensions/protocols.ts';
import { recent } from './extensions/recent.ts';
import { policy, realm } from './extensions/routing.ts';
import { rpfilter } from './extensions/rpfilter.ts';
import { cpu, devgroup, mac, owner, pkttype } from './extensions/senders.ts';
import { set } from './extensions/set.ts';
import { SET } from './extensions/set-target.ts';
import { addrtype, state } from './extensions/state.ts';
import { string } from './extensions/string.ts';
import { time } from './extensions/time.ts';
import { DSCP, ECN, TOS, dscp, ecn, tos } from './extensions/tos.ts';
import { u32 } from './extensions/u32.ts';
import { AUDIT, CT, NFLOG, NFQUEUE, NOTRACK, TRACE } from './extensions/userspace.ts';
import { LOG, REJECT, REJECT6 } from './extensions/verdict.ts';

const byName = (definitions: readonly ExtensionDefinition[]) =>
  new Map(definitions.map((definition) => [definition.name, definition]));

/** All matches that are modelled, by the name after `-m`. */
export const matches: ReadonlyMap<string, ExtensionDefinition> = byName([
  addrtype,
  ah,
  comment,
  connbytes,
  connlimit,
  connmark,
  conntrack,
  cpu,
  dccp,
  devgroup,
  dscp,
  ecn,
  esp,
  hashlimit,
  helper,
  hl,
  icmp,
  icmp6,
  iprange,
  length,
  limit,
  mac,
  mark,
  multiport,
  nfacct,
  owner,
  physdev,
  pkttype,
  policy,
  quota,
  realm,
  recent,
  rpfilter,
  sctp,
  set,
  state,
  statistic,
  string,
  tcp,
  tcpmss,
  time,
  tos,
  ttl,
  u32,
  udp,
]);

/** All targets that are modelled, apart from verdicts and chains. */
export const targets: ReadonlyMap<string, ExtensionDefinition> = byName([
  AUDIT,
  CHECKSUM,
  CLASSIFY,
  CONNMARK,
  CT,
  DNAT,
  DSCP,
  ECN,
  HL,
  LOG,
  MARK,
  MASQUERADE,
  NETMAP,
  NFLOG,
  NFQUEUE,
  NOTRACK,
  REDIRECT,
  REJECT,
  SET,
  SNAT,
  TCPMSS,
  TCPOPTSTRIP,
  TOS,
  TPROXY,
  TRACE,
  TTL,
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

/** Whether a word after `-j` is a verdict or a target, and no chain. */
export const isTarget = (name: string): boolean =>
  standardTargets.includes(name) || targets.has(name) || notModelled.includes(name);

/** Matches and targets of iptables 1.8.9 that exist but are not modelled here. */
export const notModelled: readonly string[] = [
  ...['bpf', 'cgroup', 'cluster', 'connlabel', 'ipvs', 'osf', 'rateest', 'socket', 'CLUSTERIP'],
  ...['CONNSECMARK', 'HMARK', 'IDLETIMER', 'LED', 'QUEUE', 'RATEEST', 'SECMARK', 'SYNPROXY'],
  ...['TEE', 'ULOG'],
];
