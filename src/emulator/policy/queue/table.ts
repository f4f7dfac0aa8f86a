import type { NftRuleset } from '../../network/netfilter/nftables/ast.ts';
import { runText } from '../../network/netfilter/nftables/parse.ts';
import { assert } from '../../world/assert.ts';

/** What the table is made for. */
export interface TableOptions {
  readonly table: string;
  readonly queue: number;
  readonly failOpen: boolean;
  /** Lookups are asked about before they are balanced, for a race of older kernels. */
  readonly dnsEarly: boolean;
  /** Addresses of pods that policies select; undefined hands everything over. */
  readonly addresses: readonly string[] | undefined;
}

/**
 * What `ct label` calls the label 100: the mask is written with its lowest byte last, and nft reads
 * it from the other end.
 */
export const LABEL = 28;

const NEIGHBOURS = [
  'nd-router-solicit',
  'nd-router-advert',
  'nd-neighbor-solicit',
  'nd-neighbor-advert',
  'nd-redirect',
];

/** The table of kube-network-policies in place of what it was (`syncNFTablesRules`). */
export function withQueueTable(rules: NftRuleset, options: TableOptions): NftRuleset {
  return load(rules, queueTable(options));
}

/** The table through which answers of name servers are seen (`dnsagent.go`). */
export function withDnsTable(rules: NftRuleset, queue: number): NftRuleset {
  return load(
    rules,
    'add table inet kube-network-policies-dnscache\n' +
      'delete table inet kube-network-policies-dnscache\n' +
      'table inet kube-network-policies-dnscache {\nchain postrouting {\n' +
      'type filter hook postrouting priority 2147483647; policy accept;\n' +
      `udp sport 53 counter queue flags bypass to ${queue}\n}\n}\n`,
  );
}

function load(rules: NftRuleset, text: string): NftRuleset {
  const ran = runText(rules, { name: '/dev/stdin', lines: text.split('\n') });
  const [problem] = ran.problems;
  assert(!problem, `the table of kube-network-policies does not load: ${problem?.message}`);
  return ran.rules;
}

/** Takes the table away. */
export function withoutQueueTable(rules: NftRuleset, table: string): NftRuleset {
  return {
    ...rules,
    tables: rules.tables.filter((each) => each.family !== 'inet' || each.name !== table),
  };
}

/** Commands for nft, one transaction. */
function queueTable({ table, queue, failOpen, dnsEarly, addresses }: TableOptions): string {
  const to = `queue${failOpen ? ' flags bypass' : ''} to ${queue}`;
  const both = ['ip saddr @podips-v4', 'ip daddr @podips-v4'];
  const both6 = ['ip6 saddr @podips-v6', 'ip6 daddr @podips-v6'];
  const queued = addresses ? [...both, ...both6].map((match) => `${match} ${to}`) : [to];
  const entering = addresses
    ? ['ip saddr @podips-v4', 'ip6 saddr @podips-v6'].map((match) => `${match} ct state new ${to}`)
    : [`ct state new ${to}`];
  const leaving = [
    ...(dnsEarly ? ['udp dport 53 accept'] : []),
    ...NEIGHBOURS.map((type) => `icmpv6 type ${type} accept`),
    'meta skuid 0 counter accept',
    `ct label ${LABEL} ct state established,related counter accept`,
    ...queued,
    `ct label set ${LABEL}`,
  ];
  const early = ['meta l4proto != udp accept', 'udp dport != 53 accept', ...queued];
  const chain = (name: string, hook: string, priority: string, lines: readonly string[]) =>
    `chain ${name} {\ntype filter hook ${hook} priority ${priority}; policy accept;\n` +
    `${lines.join('\n')}\n}\n`;
  return (
    `add table inet ${table}\ndelete table inet ${table}\ntable inet ${table} {\n` +
    (addresses ? setOf('podips-v4', addresses, false) + setOf('podips-v6', addresses, true) : '') +
    chain('postrouting', 'postrouting', 'srcnat - 5', leaving) +
    chain('input', 'input', '101', ['iifname "lo" accept', ...entering]) +
    (dnsEarly ? chain('prerouting', 'prerouting', 'dstnat + 5', early) : '') +
    '}\n'
  );
}

function setOf(name: string, addresses: readonly string[], inet6: boolean): string {
  const own = addresses.filter((address) => address.includes(':') === inet6);
  const elements = own.length > 0 ? `elements = { ${own.join(', ')} }\n` : '';
  return `set ${name} {\ntype ${inet6 ? 'ipv6_addr' : 'ipv4_addr'}\n${elements}}\n`;
}
