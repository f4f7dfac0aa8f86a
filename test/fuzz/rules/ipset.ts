// Random sets and their elements, in the words of ipset.
import fc from 'fast-check';

const number = (max: number, min = 0) => fc.integer({ min, max });
const address = fc.tuple(number(255), number(255)).map(([a, b]) => `10.0.${a}.${b}`);
const network = fc
  .tuple(number(255), number(255), number(30, 8))
  .map(([a, b, length]) => `10.${a}.${b}.0/${length}`);
const port = fc.oneof(
  number(65_535, 1).map(String),
  number(65_535, 1).map((each) => `udp:${each}`),
  fc.constantFrom('tcp:http', 'icmp:echo-request', 'sctp:9'),
);
const device = fc.constantFrom('eth0', 'cni0', 'lo');
const mac = number(255).map((each) => `02:00:00:00:00:${each.toString(16).padStart(2, '0')}`);
const joined = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((each) => each.join(','));

const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'hash:ip': address,
  'hash:net': network,
  'hash:ip,port': joined(address, port),
  'hash:net,port': joined(network, port),
  'hash:ip,port,ip': joined(address, port, address),
  'hash:ip,port,net': joined(address, port, network),
  'hash:net,net': joined(network, network),
  'hash:net,iface': joined(network, device),
  'hash:ip,mark': joined(address, number(0xffff).map(String)),
  'hash:mac': mac,
  'bitmap:ip range 10.0.0.0/16': address,
  'bitmap:port range 0-65535': number(65_535).map(String),
};

const extras: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['', fc.constant('')],
  ['counters', fc.constantFrom('', ' packets 5 bytes 600')],
  ['comment', fc.constantFrom('', ' comment "a b"', ' comment x')],
];

const setOf = (name: string): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(fc.constantFrom(...Object.keys(kinds)), fc.constantFrom(...extras))
    .chain(([kind, [option, extra]]) =>
      fc
        .array(fc.tuple(kinds[kind] as fc.Arbitrary<string>, extra), { maxLength: 12 })
        .map((elements) => [
          `create ${name} ${kind} ${option}`.trimEnd(),
          ...elements.map(([element, words]) => `add ${name} ${element}${words} -exist`),
        ]),
    );

/** Lines for ipset that make a few sets. */
export const setLines: fc.Arbitrary<readonly string[]> = fc
  .tuple(setOf('a'), setOf('b'))
  .map(([a, b]) => [...a, ...b, 'create both list:set', 'add both b', 'add both a']);

/** Words of which some command lines make sense. */
export const setWords: fc.Arbitrary<readonly string[]> = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'create add del test list save restore flush destroy rename swap -exist -o -n -t'.split(
        ' ',
      ),
      ...'a b both hash:ip hash:net hash:ip,port bitmap:port list:set range timeout'.split(' '),
      ...'10.0.0.1 10.0.0.0/8 10.0.0.1,80 1-5 0 99999999 comment packets netmask 33 xml'.split(' '),
    ),
    fc.string({ maxLength: 5 }),
  ),
  { maxLength: 8 },
);
