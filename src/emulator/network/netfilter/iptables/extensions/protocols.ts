// Matches about transport protocols that are seldom seen: ESP, AH, DCCP, and options of TCP.
import type { ExtensionDefinition, OptionDefinition } from '../extension.ts';
import { option } from '../extension.ts';
import { bang, only, uintRange } from './values.ts';
import { listPort, portOptions } from './ports.ts';

/** `-m esp` and `-m ah`: packets of these protocols are never on the way here. */
function security(name: 'esp' | 'ah'): ExtensionDefinition {
  const flag = `--${name}spi`;
  return {
    name,
    kind: 'match',
    protocol: [name],
    options: [{ flag, values: 1, invertible: true, read: uintRange(name, flag, 0xffffffff) }],
    list: ([given]) => {
      if (!given) return ` ${name}`;
      const [text = ''] = given.values;
      return ` ${name} spi${text.includes(':') ? 's' : ''}:${given.invert ? '!' : ''}${text}`;
    },
    test: () => () => false,
  };
}

export const esp = security('esp');
export const ah = security('ah');

const DCCP = ['REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET'];
const DCCP_TYPES = [...DCCP, 'SYNC', 'SYNCACK', 'INVALID'];

const types: OptionDefinition = {
  flag: '--dccp-types',
  values: 1,
  invertible: true,
  read: ([text = '']) => {
    const wanted = text.toUpperCase().split(',');
    const unknown = wanted.find((each) => !DCCP_TYPES.includes(each));
    return unknown === undefined
      ? [DCCP_TYPES.filter((each) => wanted.includes(each)).join(',')]
      : { error: `Unknown DCCP type \`${text.split(',')[wanted.indexOf(unknown)]}'` };
  },
};

/** `-m dccp` (libxt_dccp); nothing speaks it here. */
export const dccp: ExtensionDefinition = {
  name: 'dccp',
  kind: 'match',
  protocol: ['dccp'],
  options: [...portOptions, types],
  finish: (options) => only(options, ['--sport', '--dport', '--dccp-types']),
  list: (options, names, protocol) => {
    const given = option(options, '--dccp-types');
    const words = given?.values[0]?.split(',') ?? [];
    const shown = names.numeric ? words.map((each) => DCCP_TYPES.indexOf(each)) : words;
    return [
      ' dccp',
      listPort(options, '--sport', 'spt', names, protocol),
      listPort(options, '--dport', 'dpt', names, protocol),
      given ? `${bang(given)} ${shown.join(',')}` : '',
    ].join('');
  },
  test: () => () => false,
};

/** `-m tcpmss` (libxt_tcpmss): segments here carry no options. */
export const tcpmss: ExtensionDefinition = {
  name: 'tcpmss',
  kind: 'match',
  protocol: ['tcp'],
  options: [
    {
      flag: '--mss',
      values: 1,
      invertible: true,
      required: true,
      read: uintRange('tcpmss', '--mss', 65535),
    },
  ],
  list: ([given]) => ` tcpmss match ${given?.invert ? '!' : ''}${given?.values[0]}`,
  test:
    ([given]) =>
    () =>
      given?.invert === true,
};
