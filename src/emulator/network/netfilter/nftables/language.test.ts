// What nft reads, prints and says, as nft 1.0.6 does.
import { describe, expect, it } from 'vitest';
import { noTables, type NftRuleset } from './ast.ts';
import { runText } from './parse.ts';
import { nothingLive, printRuleset } from './print.ts';
import { plainPrint } from './print-expr.ts';
import { runNft } from './tool.ts';

function load(text: string, rules: NftRuleset = noTables): NftRuleset {
  const ran = runText(rules, { name: 'test', lines: text.split('\n') });
  expect(ran.problems).toEqual([]);
  return ran.rules;
}

const print = (rules: NftRuleset) => printRuleset(rules, plainPrint);

function nft(rules: NftRuleset, ...words: string[]) {
  return runNft(words, {
    rules,
    live: nothingLive,
    isForeign: () => false,
    read: () => undefined,
    device: (word) => (word === 'lo' || word === '1' ? 'lo' : undefined),
    input: '',
    pid: 7,
    now: 0,
  });
}

/** Rules as they are typed, and as they are listed. */
const listed: readonly (readonly [typed: string, printed?: string])[] = [
  ['tcp dport 80 counter accept', 'tcp dport 80 counter packets 0 bytes 0 accept'],
  ['ip protocol tcp tcp dport 22 accept', 'tcp dport 22 accept'],
  ['meta l4proto tcp th dport 80 accept', 'tcp dport 80 accept'],
  ['meta l4proto { udp, tcp } th dport 53 accept', 'meta l4proto { tcp, udp } th dport 53 accept'],
  [
    'ip daddr { 10.0.0.1, 10.0.0.0/8, 1.1.1.1-1.1.1.9 } drop',
    'ip daddr { 1.1.1.1-1.1.1.9, 10.0.0.0/8 } drop',
  ],
  ['queue', 'queue to 0'],
  ['tcp dport 80 queue num 4-5 fanout bypass', 'tcp dport 80 queue flags bypass,fanout to 4-5'],
  ['ct label 28 queue flags bypass to 98'],
  ['ip daddr { 172.30.0.0/16 } drop', 'ip daddr 172.30.0.0/16 drop'],
  ['ct state new,established accept', 'ct state established,new accept'],
  [
    'ct state vmap { established : accept, invalid : drop }',
    'ct state vmap { invalid : drop, established : accept }',
  ],
  ['tcp flags & (fin|syn|rst|ack) == syn drop', 'tcp flags syn / fin,syn,rst,ack drop'],
  ['mark set mark or 0x4000', 'meta mark set meta mark | 0x00004000'],
  ['mark and 0x4000 != 0 return', 'meta mark & 0x00004000 != 0x00000000 return'],
  ['iif lo oifname "veth*" accept', 'iif "lo" oifname "veth*" accept'],
  ['limit rate 10 mbytes/second burst 1 mbytes drop'],
  ['log prefix "hi: " level info flags all'],
  ['reject with icmp type host-unreachable', 'reject with icmp host-unreachable'],
  ['fib saddr . iif oif missing drop'],
  [
    'ip saddr . tcp dport vmap { 1.1.1.1 . 80 : accept, 2.2.2.2 . 22 : drop }',
    'ip saddr . tcp dport vmap { 2.2.2.2 . 22 : drop, 1.1.1.1 . 80 : accept }',
  ],
  ['ip saddr & 255.255.255.0 == 1.2.3.0 accept', 'ip saddr 1.2.3.0/24 accept'],
  [
    'meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : ' +
      '10.0.0.1 . 80 , 1 : 10.0.0.2 . 80 }',
    'meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 80 }',
  ],
  ['ip saddr 1.1.1.1 masquerade fully-random comment "out"'],
];

