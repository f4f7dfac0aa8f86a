import type { ExtensionDefinition, Options, PrintNames, ReadNames } from '../extension.ts';
import { option, value } from '../extension.ts';
import { maskOf, parseNetwork, toAddress, toGroups, toNumber } from '../address.ts';

/** A port by its number or its service's name. */
function portOf(text: string, named: ReadNames['port']): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= 65_535 ? Number(text) : undefined;
  return text === '' ? undefined : named(text);
}

/** `--to-destination` and `--to-source`: `address[-address][:port[-port]]` or `:port[-port]`. */
function readTo(name: string, flag: string) {
  return ([text = '']: readonly string[], { family, port }: ReadNames) => {
    const [addresses, ports, more] = splitTo(text);
    if (more) return { error: `Bad IP address "${text}"` };
    const read = family === 'IPv6' ? toGroups : toNumber;
    for (const address of addresses === '' ? [] : addresses.split('-')) {
      if (read(address) === undefined) return { error: `Bad IP address "${address}"` };
    }
    if (ports !== undefined) {
      const [low = '', high = low] = (ports.split('/')[0] as string).split('-');
      const read = [low, high].map((each) => portOf(each, port));
      const bad = read.indexOf(undefined);
      if (bad >= 0) return { error: `Port \`${[low, high][bad]}' not valid` };
      if ((read[0] ?? 0) > (read[1] ?? 0)) return { error: `Port range \`${high}' funky` };
      // Names of services become numbers.
      if (/[a-z]/i.test(ports)) {
        return [`${text.slice(0, text.length - ports.length)}${[...new Set(read)].join('-')}`];
      }
    }
    if (addresses === '' && ports === undefined) {
      return { error: `${name}: option "${flag}" must be specified\n` };
    }
    return [text];
  };
}

/** Addresses and ports; with ports an IPv6 address stands in brackets. */
function splitTo(text: string): readonly [string, string | undefined, boolean] {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) return [bracketed[1] ?? '', bracketed[2], false];
  if (/:.*:/.test(text) && toGroups(text.split('-')[0] ?? '')) return [text, undefined, false];
  const [addresses = '', ports, ...more] = text.split(':');
  return [addresses, ports, more.length > 0];
}

const flagsOf = (options: Options, flags: readonly string[]) =>
  flags.filter((flag) => option(options, flag)).map((flag) => ({ flag, values: [] }));

const words = (options: Options, flags: readonly string[]) =>
  flags
    .filter((flag) => option(options, flag))
    .map((flag) => ` ${flag.slice(2)}`)
    .join('');

function parseTo(text: string) {
  const [addresses, ports] = splitTo(text);
  const [low, high = low] = (ports ?? '').split('-').map(Number);
  return {
    address: addresses.split('-')[0] as string,
    ...(ports === undefined ? {} : { ports: [low ?? 0, high ?? 0] as const }),
  };
}

function portOptionNeedsProtocol(text: string, protocol: string | undefined) {
  const fine = protocol !== undefined && ['tcp', 'udp', 'sctp', 'dccp', 'icmp'].includes(protocol);
  if (splitTo(text)[1] === undefined || fine) return undefined;
  return { error: 'Need TCP, UDP, SCTP or DCCP with port specification' };
}

function translate(
  name: 'DNAT' | 'SNAT',
  flag: string,
  extra: readonly string[],
): ExtensionDefinition {
  return {
    name,
    kind: 'target',
    tables: ['nat'],
    hooks: name === 'DNAT' ? ['PREROUTING', 'OUTPUT'] : ['POSTROUTING', 'INPUT'],
    options: [
      { flag, values: 1, read: readTo(name, flag) },
      ...extra.map((each) => ({ flag: each, values: 0 })),
    ],
    finish(options, protocol) {
      const to = options.filter((each) => each.flag === flag);
      if (to.length === 0) return { error: `${name}: option "${flag}" must be specified\n` };
      const wrong = portOptionNeedsProtocol(value(to, flag) as string, protocol);
      return wrong ?? [...to, ...flagsOf(options, extra)];
    },
    list: (options) => ` to:${value(options, flag)}${words(options, extra)}`,
    act(options) {
      const persistent = option(options, '--persistent') ? { persistent: true } : {};
      const verdict = { type: name, ...parseTo(value(options, flag) as string), ...persistent };
      return () => verdict;
    },
  };
}

