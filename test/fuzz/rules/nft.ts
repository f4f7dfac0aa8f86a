// Random tables in the language of nft.
import fc from 'fast-check';

const number = (max: number, min = 0) => fc.integer({ min, max });
const address = fc
  .tuple(number(223, 1), number(255), number(255), number(255))
  .map((parts) => parts.join('.'));
const port = number(65_535, 1).map(String);
const sign = fc.constantFrom('', '!= ');
const ask = (words: string, value: fc.Arbitrary<string>) =>
  fc.tuple(sign, value).map(([not, each]) => `${words} ${not}${each}`);

const conditions = [
  ask('ip saddr', address),
  ask('ip daddr', fc.constantFrom('@pods', '10.0.0.0/8', '{ 1.1.1.1, 2.2.2.0/24 }')),
  ask('tcp dport', fc.oneof(port, fc.constantFrom('{ 80, 443 }', '1000-2000', '< 1024'))),
  ask('iifname', fc.constantFrom('"eth0"', '"cni*"')),
  ask('meta mark', number(0xffff).map(String)),
  ask('ct state', fc.constantFrom('established,related', 'new', 'invalid')),
  ask('meta l4proto', fc.constantFrom('tcp', '{ tcp, udp }')),
  fc.constantFrom('tcp flags & (syn | ack) == syn', 'ip ttl > 5', 'fib daddr type local'),
  fc.constantFrom('ip protocol icmp', 'meta pkttype broadcast', 'ct mark & 0xff == 0x1'),
];
const actions = [
  fc.constantFrom(
    'counter',
    'limit rate 10/second burst 5 packets',
    'log prefix "x y "',
    'notrack',
  ),
  fc.constantFrom(
    'meta mark set 0x1',
    'ct mark set meta mark',
    'quota over 10 mbytes',
    'counter name "hits"',
  ),
  fc.constantFrom('update @seen { ip saddr timeout 1m }', 'meta mark set meta mark | 0x4000'),
];
const ends = fc.constantFrom(
  ...['accept', 'drop', 'return', 'jump other', 'goto other', 'reject', 'continue', ''],
  ...['reject with tcp reset', 'reject with icmp type host-prohibited', 'ip daddr vmap @where'],
);
const rule = fc
  .tuple(
    fc.array(fc.oneof(...conditions), { minLength: 1, maxLength: 2 }),
    fc.array(fc.oneof(...actions), { maxLength: 2 }),
    ends,
    fc.constantFrom('', '', ' comment "why"'),
  )
  .map(
    ([asked, done, end, comment]) => `${[...asked, ...done, end].join(' ').trimEnd()}${comment}`,
  );
const members = fc.uniqueArray(address, { minLength: 1, maxLength: 4 });

/** A table with sets, maps, objects and rules. */
export const tableText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(rule, { maxLength: 4 }),
    members,
    fc.constantFrom(
      'filter hook input priority filter; policy drop;',
      'filter hook forward priority 5;',
    ),
  )
  .map(([rules, elements, base]) =>
    [
      'table ip t {',
      '  counter hits { packets 5 bytes 600 }',
      '  set pods { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }',
      '  set seen { type ipv4_addr; size 100; flags dynamic,timeout; }',
      `  set some { type ipv4_addr; elements = { ${elements.join(', ')} }; }`,
      '  map where { type ipv4_addr : verdict; elements = { 1.1.1.1 : drop }; }',
      '  chain other { comment "for others"; }',
      `  chain c { type ${base}`,
      ...rules.map((each) => `    ${each}`),
      '  }',
      '}',
    ].join('\n'),
  );

/** Words of which some command lines make sense. */
export const nftWords: fc.Arbitrary<readonly string[]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'add delete list insert replace flush rename reset rule table chain set map element'.split(
        ' ',
      ),
      ...'ip inet t c other { } ; , : . @pods @where handle 4 -a -j -n -c -f index 0'.split(' '),
      ...'ip saddr daddr tcp dport 80 1.1.1.1 10.0.0.0/8 accept jump ct state new & | ( )'.split(
        ' ',
      ),
      ...'== != - type ipv4_addr hook input priority "x" * counter vmap log reject dnat to'.split(
        ' ',
      ),
      ...'limit rate 5/second quota over 1 mbytes masquerade redirect define = $x include'.split(
        ' ',
      ),
    ),
    fc.string({ maxLength: 4 }),
  ),
  { minLength: 1, maxLength: 12 },
);
