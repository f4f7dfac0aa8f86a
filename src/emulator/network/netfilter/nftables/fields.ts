/** Types of what rules can look at: header fields, meta and ct keys. */

const bits = (count: number) => `integer:${count}`;

const ports = { sport: 'inet_service', dport: 'inet_service' };

/** Fields of headers by protocol, with the type of each. */
export const headers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ether: { daddr: 'ether_addr', saddr: 'ether_addr', type: 'ether_type' },
  vlan: { id: bits(12), cfi: bits(1), dei: bits(1), pcp: bits(3), type: 'ether_type' },
  arp: {
    htype: bits(16),
    ptype: 'ether_type',
    hlen: bits(8),
    plen: bits(8),
    operation: 'arp_op',
    'saddr ether': 'ether_addr',
    'daddr ether': 'ether_addr',
    'saddr ip': 'ipv4_addr',
    'daddr ip': 'ipv4_addr',
  },
  ip: {
    version: bits(4),
    hdrlength: bits(4),
    dscp: 'dscp',
    ecn: 'ecn',
    length: bits(16),
    id: bits(16),
    'frag-off': bits(16),
    ttl: bits(8),
    protocol: 'inet_proto',
    checksum: bits(16),
    saddr: 'ipv4_addr',
    daddr: 'ipv4_addr',
  },
  ip6: {
    version: bits(4),
    dscp: 'dscp',
    ecn: 'ecn',
    flowlabel: bits(20),
    length: bits(16),
    nexthdr: 'inet_proto',
    hoplimit: bits(8),
    saddr: 'ipv6_addr',
    daddr: 'ipv6_addr',
  },
  tcp: {
    ...ports,
    sequence: bits(32),
    ackseq: bits(32),
    doff: bits(4),
    reserved: bits(4),
    flags: 'tcp_flag',
    window: bits(16),
    checksum: bits(16),
    urgptr: bits(16),
  },
  udp: { ...ports, length: bits(16), checksum: bits(16) },
  udplite: { ...ports, checksum: bits(16) },
  sctp: { ...ports, vtag: bits(32), checksum: bits(32) },
  dccp: ports,
  th: ports,
  icmp: {
    type: 'icmp_type',
    code: 'icmp_code',
    checksum: bits(16),
    id: bits(16),
    sequence: bits(16),
    gateway: bits(32),
    mtu: bits(16),
  },
  icmpv6: {
    type: 'icmpv6_type',
    code: 'icmpv6_code',
    checksum: bits(16),
    'parameter-problem': bits(32),
    'packet-too-big': bits(32),
    id: bits(16),
    sequence: bits(16),
    'max-delay': bits(16),
  },
};

/** Transport protocols with the number that a rule on their header asks for. */
export const transports: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  dccp: 33,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
};

/** Keys of `meta`; those that stand without the word `meta` in print are marked. */
export const metaKeys: Readonly<Record<string, string>> = {
  length: bits(32),
  protocol: 'ether_type',
  priority: 'classid',
  mark: 'mark',
  iif: 'iface_index',
  iifname: 'ifname',
  iiftype: 'iface_type',
  oif: 'iface_index',
  oifname: 'ifname',
  oiftype: 'iface_type',
  skuid: 'uid',
  skgid: 'gid',
  nftrace: bits(1),
  rtclassid: 'realm',
  nfproto: 'nf_proto',
  l4proto: 'inet_proto',
  ibrname: 'ifname',
  obrname: 'ifname',
  pkttype: 'pkt_type',
  cpu: bits(32),
  iifgroup: 'devgroup',
  oifgroup: 'devgroup',
  cgroup: bits(32),
  random: bits(32),
  day: 'day',
};

/** Keys that may be written without `meta` in front. */
export const bareMetaKeys: ReadonlySet<string> = new Set([
  ...['mark', 'iif', 'iifname', 'iiftype', 'oif', 'oifname', 'oiftype', 'skuid', 'skgid'],
  ...['nftrace', 'rtclassid', 'pkttype', 'cpu', 'iifgroup', 'oifgroup', 'cgroup'],
]);

/** Keys that are printed without `meta` in front. */
export const plainMetaKeys: ReadonlySet<string> = new Set([
  ...['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup'],
]);

export const ctKeys: Readonly<Record<string, string>> = {
  state: 'ct_state',
  direction: 'ct_dir',
  status: 'ct_status',
  mark: 'mark',
  expiration: 'time',
  helper: 'string',
  label: 'ct_label',
  l3proto: 'nf_proto',
  protocol: 'inet_proto',
  'proto-src': 'inet_service',
  'proto-dst': 'inet_service',
  saddr: 'ipv4_addr',
  daddr: 'ipv4_addr',
  bytes: bits(64),
  packets: bits(64),
  avgpkt: bits(64),
  zone: bits(16),
  id: bits(32),
};

/** Keys of `ct` that a direction may or must stand before. */
export const ctDirectionKeys: ReadonlySet<string> = new Set([
  ...['l3proto', 'protocol', 'proto-src', 'proto-dst', 'saddr', 'daddr'],
  ...['bytes', 'packets', 'avgpkt', 'zone'],
]);

export const fibResults: Readonly<Record<string, string>> = {
  oif: 'iface_index',
  oifname: 'ifname',
  type: 'fib_addrtype',
};