/** `-j DNAT` and `-j SNAT`. */
export const DNAT = translate('DNAT', '--to-destination', ['--random', '--persistent']);
export const SNAT = translate('SNAT', '--to-source', [
  '--random',
  '--random-fully',
  '--persistent',
]);

function readPorts([text = '']: readonly string[], { port }: ReadNames) {
  const [low = '', high = low] = text.split('-');
  const read = [low, high].map((each) => portOf(each, port));
  const bad = read.indexOf(undefined);
  if (bad >= 0) return { error: `Port \`${[low, high][bad]}' not valid` };
  if ((read[0] ?? 0) > (read[1] ?? 0)) return { error: `Port range \`${high}' funky` };
  return [[...new Set(read)].join('-')];
}

function portsOf(options: Options): { ports?: readonly [number, number] } {
  const [low, high = low] = (value(options, '--to-ports') ?? '').split('-').map(Number);
  return option(options, '--to-ports') ? { ports: [low ?? 0, high ?? 0] } : {};
}

function toOwn(
  name: 'MASQUERADE' | 'REDIRECT',
  extra: readonly string[],
  show: (ports: string, names: PrintNames) => string,
) {
  return {
    name,
    kind: 'target',
    tables: ['nat'],
    hooks: name === 'MASQUERADE' ? ['POSTROUTING'] : ['PREROUTING', 'OUTPUT'],
    options: [
      { flag: '--to-ports', values: 1, read: readPorts },
      ...extra.map((each) => ({ flag: each, values: 0 })),
    ],
    finish(options, protocol) {
      const ports = options.filter((each) => each.flag === '--to-ports').slice(-1);
      const wrong = portOptionNeedsProtocol(ports.length > 0 ? ':' : '', protocol);
      return wrong ?? [...ports, ...flagsOf(options, extra)];
    },
    list(options, names) {
      const ports = value(options, '--to-ports');
      return (ports === undefined ? '' : show(ports, names)) + words(options, extra);
    },
    act(options) {
      const ports = portsOf(options);
      const randomFully = option(options, '--random-fully') !== undefined;
      if (name === 'REDIRECT') return () => ({ type: name, ...ports });
      return () => ({ type: name, randomFully, ...ports });
    },
  } satisfies ExtensionDefinition;
}

/** `-j MASQUERADE` and `-j REDIRECT`. */
export const MASQUERADE = toOwn(
  'MASQUERADE',
  ['--random', '--random-fully'],
  (ports) => ` masq ports: ${ports}`,
);
export const REDIRECT = toOwn('REDIRECT', ['--random'], (ports) => ` redir ports ${ports}`);

/** `-j NETMAP` (libxt_NETMAP): a network onto another one of the same size. */
export const NETMAP: ExtensionDefinition = {
  name: 'NETMAP',
  kind: 'target',
  tables: ['nat'],
  options: [
    {
      flag: '--to',
      values: 1,
      required: true,
      read: ([text = ''], { family }) => {
        const network = parseNetwork(text, family);
        if (!network) return { error: 'getaddrinfo: Temporary failure in name resolution\n' };
        return [`${network.address}/${network.prefix}`];
      },
    },
  ],
  list: ([given]) => ` to:${given?.values[0]}`,
  act: ([given]) => {
    const [network = '', prefix = '32'] = (given?.values[0] ?? '').split('/');
    const mask = maskOf(Number(prefix));
    return (walk) => {
      const source = walk.base === 'POSTROUTING' || walk.base === 'INPUT';
      const old = source ? walk.source : walk.destination;
      const address = toAddress(((old & ~mask) | ((toNumber(network) ?? 0) & mask)) >>> 0);
      return { type: source ? 'SNAT' : 'DNAT', address };
    };
  },
};