describe('rules', () => {
  it.each(listed)('%s', (typed, printed = typed) => {
    const rules = load(`table ip t {\n\tchain c {\n\t\t${typed}\n\t}\n}\n`);
    const text = print(rules);
    expect(text).toBe(`table ip t {\n\tchain c {\n\t\t${printed}\n\t}\n}\n`);
    expect(print(load(text))).toBe(text);
  });

  it('take handles as the kernel gives them, sets without a name included', () => {
    const rules = load(
      'add table ip t\nadd chain ip t c\nadd rule ip t c tcp dport { 22, 80 } drop\n',
    );
    expect(nft(rules, '-a', 'list', 'chain', 'ip', 't', 'c').stdout).toContain('drop # handle 3');
  });
});

/** Commands that fail, and what nft says of them. */
const failing: readonly (readonly [command: string, error: string])[] = [
  [
    'list table ip nosuch',
    'Error: No such file or directory\nlist table ip nosuch\n              ^^^^^^\n',
  ],
  [
    'add rule ip t nosuch accept',
    'Error: Could not process rule: No such file or directory\n' +
      'add rule ip t nosuch accept\n              ^^^^^^\n',
  ],
  [
    'add rule ip t c foo',
    'Error: syntax error, unexpected newline\nadd rule ip t c foo\n                   ^\n',
  ],
  [
    'add rule ip t c ip saddr 1.2.3.4/33',
    'Error: Prefix length 33 is invalid for type of 32 bits width\n' +
      'add rule ip t c ip saddr 1.2.3.4/33\n                         ^^^^^^^^^^\n',
  ],
  [
    'add rule ip t c ip saddr 1.1.1.1 accept drop',
    'Error: Statement after terminal statement has no effect\n' +
      'add rule ip t c ip saddr 1.1.1.1 accept drop\n' +
      '                                 ~~~~~~ ^^^^\n',
  ],
  [
    'delete rule ip t c',
    'Error: syntax error, unexpected newline, expecting handle\n' +
      'delete rule ip t c\n                  ^\n',
  ],
  [
    'add rule ip t c iif nosuch',
    'Error: Interface does not exist\nadd rule ip t c iif nosuch\n                    ^^^^^^\n',
  ],
];

const UNSUPPORTED = 'Could not process rule: Operation not supported';

describe('errors', () => {
  const rules = load('add table ip t\nadd chain ip t c\n');
  it.each(failing)('%s', (command, error) => {
    const result = nft(rules, ...command.split(' '));
    expect(result).toEqual({ stdout: '', stderr: error, exit: 1 });
  });

  it('leave nothing of a transaction behind', () => {
    const ran = runText(rules, { lines: ['add table ip other', 'add rule ip t c jump nosuch'] });
    expect(ran.problems).toHaveLength(1);
    expect(ran.rules).toBe(rules);
  });

  it('tells which rule makes chains come to what their hook does not take', () => {
    const lines = [
      'table ip t {',
      '  chain nat { snat to 1.2.3.4; }',
      '  chain c {',
      '    type nat hook prerouting priority 0;',
      '    tcp dport 81 jump nat',
      '  }',
      '}',
    ];
    const { problems } = runText(noTables, { lines });
    expect(problems).toMatchObject([{ message: UNSUPPORTED, at: { line: 5, first: 5, last: 25 } }]);
  });

  it('counts how deep chains call one another', () => {
    const chains = Array.from({ length: 17 }, (_, i) => `add chain ip t n${i}`);
    const jumps = chains.slice(1).map((_, i) => `add rule ip t n${i} jump n${i + 1}`);
    const base = 'add chain ip t c { type filter hook input priority 0; }';
    const deep = load(['add table ip t', base, ...chains, ...jumps, ''].join('\n'));
    expect(nft(deep, 'add', 'rule', 'ip', 't', 'c', 'jump', 'n2').exit).toBe(0);
    const { stderr } = nft(deep, 'add', 'rule', 'ip', 't', 'c', 'jump', 'n1');
    expect(stderr.split('\n')[0]).toBe('Error: Could not process rule: Too many links');
  });
});
