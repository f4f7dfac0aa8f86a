import {
  ACCEPT,
  ALL_MARKS,
  clearMark,
  ctstate,
  DROP,
  goto,
  inSet,
  jump,
  MARK,
  markClear,
  markSet,
  RETURN,
  setMark,
  type FelixChain,
  type FelixRule,
} from './rule.ts';

/** How pods' packets reach other nodes, as far as rules depend on it. */
export interface FelixConfig {
  readonly ipip: boolean;
  readonly vxlan: boolean;
  /** Whether the tunnel's device has its address yet. */
  readonly tunnelAddress: boolean;
}

export type TableName = 'raw' | 'mangle' | 'nat' | 'filter';

/** Chains of one table, and the rules that lead to them from the kernel's own chains. */
export interface StaticTable {
  readonly name: TableName;
  readonly chains: readonly FelixChain[];
  /** In front of the chains' other rules. */
  readonly inserted: readonly FelixChain[];
  /** Behind them. */
  readonly appended: readonly FelixChain[];
}

const VXLAN_PORT = 4789;
const WORKLOADS = 'cali+';
const accepted = { match: [markSet(MARK.accept)], action: ACCEPT };
const hostAccepted = { ...accepted, comments: ['Host endpoint policy accepted packet.'] };
const local = (side: 'src' | 'dst') => `-m addrtype --${side}-type LOCAL`;
const vxlanPort = `-m multiport --destination-ports ${VXLAN_PORT}`;
const one = (name: string, ...rules: FelixRule[]): FelixChain => ({ name, rules });

/** The chains that are on every node, table by table. */
export function staticTables(config: FelixConfig): readonly StaticTable[] {
  return [rawTable(config), mangleTable(), natTable(config), filterTable(config)];
}

function leading(...chains: readonly string[]): readonly FelixChain[] {
  return chains.map((name) => one(name, { action: jump(`cali-${name}`) }));
}

function filterTable(config: FelixConfig): StaticTable {
  return {
    name: 'filter',
    chains: [
      forward,
      one('cali-INPUT', ...inputRules(config)),
      one(
        'cali-wl-to-host',
        { action: jump('cali-from-wl-dispatch') },
        { action: ACCEPT, comments: ['Configured DefaultEndpointToHostAction'] },
      ),
      one('cali-OUTPUT', ...outputRules(config)),
      ...['cali-cidr-block', 'cali-from-hep-forward', 'cali-from-host-endpoint'].map((name) =>
        one(name),
      ),
      ...['cali-to-hep-forward', 'cali-to-host-endpoint'].map((name) => one(name)),
    ],
    inserted: leading('INPUT', 'FORWARD', 'OUTPUT'),
    appended: [
      one(
        'FORWARD',
        { ...accepted, comments: ['Policy explicitly accepted packet.'] },
        { action: setMark(MARK.accept) },
      ),
    ],
  };
}

const forward = one(
  'cali-FORWARD',
  { action: clearMark(ALL_MARKS & ~MARK.accept) },
  { match: [markClear(MARK.accept)], action: jump('cali-from-hep-forward') },
  { match: [`--in-interface ${WORKLOADS}`], action: jump('cali-from-wl-dispatch') },
  { match: [`--out-interface ${WORKLOADS}`], action: jump('cali-to-wl-dispatch') },
  { action: jump('cali-to-hep-forward') },
  { action: jump('cali-cidr-block') },
);

function inputRules({ ipip, vxlan }: FelixConfig): FelixRule[] {
  const hosts = inSet('cali40all-hosts-net', 'src');
  const tunnels = inSet('cali40all-vxlan-net', 'src');
  return [
    ...(ipip
      ? [
          {
            match: ['-p 4', hosts, local('dst')],
            action: ACCEPT,
            comments: ['Allow IPIP packets from Calico hosts'],
          },
          {
            match: ['-p 4'],
            action: DROP,
            comments: ['Drop IPIP packets from non-Calico hosts'],
          },
        ]
      : []),
    ...(vxlan
      ? [
          {
            match: ['-p 17', vxlanPort, tunnels, local('dst')],
            action: ACCEPT,
            comments: ['Allow IPv4 VXLAN packets from allowed hosts'],
          },
          {
            match: ['-p 17', vxlanPort, local('dst')],
            action: DROP,
            comments: ['Drop IPv4 VXLAN packets from non-allowed hosts'],
          },
        ]
      : []),
    { match: [`--in-interface ${WORKLOADS}`], action: goto('cali-wl-to-host') },
    accepted,
    { action: clearMark(ALL_MARKS) },
    { action: jump('cali-from-host-endpoint') },
    hostAccepted,
  ];
}

