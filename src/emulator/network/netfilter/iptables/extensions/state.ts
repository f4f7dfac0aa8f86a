import type { ExtensionDefinition, Options, Test } from '../extension.ts';
import { not, option } from '../extension.ts';
import type { MatchPacket } from '../rules.ts';
import { only } from './values.ts';

/** Order in which libxt_conntrack prints states and statuses. */
export const STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'];

/** A list of names in upper case, put in order. */
export function readList(known: readonly string[], what: string) {
  return ([text = '']: readonly string[]) => {
    const wanted = text.toUpperCase().split(',');
    const bad = wanted.find((word) => !known.includes(word));
    if (bad !== undefined) {
      return { error: `Bad ${what} "${text.split(',')[wanted.indexOf(bad)]}"` };
    }
    return [known.filter((word) => wanted.includes(word)).join(',')];
  };
}

function inState(wanted: readonly string[], packet: MatchPacket): boolean {
  const { state, dnat, snat } = packet.connection;
  return (
    wanted.includes(state) || (dnat && wanted.includes('DNAT')) || (snat && wanted.includes('SNAT'))
  );
}

/** Whether the connection of a packet is in a state that an option names. */
export function stateTest(options: Options, flag: string): Test | undefined {
  const given = option(options, flag);
  if (!given) return undefined;
  const wanted = (given.values[0] as string).split(',');
  const invert = given.invert === true;
  return ({ packet }) => inState(wanted, packet) !== invert;
}

/** `-m state`, the older form of `-m conntrack --ctstate`. */
export const state: ExtensionDefinition = {
  name: 'state',
  kind: 'match',
  options: [
    {
      flag: '--state',
      values: 1,
      invertible: true,
      required: true,
      read: readList(STATES.slice(0, 5), 'state'),
    },
  ],
  list: ([given]) => `${given?.invert ? ' !' : ''} state ${given?.values[0]}`,
  test: (options) => stateTest(options, '--state') ?? (() => true),
};

/** `-m addrtype` (libipt_addrtype). */
const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
];

const readTypes = ([text = '']: readonly string[]) => {
  const wanted = text.toUpperCase().split(',');
  const bad = wanted.find((word) => !TYPES.includes(word));
  if (bad !== undefined)
    return { error: `addrtype: bad type "${text.split(',')[wanted.indexOf(bad)]}"` };
  return [TYPES.filter((word) => wanted.includes(word)).join(',')];
};

export const addrtype: ExtensionDefinition = {
  name: 'addrtype',
  kind: 'match',
  options: [
    { flag: '--src-type', values: 1, invertible: true, read: readTypes },
    { flag: '--dst-type', values: 1, invertible: true, read: readTypes },
    { flag: '--limit-iface-in', values: 0, excludes: ['--limit-iface-out'] },
    { flag: '--limit-iface-out', values: 0, excludes: ['--limit-iface-in'] },
  ],
  finish: (options) => {
    if (!option(options, '--src-type') && !option(options, '--dst-type')) {
      return { error: 'addrtype: you must specify --src-type or --dst-type' };
    }
    return only(options, ['--src-type', '--dst-type', '--limit-iface-in', '--limit-iface-out']);
  },
  refuses(options, _rule, hook) {
    const wrong = option(options, '--limit-iface-in')
      ? ['POSTROUTING', 'OUTPUT']
      : option(options, '--limit-iface-out')
        ? ['PREROUTING', 'INPUT']
        : [];
    return wrong.includes(hook ?? '') ? 'Invalid argument' : undefined;
  },
  list(options) {
    const part = (flag: string, word: string) => {
      const given = option(options, flag);
      return given ? ` ${word} ${not(given)}${given.values[0]}` : '';
    };
    const limit = ['--limit-iface-in', '--limit-iface-out']
      .filter((flag) => option(options, flag))
      .map((flag) => ` ${flag.slice(2).replace('limit-iface-', 'limit-')}`);
    const types = part('--src-type', 'src-type') + part('--dst-type', 'dst-type');
    return ` ADDRTYPE match${types}${limit.join('')}`;
  },
  test(options) {
    const source = option(options, '--src-type');
    const destination = option(options, '--dst-type');
    const types = (given: typeof source) => given?.values[0]?.split(',') ?? [];
    const [sourceTypes, destinationTypes] = [types(source), types(destination)];
    const limitIn = option(options, '--limit-iface-in') !== undefined;
    const limitOut = option(options, '--limit-iface-out') !== undefined;
    return ({ packet, context }) => {
      const device = limitIn ? packet.inInterface : limitOut ? packet.outInterface : undefined;
      const is = (address: string, wanted: readonly string[]) =>
        wanted.includes(context.addressType(address, device));
      if (source && is(packet.source, sourceTypes) === (source.invert === true)) return false;
      if (!destination) return true;
      return is(packet.destination, destinationTypes) !== (destination.invert === true);
    };
  },
};
