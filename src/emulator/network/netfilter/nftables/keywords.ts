/** Words that nft's scanner knows everywhere: no name may be one of them. */
export const keywords: ReadonlySet<string> = new Set([
  ...['vmap', 'include', 'define', 'redefine', 'undefine', 'describe', 'hook', 'device'],
  ...['devices', 'table', 'chain', 'rule', 'set', 'element', 'map', 'flowtable', 'handle'],
  ...['ruleset', 'socket', 'tproxy', 'accept', 'drop', 'continue', 'jump', 'goto', 'return'],
  ...['inet', 'netdev', 'add', 'replace', 'update', 'create', 'insert', 'delete', 'get', 'list'],
  ...['reset', 'flush', 'rename', 'import', 'export', 'monitor', 'position', 'index', 'comment'],
  ...['constant', 'interval', 'dynamic', 'auto-merge', 'timeout', 'gc-interval', 'elements'],
  ...['expires', 'policy', 'size', 'flow', 'offload', 'meter', 'counter', 'log', 'queue'],
  ...['limit', 'quota', 'hour', 'day', 'reject', 'snat', 'dnat', 'masquerade', 'redirect'],
  ...['random', 'th', 'bridge', 'ether', 'type', 'typeof', 'vlan', 'arp', 'ip', 'ecn', 'time'],
  ...['icmp', 'igmp', 'ip6', 'priority', 'icmpv6', 'ah', 'esp', 'comp', 'flags', 'udp'],
  ...['udplite', 'tcp', 'dccp', 'sctp', 'rt', 'rt0', 'rt2', 'srh', 'hbh', 'frag', 'dst', 'mh'],
  ...['meta', 'mark', 'iif', 'iifname', 'iiftype', 'oif', 'oifname', 'oiftype', 'skuid', 'skgid'],
  ...['nftrace', 'rtclassid', 'ibriport', 'ibrname', 'obriport', 'obrname', 'pkttype', 'cpu'],
  ...['iifgroup', 'oifgroup', 'cgroup', 'ct', 'numgen', 'jhash', 'symhash', 'dup', 'fwd', 'fib'],
  ...['osf', 'synproxy', 'notrack', 'all', 'exists', 'missing', 'exthdr', 'ipsec', 'secmark'],
  ...['xt'],
]);

/** Words for signs, which bison names by the sign. */
export const signWords: Readonly<Record<string, string>> = {
  eq: '==',
  ne: '!=',
  le: '<=',
  lt: '<',
  ge: '>=',
  gt: '>',
  lshift: '<<',
  rshift: '>>',
  xor: '^',
  and: '&',
  or: "'|'",
  not: '!',
};
