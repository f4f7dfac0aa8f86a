// Rules of iptables as nft 1.0.6 lists what iptables-nft 1.8.9 made of them.
import { describe, expect, it } from 'vitest';
import { parseOwn } from '../iptables/parse.ts';
import { printRuleset } from '../nftables/print.ts';
import { plainPrint } from '../nftables/print-expr.ts';
import { tablesOfIptables } from './tables.ts';

const filter: readonly (readonly [rule: string, listed: string])[] = [
  [
    '-s 10.0.0.0/8 ! -d 1.2.3.4 -j ACCEPT',
    'ip saddr 10.0.0.0/8 ip daddr != 1.2.3.4 counter accept',
  ],
  ['! -i eth+ ! -o lo -j DROP', 'iifname != "eth*" oifname != "lo" counter drop'],
  [
    '-p tcp -m tcp --sport 1000:2000 ! --dport 80 -j ACCEPT',
    'tcp sport 1000-2000 tcp dport != 80 counter accept',
  ],
  ['-p tcp -m tcp --tcp-flags SYN,RST SYN -j ACCEPT', 'tcp flags syn / syn,rst counter accept'],
  [
    '-p icmp -m icmp --icmp-type 8 -j ACCEPT',
    'meta l4proto icmp icmp type echo-request counter accept',
  ],
  ['-m comment --comment hello -j ACCEPT', ' counter accept'],
  [
    '-p tcp -m multiport ! --dports 80,443:500 -j ACCEPT',
    'meta l4proto tcp tcp dport != { 80, 443-500 } counter accept',
  ],
  ['-m conntrack ! --ctstate NEW,INVALID -j ACCEPT', 'ct state ! invalid,new counter accept'],
  ['-m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT', 'ct status dnat counter accept'],
  ['-m mark --mark 0x4000/0x4000 -j RETURN', 'meta mark & 0x00004000 == 0x00004000 counter return'],
  ['-m addrtype --dst-type LOCAL -j ACCEPT', 'fib daddr type local counter accept'],
  [
    '-m statistic --mode random --probability 0.5 -j ACCEPT',
    'meta random & 2147483647 < 1073741824 counter accept',
  ],
  [
    '-m limit --limit 10/minute --limit-burst 7 -j ACCEPT',
    'limit rate 10/minute burst 7 packets counter accept',
  ],
  ['-j MARK --set-xmark 0x4000/0x4000', 'counter meta mark set mark or 0x4000'],
  ['-j REJECT --reject-with icmp-port-unreachable', 'counter reject'],
  ['-p tcp -j REJECT --reject-with tcp-reset', 'meta l4proto tcp counter reject with tcp reset'],
  ['-j LOG --log-prefix "hi: " --log-level 4', 'counter log prefix "hi: "'],
];

const nat: readonly (readonly [rule: string, listed: string])[] = [
  ['-j MASQUERADE --random-fully', 'counter masquerade fully-random'],
  [
    '-p tcp -m tcp -j DNAT --to-destination 10.0.0.1:80',
    'meta l4proto tcp  counter dnat to 10.0.0.1:80',
  ],
  ['-p udp -j REDIRECT --to-ports 53', 'meta l4proto udp counter redirect to :53'],
  [
    '-d 10.96.0.10/32 -p udp -m udp --dport 53 -j RETURN',
    'ip daddr 10.96.0.10 udp dport 53 counter return',
  ],
];

const none = () => ({ policy: { packets: 0, bytes: 0 }, rules: [] });

function listed(table: string, rule: string): string | undefined {
  const rules = parseOwn(`*${table}\n:X - [0:0]\n-A X ${rule}\nCOMMIT\n`);
  const tables = tablesOfIptables(rules, 'ip', none, 1);
  const text = printRuleset({ tables }, plainPrint);
  return text.split('\n')[2]?.slice(2).replace('counter packets 0 bytes 0', 'counter');
}

describe('rules of iptables', () => {
  it.each(filter)('%s', (rule, expected) => {
    expect(listed('filter', rule)).toBe(expected);
  });

  it.each(nat)('%s', (rule, expected) => {
    expect(listed('nat', rule)).toBe(expected);
  });
});
