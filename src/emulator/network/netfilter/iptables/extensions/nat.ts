import type { ExtensionDefinition, Options, PrintNames } from '../extension.ts';
import { option, value } from '../extension.ts';
import { toGroups, toNumber, type Family } from '../address.ts';

/** `--to-destination` and `--to-source`: `address[-address][:port[-port]]` or `:port[-port]`. */
function readTo(name: string, flag: string) {
  return ([text = '']: readonly string[], { family }: { readonly family: Family }) => {
    const [addresses, ports, more] = splitTo(text);
    if (more) return { error: `Bad IP address "${text}"` };
    const read = family === 'IPv6' ? toGroups : toNumber;
    for (const address of addresses === '' ? [] : addresses.split('-')) {
      if (read(address) === undefined) return { error: `Bad IP address "${address}"` };
    }
    if (ports !== undefined) {
      const [low = '', high = low] = (ports.split('/')[0] as string).split('-');
      const ok = (port: string) => /^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535;
      if (!ok(low)) return { error: `Port \`${low}' not valid` };
      if (!ok(high)) return { error: `Port \`${high}' not valid` };
      if (Number(low) > Number(high)) return { error: `Port range \`${ports}' funky` };
    }
    if (addresses === '' && ports === undefined) {
      return { error: `${name}: option "${flag}" must be specified` };
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
      if (to.length === 0) return { error: `${name}: option "${flag}" must be specified` };
      if (to.length > 1) {
        return { error: `${name}: option "${flag}" cannot be used more than once.` };
      }
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

function readPorts([text = '']: readonly string[]) {
  const [low = '', high = low] = text.split('-');
  const ok = (port: string) => /^\d+$/.test(port) && Number(port) <= 65535;
  if (!ok(low) || !ok(high) || Number(low) > Number(high)) {
    return { error: `Port range \`${text}' funky` };
  }
  return [text];
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
