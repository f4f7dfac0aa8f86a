// Random rules in the words that people type for iptables.
import fc from 'fast-check';

const number = (max: number, min = 0) => fc.integer({ min, max });
const address = fc
  .tuple(number(223, 1), number(255), number(255), number(255))
  .map((parts) => parts.join('.'));
const network = fc.tuple(address, number(32, 1)).map(([each, prefix]) => `${each}/${prefix}`);
const not = fc.constantFrom('', '', '! ');
const port = number(65_535, 1);
const hex = number(0xffffffff).map((each) => `0x${each.toString(16)}`);
const list = <T>(each: fc.Arbitrary<T>, most = 5) =>
  fc.uniqueArray(each, { minLength: 1, maxLength: most }).map((all) => all.join(','));
const some = (...words: readonly string[]) => list(fc.constantFrom(...words));
/** A word in the quotes of iptables-restore. */
const quoted = (max: number) =>
  fc
    .stringMatching(new RegExp(`^[ -~]{1,${max}}$`))
    .map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
const inverted = (words: string, value: fc.Arbitrary<unknown>) =>
  fc.tuple(not, value).map(([sign, each]) => `${sign}${words} ${each}`);
const match = (name: string, option: string, value: fc.Arbitrary<unknown>) =>
  inverted(option, value).map((text) => `-m ${name} ${text}`);
const plain = (words: string, value: fc.Arbitrary<unknown>) =>
  value.map((each) => `${words} ${each}`);
const rate = fc
  .tuple(number(1000, 1), fc.constantFrom('second', 'minute', 'hour', 'day'))
  .map(([count, unit]) => `${count}/${unit}`);
const range = fc.tuple(number(400, 1), number(65_535, 401)).map(([a, b]) => `${a}:${b}`);

/** Conditions by the name that a rule has once at most. */
const conditions: Readonly<Record<string, fc.Arbitrary<string>>> = {
  source: inverted('-s', network),
  destination: inverted('-d', fc.oneof(address, network)),
  device: inverted('-i', fc.constantFrom('eth0', 'cni+', 'lo')),
  addrtype: match('addrtype', '--dst-type', some('LOCAL', 'UNICAST', 'BROADCAST')),
  comment: plain('-m comment --comment', quoted(30)),
  connbytes: match('connbytes', '--connbytes', range).map(
    (text) => `${text} --connbytes-dir both --connbytes-mode bytes`,
  ),
  connlimit: match('connlimit', '--connlimit-above', number(100)),
  connmark: match('connmark', '--mark', hex),
  conntrack: match('conntrack', '--ctstate', some('NEW', 'ESTABLISHED', 'RELATED', 'DNAT')),
  dscp: match('dscp', '--dscp', number(63)),
  hashlimit: fc
    .tuple(rate, some('srcip', 'dstip', 'srcport'), number(20, 1))
    .map(
      ([each, mode, burst]) =>
        `-m hashlimit --hashlimit-upto ${each} --hashlimit-mode ${mode} ` +
        `--hashlimit-name x --hashlimit-burst ${burst}`,
    ),
  iprange: match(
    'iprange',
    '--src-range',
    fc.tuple(address, address).map(([a, b]) => `${a}-${b}`),
  ),
  length: match('length', '--length', range),
  limit: fc
    .tuple(rate, number(100))
    .map(([each, burst]) => `-m limit --limit ${each} --limit-burst ${burst}`),
  mac: match('mac', '--mac-source', fc.constantFrom('02:00:00:00:00:01', 'aa:BB:0:1:2:3')),
  mark: match('mark', '--mark', fc.oneof(hex, plain('0x1/0xff', fc.constant('')))),
  pkttype: match('pkttype', '--pkt-type', fc.constantFrom('unicast', 'broadcast')),
  recent: fc.constantFrom(
    '-m recent --set --name a',
    '-m recent --rcheck --seconds 60 --hitcount 3 --name a',
    '-m recent --update --seconds 10 --reap --name b --rdest',
  ),
  statistic: fc.oneof(
    number(1000).map((each) => `-m statistic --mode random --probability ${each / 1000}`),
    number(9, 2).map((each) => `-m statistic --mode nth --every ${each} --packet ${each - 1}`),
  ),
  string: plain('-m string --algo bm --string', quoted(12)),
  time: fc.constantFrom(
    '-m time --timestart 09:00 --timestop 18:00 --weekdays Mon,Tue',
    '-m time --monthdays 1,15 --datestart 2024-01-01',
  ),
  tos: match('tos', '--tos', fc.constantFrom('0x10', 'Minimize-Cost', '0x4/0xc')),
  ttl: match('ttl', '--ttl-eq', number(255)),
  u32: fc.constantFrom('-m u32 --u32 "6&0xFF=1"', '-m u32 --u32 "0>>22&0x3C@4=1:5,9"'),
};

