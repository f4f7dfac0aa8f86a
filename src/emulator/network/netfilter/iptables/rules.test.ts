import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from './match.ts';
import { parse, parseOwn, restore } from './parse.ts';
import { print } from './print.ts';
import type { MatchContext, MatchPacket } from './rules.ts';
import { noRules } from './tables.ts';
import { runIptables, runRestore, type ToolHost } from './tool.ts';

const address = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((parts) => parts.join('.'));
const network = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([each, prefix]) => `${each}/${prefix}`);
const some = network.filter((each) => !each.endsWith('/0'));
const not = fc.constantFrom('', '! ');
const port = fc.integer({ min: 1, max: 65_535 });
const word = fc
  .stringMatching(/^[ -~]{1,20}$/)
  .map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);

const part = fc.oneof(
  network.map((each) => `-s ${each}`),
  some.map((each) => `! -s ${each}`),
  word.map((text) => `-m comment --comment ${text}`),
  fc
    .tuple(not, fc.integer({ min: 0, max: 0xffff }))
    .map(([n, bits]) => `-m mark ${n}--mark ${bits}/0xff`),
  fc
    .subarray(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'DNAT'], { minLength: 1 })
    .map((list) => `-m conntrack --ctstate ${list.join(',')}`),
  fc.tuple(not, port).map(([n, each]) => `-p tcp ${n}--dport ${each}`),
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((chance) => `-m statistic --mode random --probability ${chance.toFixed(9)}`),
  fc.constant('-m recent --name X --rcheck --seconds 10 --reap'),
  fc.constant('-m addrtype --dst-type LOCAL'),
);
const target = fc.constantFrom(
  '-j ACCEPT',
  '-j DROP',
  '-j RETURN',
  '-j USER',
  '-g USER',
  '-j MARK --or-mark 1',
  '-j LOG --log-prefix "x y"',
  '',
);
const rule = fc
  .tuple(
    fc.uniqueArray(part, {
      maxLength: 4,
      selector: (text) =>
        text.replace(/^! /, '').split(' ')[0] === '-m'
          ? text.split(' ')[1]
          : text.replace(/^! /, '').split(' ')[0],
    }),
    target,
  )
  .map(([parts, then]) => `-A INPUT ${[...parts, then].join(' ')}`);

