// What nft lists, it reads again, and then lists the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTables } from './ast.ts';
import { runText } from './parse.ts';
import { nothingLive, printRuleset } from './print.ts';
import { plainPrint } from './print-expr.ts';
import { runNft } from './tool.ts';

const address = fc
  .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((parts) => parts.join('.'));
const network = fc
  .tuple(address, fc.integer({ min: 1, max: 32 }))
  .map(([each, prefix]) => `${each}/${prefix}`);
const port = fc.integer({ min: 1, max: 65_535 }).map(String);
const ports = fc
  .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1000, max: 65_535 }))
  .map(([first, last]) => `${first}-${last}`);
const device = fc.constantFrom('eth0', 'lo', '"veth*"');
const relation = fc.constantFrom('', '!= ');
const bits = fc.integer({ min: 1, max: 0xffff });

const oneOf = (each: fc.Arbitrary<string>) =>
  fc.uniqueArray(each, { minLength: 1, maxLength: 5 }).map((list) => `{ ${list.join(', ')} }`);
const behind = (words: string, value: fc.Arbitrary<string>) =>
  fc.tuple(relation, value).map(([not, each]) => `${words} ${not}${each}`);

const match = fc.oneof(
  behind('ip saddr', fc.oneof(address, network, oneOf(fc.oneof(address, network)))),
  behind('ip daddr', fc.oneof(address, network, fc.constant('@pods'))),
  behind('tcp dport', fc.oneof(port, ports, oneOf(fc.oneof(port, ports)))),
  behind('udp sport', fc.oneof(port, oneOf(port))),
  behind('iifname', fc.oneof(device, oneOf(fc.constantFrom('eth0', 'eth1')))),
  behind('meta mark', bits.map(String)),
  bits.map((each) => `meta mark & ${each} == ${each}`),
  behind('ct state', fc.constantFrom('new', 'established,related', '{ new, invalid }')),
  behind('meta l4proto', fc.constantFrom('tcp', '{ tcp, udp, sctp }', '17')),
  behind('ip ttl', fc.integer({ min: 1, max: 255 }).map(String)),
  behind('icmp type', fc.constantFrom('echo-request', '{ 8, 0 }', 'router-advertisement')),
  behind('fib daddr type', fc.constantFrom('local', '{ local, broadcast }')),
  fc.tuple(address, port).map(([each, own]) => `ip daddr . tcp dport { ${each} . ${own} }`),
);
const action = fc.oneof(
  fc.constantFrom(
    'counter',
    'log prefix "a b: " level debug',
    'limit rate over 5/minute',
    'notrack',
  ),
  bits.map((each) => `meta mark set meta mark or ${each}`),
  bits.map((each) => `ct mark set ${each}`),
  fc.constant('add @seen { ip saddr timeout 1m counter }'),
);
const end = fc.oneof(
  fc.constantFrom('accept', 'drop', 'return', 'jump other', 'goto other', 'reject', ''),
  port.map((own) => `tcp dport vmap { ${own} : drop, 0 : jump other }`),
  fc.constantFrom('comment "why not"', 'reject with tcp reset', 'ip saddr vmap @where'),
);
const rule = fc
  .tuple(fc.array(match, { minLength: 1, maxLength: 3 }), fc.array(action, { maxLength: 2 }), end)
  .map(([matches, actions, last]) => [...matches, ...actions, last].join(' '));

/** Overlapping elements become one, and nft reads a set of one as that one. */
const withoutSingles = (text: string) => text.replaceAll(/\{ ([^,{}:]+) \}/g, '$1');

const table = (rules: readonly string[]) => [
  'table ip t {',
  '  set pods { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 1.1.1.1 }; }',
  '  set seen { type ipv4_addr; size 100; flags dynamic,timeout; }',
  '  map where { type ipv4_addr : verdict; elements = { 1.1.1.1 : drop, 2.2.2.2 : jump other }; }',
  '  chain other { comment "for others"; }',
  '  chain c {',
  '    type filter hook prerouting priority mangle + 5; policy drop;',
  ...rules.map((each) => `    ${each}`),
  '  }',
  '}',
];

describe('rules', () => {
  it('are read again as they are listed', () => {
    let taken = 0;
    const property = fc.property(fc.array(rule, { maxLength: 4 }), (rules) => {
      const first = runText(noTables, { name: 'typed', lines: table(rules) });
      // What contradicts itself is refused: `tcp dport 80 udp sport 53`, overlapping intervals.
      if (first.problems.length > 0) return;
      taken += 1;
      const text = printRuleset(first.rules, plainPrint);
      const again = runText(noTables, { name: 'listed', lines: text.split('\n') });
      expect(again.problems).toEqual([]);
      expect(withoutSingles(printRuleset(again.rules, plainPrint))).toBe(withoutSingles(text));
    });
    fc.assert(property, { seed: 7, numRuns: 400 });
    expect(taken).toBeGreaterThan(100);
  });

  it('never make the tool fail by an exception, whatever is typed', () => {
    const words = fc.constantFrom(
      ...'add delete list flush rule table chain set map element ip t c { } ; , : . @pods'.split(
        ' ',
      ),
      ...'ip saddr daddr tcp dport 80 1.1.1.1 10.0.0.0/8 accept jump ct state new & | ( )'.split(
        ' ',
      ),
      ...'== != - handle 4 type ipv4_addr hook input priority "x" * counter vmap'.split(' '),
    );
    const { rules } = runText(noTables, { lines: table([]) });
    const property = fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), (line) => {
      const result = runNft(line, {
        rules,
        live: nothingLive,
        isForeign: () => false,
        read: () => undefined,
        device: () => undefined,
        input: '',
        pid: 1,
        now: 0,
      });
      expect(result.exit === 0).toBe(result.stderr === '');
    });
    fc.assert(property, { seed: 7, numRuns: 2000 });
  });
});
