import type { JumpRule } from '../iptables/plan.ts';
import type { IpvsOptions } from './plan.ts';
import { setName, setRules, sets } from './sets.ts';

const about = (text: string) => `-m comment --comment "${text}"`;
const portals = about('kubernetes service portals');
const access = about('kubernetes ipvs access filter');
const firewall = about('kube-proxy firewall rules');

/** Jumps into the chains of ipvs mode; each is put at the head of its chain, in this order. */
export const ipvsJumpRules: readonly JumpRule[] = [
  { table: 'nat', from: 'OUTPUT', to: 'KUBE-SERVICES', match: portals },
  { table: 'nat', from: 'PREROUTING', to: 'KUBE-SERVICES', match: portals },
  {
    table: 'nat',
    from: 'POSTROUTING',
    to: 'KUBE-POSTROUTING',
    match: about('kubernetes postrouting rules'),
  },
  {
    table: 'filter',
    from: 'FORWARD',
    to: 'KUBE-FORWARD',
    match: about('kubernetes forwarding rules'),
  },
  {
    table: 'filter',
    from: 'INPUT',
    to: 'KUBE-NODE-PORT',
    match: about('kubernetes health check rules'),
  },
  { table: 'filter', from: 'FORWARD', to: 'KUBE-PROXY-FIREWALL', match: firewall },
  { table: 'filter', from: 'INPUT', to: 'KUBE-PROXY-FIREWALL', match: firewall },
  { table: 'filter', from: 'INPUT', to: 'KUBE-IPVS-FILTER', match: access },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-IPVS-OUT-FILTER', match: access },
];

/** Chains of ipvs mode by table, in the order in which they are declared. */
export const ipvsChains = {
  nat: [
    'KUBE-SERVICES',
    'KUBE-POSTROUTING',
    'KUBE-NODE-PORT',
    'KUBE-LOAD-BALANCER',
    'KUBE-MARK-MASQ',
  ],
  filter: [
    'KUBE-FORWARD',
    'KUBE-NODE-PORT',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SOURCE-RANGES-FIREWALL',
    'KUBE-IPVS-FILTER',
    'KUBE-IPVS-OUT-FILTER',
  ],
} as const;

/**
 * The rules of ipvs mode: a fixed handful, whatever the number of Services; `filled` names the sets
 * that have entries, without which their rules are left out (upstream `writeIptablesRules`).
 */
export function ipvsRules(
  filled: ReadonlySet<string>,
  options: IpvsOptions,
): { readonly nat: string; readonly filter: string } {
  const { family, masqueradeMark: mark } = options;
  const named = (name: string) => setName(name, family);
  const match = (name: string, directions: string) =>
    `-m set --match-set ${named(name)} ${directions}`;
  const comment = (name: string) => about(sets.find((set) => set.name === name)?.comment ?? '');
  const loopback = family === 'IPv6' ? '::1/128' : '127.0.0.0/8';
  const nat = [`-A KUBE-SERVICES -s ${loopback} -j RETURN`];
  const filter: string[] = [];
  for (const { set, table, from, to, directions, protocol } of setRules) {
    if (!filled.has(set)) continue;
    const words = `${protocol ? `-p ${protocol} ` : ''}${comment(set)} ${match(set, directions)}`;
    (table === 'nat' ? nat : filter).push(`-A ${from} ${words} -j ${to}`);
  }
  nat.push(
    ...clusterRules(filled, options, comment, match),
    ...externalRules(filled, comment, match),
  );
  nat.push('-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT');
  nat.push('-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ');
  filter.push('-A KUBE-SOURCE-RANGES-FIREWALL -j DROP');
  for (const set of ['KUBE-CLUSTER-IP', 'KUBE-LOAD-BALANCER']) {
    if (filled.has(set)) nat.push(`-A KUBE-SERVICES ${match(set, 'dst,dst')} -j ACCEPT`);
  }
  filter.push(...filterRules(mark, comment, match));
  const masquerade = about('kubernetes service traffic requiring SNAT');
  nat.push(
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    `-A KUBE-POSTROUTING ${masquerade} -j MASQUERADE` +
      (options.randomFully ? ' --random-fully' : ''),
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  );
  return { nat: text('nat', nat), filter: text('filter', filter) };
}

function text(table: 'nat' | 'filter', rules: readonly string[]): string {
  const declared = ipvsChains[table].map((chain) => `:${chain} - [0:0]`);
  return `${[`*${table}`, ...declared, ...rules, 'COMMIT'].join('\n')}\n`;
}

type Comment = (name: string) => string;
type Match = (name: string, directions: string) => string;

function clusterRules(
  filled: ReadonlySet<string>,
  { masqueradeAll, localTraffic }: IpvsOptions,
  comment: Comment,
  match: Match,
): string[] {
  const set = 'KUBE-CLUSTER-IP';
  if (!filled.has(set)) return [];
  const head = `-A KUBE-SERVICES ${comment(set)}`;
  if (masqueradeAll) return [`${head} ${match(set, 'dst,dst')} -j KUBE-MARK-MASQ`];
  if (localTraffic) {
    return [`${head} ${match(set, 'dst,dst')} ${localTraffic.ifNotLocal} -j KUBE-MARK-MASQ`];
  }
  // The node's own packets come from the service address, because that is a local one here.
  return [`${head} ${match(set, 'src,dst')} -j KUBE-MARK-MASQ`];
}

function externalRules(filled: ReadonlySet<string>, comment: Comment, match: Match): string[] {
  const rules: string[] = [];
  for (const set of ['KUBE-EXTERNAL-IP', 'KUBE-EXTERNAL-IP-LOCAL']) {
    if (!filled.has(set)) continue;
    const head = `-A KUBE-SERVICES ${comment(set)} ${match(set, 'dst,dst')}`;
    if (set === 'KUBE-EXTERNAL-IP') rules.push(`${head} -j KUBE-MARK-MASQ`);
    // What comes from outside of the machine, and what is for an address that is local anyway.
    rules.push(
      `${head} -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT`,
      `${head} -m addrtype --dst-type LOCAL -j ACCEPT`,
    );
  }
  return rules;
}

function filterRules(mark: string, comment: Comment, match: Match): string[] {
  const forward = '-A KUBE-FORWARD';
  const returned = [
    'KUBE-LOAD-BALANCER',
    'KUBE-CLUSTER-IP',
    'KUBE-EXTERNAL-IP',
    'KUBE-EXTERNAL-IP-LOCAL',
  ].map((set) => match(set, 'dst,dst'));
  const health = match('KUBE-HEALTH-CHECK-NODE-PORT', 'dst');
  return [
    `${forward} ${about('kubernetes forwarding rules')} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `${forward} ${about('kubernetes forwarding conntrack rule')} ` +
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    `-A KUBE-NODE-PORT ${comment('KUBE-HEALTH-CHECK-NODE-PORT')} ${health} -j ACCEPT`,
    // Ports of the host must not be reached through service addresses.
    ...[...returned, health].map((words) => `-A KUBE-IPVS-FILTER ${words} -j RETURN`),
    '-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW ' +
      `${match('KUBE-IPVS-IPS', 'dst')} -j REJECT`,
  ];
}