describe('the rule language', () => {
  it('prints what it parses, and parses that to the same', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), (rules) => {
        const text = `*filter\n:USER - [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
        const first = parse(text);
        expect(first).toMatchObject({ ok: true });
        if (!first.ok) return;
        const printed = print(first.rules);
        const second = parse(printed);
        expect(second).toMatchObject({ ok: true });
        if (second.ok) expect(print(second.rules)).toBe(printed);
      }),
    );
  });

  it('brings rules into the form of the tool', () => {
    const text =
      '*nat\n-A POSTROUTING -m comment --comment "a b" -d 10.0.0.1 -p 6 --dport 80 ' +
      '-j MARK --or-mark 0x4000\n' +
      '-A OUTPUT -s 10.1.2.3/255.255.0.0 -m state --state ESTABLISHED,NEW -j ACCEPT\nCOMMIT\n';
    expect(
      print(parseOwn(text))
        .split('\n')
        .filter((line) => line.startsWith('-A')),
    ).toEqual([
      '-A OUTPUT -s 10.1.0.0/16 -m state --state NEW,ESTABLISHED -j ACCEPT',
      '-A POSTROUTING -d 10.0.0.1/32 -p tcp -m comment --comment "a b" -m tcp --dport 80 ' +
        '-j MARK --set-xmark 0x4000/0x4000',
    ]);
  });

  it('keeps chains that a restore does not change', () => {
    const before = parseOwn(
      '*nat\n:A - [0:0]\n:B - [0:0]\n-A A -j RETURN\n-A B -j RETURN\nCOMMIT\n',
    );
    const after = restore(before, '*nat\n:A - [0:0]\n-A A -j RETURN\n:B - [0:0]\nCOMMIT\n', {
      noflush: true,
    });
    const chain = (rules: typeof before, name: string) =>
      rules.tables[0]?.chains.find((each) => each.name === name);
    expect(after.ok && chain(after.rules, 'A') === chain(before, 'A')).toBe(true);
    expect(after.ok && chain(after.rules, 'B')?.rules).toEqual([]);
  });
});

const host: ToolHost = {
  backend: 'nf_tables',
  rules: noRules,
  counters: () => ({ policy: { packets: 0, bytes: 0 }, rules: [] }),
  hostName: () => undefined,
};
const hint = "Try `iptables -h' or 'iptables --help' for more information.\n";

describe('errors of iptables', () => {
  it.each([
    [
      '-t nosuch -L',
      3,
      "iptables v1.8.9 (nf_tables): table 'nosuch' does not exist\n" +
        'Perhaps iptables or your kernel needs to be upgraded.\n',
    ],
    [
      '-t nat -L NOSUCH -n',
      1,
      "iptables v1.8.9 (nf_tables): chain `NOSUCH' in table `nat' " +
        "is incompatible, use 'nft' tool.\n",
    ],
    ['-A NOSUCH -j ACCEPT', 1, 'iptables: No chain/target/match by that name.\n'],
    ['-D INPUT -j ACCEPT', 1, 'iptables: Bad rule (does a matching rule exist in that chain?).\n'],
    ['-D INPUT 3', 1, 'iptables: No chain/target/match by that name.\n'],
    [
      '-A INPUT --dport 80 -j ACCEPT',
      2,
      `iptables v1.8.9 (nf_tables): unknown option "--dport"\n${hint}`,
    ],
    [
      '-A INPUT -p foo',
      2,
      `iptables v1.8.9 (nf_tables): unknown protocol "foo" specified\n${hint}`,
    ],
    [
      '-A INPUT -j DNAT --to-destination 1.2.3.4',
      4,
      'iptables v1.8.9 (nf_tables):  RULE_APPEND failed (Invalid argument): rule in chain INPUT\n',
    ],
    ['-A OUTPUT -i eth0', 2, `iptables v1.8.9 (nf_tables): Can't use -i with OUTPUT\n\n${hint}`],
    ['-A INPUT -m socket', 2, 'iptables: -m socket is not modelled here\n'],
  ])('%s', (words, exit, stderr) => {
    expect(runIptables('iptables', words.split(' '), host)).toMatchObject({
      exit,
      stderr,
      stdout: '',
    });
  });

  it('iptables-restore tells the line', () => {
    const result = runRestore(
      'iptables-restore',
      [],
      '*filter\n-A INPUT -j NOSUCH\nCOMMIT\n',
      host,
    );
    expect(result).toMatchObject({
      exit: 2,
      stderr:
        "iptables-restore v1.8.9 (nf_tables): Chain 'NOSUCH' does not exist\n" +
        'Error occurred at line: 3\n' +
        "Try `iptables-restore -h' or 'iptables-restore --help' for more information.\n",
    });
  });

  it('a circle of jumps is refused', () => {
    const text = '*filter\n:A - [0:0]\n:B - [0:0]\n-A A -j B\n-A B -j A\n-A INPUT -j A\nCOMMIT\n';
    expect(runRestore('iptables-restore', [], text, host)).toMatchObject({ exit: 4 });
  });
});

const packet: MatchPacket = {
  source: '10.244.1.3',
  destination: '10.96.0.7',
  protocol: 'tcp',
  sourcePort: 40_000,
  destinationPort: 80,
  mark: 0,
  ttl: 64,
  size: 60,
  connection: { state: 'NEW', direction: 'ORIGINAL', dnat: false, snat: false, mark: 0 },
};
const context: MatchContext = {
  chance: () => 0.4,
  addressType: () => 'UNICAST',
  inSet: () => false,
  recent: () => undefined,
  limit: () => true,
};

describe('the way of a packet', () => {
  it('jumps, returns, marks and translates', () => {
    const rules = parseOwn(
      '*nat\n:SVC - [0:0]\n:SEP - [0:0]\n:MASQ - [0:0]\n' +
        '-A PREROUTING -d 10.96.0.7 -p tcp --dport 80 -j SVC\n' +
        '-A SVC ! -s 10.244.1.0/24 -j MASQ\n' +
        '-A SVC -m statistic --mode random --probability 0.3 -j RETURN\n' +
        '-A SVC -j SEP\n-A SEP -s 10.244.1.3 -j MASQ\n' +
        '-A SEP -p tcp -j DNAT --to-destination 10.244.2.2:8080\n' +
        '-A MASQ -j MARK --or-mark 0x4000\nCOMMIT\n',
    );
    const way = evaluate(rules, 'nat', 'PREROUTING', packet, context);
    expect(way?.verdict).toEqual({ type: 'DNAT', address: '10.244.2.2', ports: [8080, 8080] });
    expect(way?.by).toEqual({ table: 'nat', chain: 'SEP', index: 1 });
    expect(way?.mark).toBe(0x4000);
    expect(way?.hits.map(({ chain, index }) => `${chain}/${index}`)).toEqual([
      'PREROUTING/0',
      'SVC/2',
      'SEP/0',
      'MASQ/0',
      'SEP/1',
    ]);
  });

  it('takes next to no time among 5,000 Services', () => {
    const lines = Array.from(
      { length: 5000 },
      (_, i) => `-A SERVICES -d 10.${100 + (i >> 8)}.${i & 255}.1 -p tcp --dport 80 -j ACCEPT`,
    );
    const rules = parseOwn(
      `*nat\n:SERVICES - [0:0]\n-A PREROUTING -j SERVICES\n${lines.join('\n')}\nCOMMIT\n`,
    );
    const last = { ...packet, destination: '10.119.135.1' };
    const ask = () => evaluate(rules, 'nat', 'PREROUTING', last, context);
    expect(ask()?.by).toEqual({ table: 'nat', chain: 'SERVICES', index: 4999 });
    const start = performance.now();
    for (let i = 0; i < 1000; i++) ask();
    expect(performance.now() - start).toBeLessThan(200);
  });
});