const protocols: readonly fc.Arbitrary<string>[] = [
  fc.tuple(not, port).map(([sign, each]) => `-p tcp ${sign}--dport ${each}`),
  plain('-p tcp --sport 1024: --dport', range),
  plain('-p udp --dport', port),
  inverted('-p tcp --tcp-flags', fc.constant('SYN,RST SYN')).map((text) =>
    text.startsWith('! ') ? text.replace('! -p tcp ', '-p tcp ! ') : text,
  ),
  plain('-p tcp -m multiport --dports', list(port)),
  plain('-p icmp --icmp-type', fc.constantFrom('8', '3/4', 'echo-reply')),
  plain('-p', fc.constantFrom('sctp', '47', 'esp', '200')),
];

/** Targets by the table that takes them. */
const targets: Readonly<Record<string, readonly fc.Arbitrary<string>[]>> = {
  filter: [
    fc.constantFrom('', '-j ACCEPT', '-j DROP', '-j RETURN', '-j USER', '-g USER'),
    plain('-j LOG --log-level debug --log-prefix', quoted(29)),
    plain('-j NFLOG --nflog-group', number(65_535)),
    plain(
      '-j REJECT --reject-with',
      fc.constantFrom('icmp-host-prohibited', 'icmp-port-unreachable'),
    ),
    fc.constantFrom('-j NFQUEUE --queue-num 3 --queue-bypass', '-j AUDIT --type drop'),
  ],
  mangle: [
    plain('-j MARK --set-mark', hex),
    plain(
      '-j MARK --set-xmark',
      fc.tuple(hex, hex).map((pair) => pair.join('/')),
    ),
    fc.constantFrom('-j CONNMARK --save-mark', '-j CONNMARK --restore-mark --mask 0xff'),
    plain('-j DSCP --set-dscp', number(63)),
    plain('-j TTL --ttl-set', number(255)),
    plain('-j TOS --set-tos', number(255)),
    fc.constantFrom('-j USER', '-j CHECKSUM --checksum-fill', '-j CLASSIFY --set-class 1:10'),
  ],
  nat: [
    fc.tuple(address, port).map(([to, own]) => `-p tcp -j DNAT --to-destination ${to}:${own}`),
    plain('-j DNAT --random --persistent --to-destination', address),
    plain('-p udp -j REDIRECT --to-ports', port),
    plain('-j NETMAP --to', network),
    fc.constant('-j USER'),
  ],
};

const CHAINS = { filter: 'INPUT', mangle: 'PREROUTING', nat: 'PREROUTING' } as const;
type Name = keyof typeof CHAINS;

function ruleOf(table: Name): fc.Arbitrary<string> {
  const names = fc.uniqueArray(fc.constantFrom(...Object.keys(conditions)), { maxLength: 4 });
  const words = names.chain((chosen) =>
    fc.tuple(...chosen.map((name) => conditions[name] as fc.Arbitrary<string>)),
  );
  const target = fc.oneof(...(targets[table] ?? []));
  return fc
    .tuple(fc.option(fc.oneof(...protocols)), words, target, fc.constantFrom(CHAINS[table], 'USER'))
    .map(([protocol, parts, then, chain]) => {
      const named = then.startsWith('-p') ? [] : protocol === null ? [] : [protocol];
      // What the target's own chain would lead to must not lead back.
      const safe = chain === 'USER' && /USER/.test(then) ? '-j RETURN' : then;
      return [`-A ${chain}`, ...named, ...parts, safe].join(' ').trimEnd();
    });
}

/** A text for `iptables-restore`: one table with a chain of the user's. */
export const restoreText: fc.Arbitrary<string> = fc
  .constantFrom<Name>('filter', 'mangle', 'nat')
  .chain((table) =>
    fc
      .tuple(
        fc.array(ruleOf(table), { maxLength: 6 }),
        table === 'nat' ? fc.constant('ACCEPT') : fc.constantFrom('ACCEPT', 'DROP'),
      )
      .map(([rules, policy]) =>
        [
          `*${table}`,
          `:${CHAINS[table]} ${policy} [0:0]`,
          ':USER - [0:0]',
          ...rules,
          'COMMIT',
          '',
        ].join('\n'),
      ),
  );

/** Words of which some command lines make sense. */
export const words: fc.Arbitrary<readonly string[]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'-A -I -D -R -C -L -S -F -N -X -P -E -Z -t -s -d -p -i -o -m -j -g -n -v -x -c ! -f'.split(
        ' ',
      ),
      ...'INPUT FORWARD USER filter nat mangle tcp udp icmp ACCEPT DROP DNAT MARK LOG'.split(' '),
      ...'--dport --sport --to --to-destination --set-mark --state --mark --limit --name'.split(
        ' ',
      ),
      ...'comment mark state conntrack multiport recent hashlimit time u32 string set'.split(' '),
      ...'80 22:25 1.1.1.1 10.0.0.0/8 ::1 0x1/0xff NEW 5/min eth0 1 -1 99999 = , /'.split(' '),
      ...'--u32 --string --algo bm --timestart 25:00 --hashlimit 10/s --every --mode nth'.split(
        ' ',
      ),
    ),
    fc.string({ maxLength: 6 }),
  ),
  { maxLength: 9 },
);