function outputRules({ ipip, vxlan }: FelixConfig): FelixRule[] {
  return [
    accepted,
    { match: [`--out-interface ${WORKLOADS}`], action: RETURN },
    ...(ipip
      ? [
          {
            match: ['-p 4', inSet('cali40all-hosts-net', 'dst'), local('src')],
            action: ACCEPT,
            comments: ['Allow IPIP packets to other Calico hosts'],
          },
        ]
      : []),
    ...(vxlan
      ? [
          {
            match: ['-p 17', vxlanPort, local('src'), inSet('cali40all-vxlan-net', 'dst')],
            action: ACCEPT,
            comments: ['Allow IPv4 VXLAN packets to other allowed hosts'],
          },
        ]
      : []),
    { action: clearMark(ALL_MARKS) },
    { match: ['-m conntrack ! --ctstate DNAT'], action: jump('cali-to-host-endpoint') },
    hostAccepted,
  ];
}

function natTable({ ipip, vxlan, tunnelAddress }: FelixConfig): StaticTable {
  const tunnels = [...(ipip ? ['tunl0'] : []), ...(vxlan ? ['vxlan.calico'] : [])];
  const masquerade = '--jump MASQUERADE --random-fully';
  const wrong = '-m addrtype ! --src-type LOCAL --limit-iface-out';
  const pools = [inSet('cali40masq-ipam-pools', 'src'), inSet('cali40all-ipam-pools', 'dst', true)];
  return {
    name: 'nat',
    chains: [
      one('cali-PREROUTING', { action: jump('cali-fip-dnat') }),
      one(
        'cali-POSTROUTING',
        { action: jump('cali-fip-snat') },
        { action: jump('cali-nat-outgoing') },
        ...(tunnelAddress ? tunnels : []).map((device) => ({
          match: [`--out-interface ${device}`, wrong, local('src')],
          action: masquerade,
        })),
      ),
      one('cali-OUTPUT', { action: jump('cali-fip-dnat') }),
      one('cali-fip-dnat'),
      one('cali-fip-snat'),
      one('cali-nat-outgoing', { match: pools, action: masquerade }),
    ],
    inserted: leading('PREROUTING', 'OUTPUT', 'POSTROUTING'),
    appended: [],
  };
}

function mangleTable(): StaticTable {
  const established = ctstate('RELATED,ESTABLISHED');
  return {
    name: 'mangle',
    chains: [
      one(
        'cali-PREROUTING',
        { match: [established], action: ACCEPT },
        accepted,
        { action: jump('cali-from-host-endpoint') },
        hostAccepted,
      ),
      one(
        'cali-POSTROUTING',
        { ...accepted, action: RETURN },
        { action: clearMark(ALL_MARKS) },
        { match: [ctstate('DNAT')], action: jump('cali-to-host-endpoint') },
        { ...hostAccepted, action: RETURN },
      ),
      one('cali-from-host-endpoint'),
      one('cali-to-host-endpoint'),
    ],
    inserted: leading('PREROUTING', 'POSTROUTING'),
    appended: [],
  };
}

function rawTable({ vxlan }: FelixConfig): StaticTable {
  const untracked = {
    match: ['-p udp', `--dport ${VXLAN_PORT}`],
    action: jump('NOTRACK'),
  };
  const encapsulated = vxlan ? [untracked] : [];
  return {
    name: 'raw',
    chains: [
      one(
        'cali-PREROUTING',
        { action: clearMark(ALL_MARKS) },
        ...encapsulated,
        { match: [`--in-interface ${WORKLOADS}`], action: setMark(MARK.scratch0) },
        { match: [markSet(MARK.scratch0)], action: jump('cali-rpf-skip') },
        { match: [markSet(MARK.scratch0), '-m rpfilter --invert --validmark'], action: DROP },
        { match: [markClear(MARK.scratch0)], action: jump('cali-from-host-endpoint') },
        accepted,
      ),
      one(
        'cali-OUTPUT',
        { action: clearMark(ALL_MARKS) },
        { action: jump('cali-to-host-endpoint') },
        ...encapsulated,
        accepted,
      ),
      ...['cali-rpf-skip', 'cali-from-host-endpoint', 'cali-to-host-endpoint'].map((name) =>
        one(name),
      ),
    ],
    inserted: leading('PREROUTING', 'OUTPUT'),
    appended: [],
  };
}
