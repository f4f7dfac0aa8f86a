// Targets that change a packet, and go on with the next rule.
import type { ExtensionDefinition, Options } from '../extension.ts';
import { option, readNumber } from '../extension.ts';
import { toNumber } from '../address.ts';
import { badValue, uint } from './values.ts';

/** `-j TCPMSS` (libxt_TCPMSS). Segments here carry no options, so that none is changed. */
export const TCPMSS: ExtensionDefinition = {
  name: 'TCPMSS',
  kind: 'target',
  options: [
    {
      flag: '--set-mss',
      values: 1,
      // Both may be given: the later one counts.
      read: uint('TCPMSS', '--set-mss', 65_515),
    },
    { flag: '--clamp-mss-to-pmtu', values: 0 },
  ],
  finish: (options) =>
    options.length === 0
      ? { error: 'TCPMSS target: At least one parameter is required' }
      : options.slice(-1),
  protocol: ['tcp'],
  refuses: ([given], _rule, hook) =>
    given?.flag === '--clamp-mss-to-pmtu' && ['PREROUTING', 'INPUT'].includes(hook ?? '')
      ? 'Invalid argument'
      : undefined,
  list: ([given]) =>
    given?.flag === '--set-mss' ? ` TCPMSS set ${given.values[0]}` : ' TCPMSS clamp to PMTU',
  act: () => () => undefined,
};

const ttlFlags = ['--ttl-set', '--ttl-dec', '--ttl-inc'];
const ttlWords: Readonly<Record<string, string>> = {
  '--ttl-set': 'set to',
  '--ttl-dec': 'decrement by',
  '--ttl-inc': 'increment by',
};

/** `-j TTL` (libipt_TTL). */
export const TTL: ExtensionDefinition = {
  name: 'TTL',
  kind: 'target',
  family: 'IPv4',
  tables: ['mangle'],
  options: ttlFlags.map((flag) => ({
    flag,
    values: 1,
    read: uint('TTL', flag, 255, flag === '--ttl-set' ? 0 : 1),
    excludes: ttlFlags.filter((other) => other !== flag),
  })),
  finish: (options) =>
    options.length === 0 ? { error: 'TTL: You must specify an action' } : options,
  list: ([given]) => ` TTL ${ttlWords[given?.flag ?? '']} ${given?.values[0]}`,
  act: ([given]) => {
    const by = Number(given?.values[0]);
    return (walk) => {
      const old = walk.ttl ?? walk.packet.ttl;
      const wanted =
        given?.flag === '--ttl-set' ? by : given?.flag === '--ttl-inc' ? old + by : old - by;
      walk.ttl = Math.max(0, Math.min(255, wanted));
      return undefined;
    };
  },
};

const hlFlags = ttlFlags.map((flag) => flag.replace('ttl', 'hl'));
const asTtl = (options: Options) =>
  options.map((each) => ({ ...each, flag: each.flag.replace('--hl', '--ttl') }));

/** `-j HL` (libip6t_HL): the same for IPv6. */
export const HL: ExtensionDefinition = {
  name: 'HL',
  kind: 'target',
  family: 'IPv6',
  tables: ['mangle'],
  options: hlFlags.map((flag) => ({
    flag,
    values: 1,
    read: uint('HL', flag, 255, flag === '--hl-set' ? 0 : 1),
    excludes: hlFlags.filter((other) => other !== flag),
  })),
  finish: (options) =>
    options.length === 0 ? { error: 'HL: You must specify an action' } : options,
  list: ([given]) =>
    ` HL ${ttlWords[(given?.flag ?? '').replace('--hl', '--ttl')]} ${given?.values[0]}`,
  act: (options) => TTL.act?.(asTtl(options)) ?? (() => undefined),
};

/** `-j CHECKSUM` (libxt_CHECKSUM): sums are always right here. */
export const CHECKSUM: ExtensionDefinition = {
  name: 'CHECKSUM',
  kind: 'target',
  tables: ['mangle'],
  options: [{ flag: '--checksum-fill', values: 0, required: true }],
  list: () => ' CHECKSUM fill',
  act: () => () => undefined,
};

const half = (text: string) => (/^[0-9a-f]{1,4}$/i.test(text) ? parseInt(text, 16) : undefined);

/** `-j CLASSIFY` (libxt_CLASSIFY): the class for the device's queue, of which there is one here. */
export const CLASSIFY: ExtensionDefinition = {
  name: 'CLASSIFY',
  kind: 'target',
  hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  options: [
    {
      flag: '--set-class',
      values: 1,
      required: true,
      read: ([text = '']) => {
        const [major, minor] = text.split(':').map(half);
        if (major === undefined || minor === undefined)
          return { error: `Bad class value "${text}"` };
        return [[major, minor].map((each) => each.toString(16).padStart(4, '0')).join(':')];
      },
    },
  ],
  list: ([given]) => {
    const parts = (given?.values[0] ?? '')
      .split(':')
      .map((each) => parseInt(each, 16).toString(16));
    return ` CLASSIFY set ${parts.join(':')}`;
  },
  act: () => () => undefined,
};

/** Options of TCP by name (libxt_TCPOPTSTRIP). */
const TCP_OPTIONS: readonly (readonly [name: string, number: number])[] = [
  ['wscale', 3],
  ['mss', 2],
  ['sack-permitted', 4],
  ['sack', 5],
  ['timestamp', 8],
  ['md5', 19],
];

function readStrip([text = '']: readonly string[]) {
  const numbers: number[] = [];
  for (const word of text.split(',')) {
    const number = TCP_OPTIONS.find(([name]) => name === word)?.[1] ?? readNumber(word, 255);
    if (number === undefined) return { error: `Bad TCP option value "${word}"` };
    numbers.push(number);
  }
  return [[...new Set(numbers)].sort((a, b) => a - b).join(',')];
}

/** `-j TCPOPTSTRIP` (libxt_TCPOPTSTRIP). Segments here carry no options. */
export const TCPOPTSTRIP: ExtensionDefinition = {
  name: 'TCPOPTSTRIP',
  kind: 'target',
  tables: ['mangle'],
  options: [{ flag: '--strip-options', values: 1, read: readStrip }],
  finish: (options) =>
    options.length === 0 ? { error: 'TCPOPTSTRIP: --strip-options parameter required' } : options,
  list: ([given], { numeric }) => {
    const words = (given?.values[0] ?? '').split(',');
    const named = (word: string) =>
      TCP_OPTIONS.find(([, number]) => String(number) === word)?.[0] ?? word;
    return ` TCPOPTSTRIP options ${(numeric ? words : words.map(named)).join(',')}`;
  },
  act: () => () => undefined,
};

function readTproxyMark([text = '']: readonly string[]) {
  const [head = '', tail] = text.split('/');
  const value = readNumber(head, 0xffffffff);
  const mask = tail === undefined ? 0xffffffff : readNumber(tail, 0xffffffff);
  if (value === undefined || mask === undefined) {
    return {
      error: 'TPROXY: bad integer value for option "--tproxy-mark", or out of range.\n',
    };
  }
  return [`0x${value.toString(16)}/0x${mask.toString(16)}`];
}

function finishTproxy(options: Options) {
  const word = (flag: string, otherwise: string) => ({
    flag,
    values: [option(options, flag)?.values[0] ?? otherwise],
  });
  return [word('--on-port', '0'), word('--on-ip', '0.0.0.0'), word('--tproxy-mark', '0x0/0x0')];
}

/** `-j TPROXY` (libxt_TPROXY): dropped, as where no transparent socket listens on the port. */
export const TPROXY: ExtensionDefinition = {
  name: 'TPROXY',
  kind: 'target',
  tables: ['mangle'],
  hooks: ['PREROUTING'],
  options: [
    {
      flag: '--on-port',
      values: 1,
      required: true,
      read: ([text = ''], { port }) => {
        const number = readNumber(text, 65_535) ?? port(text);
        return number === undefined
          ? { error: `Port "${text}" does not resolve to anything.` }
          : [String(number)];
      },
    },
    {
      flag: '--on-ip',
      values: 1,
      read: ([text = '']) =>
        toNumber(text) === undefined ? badValue('TPROXY', '--on-ip', text) : [text],
    },
    { flag: '--tproxy-mark', values: 1, read: readTproxyMark },
  ],
  finish: finishTproxy,
  refuses: (_options, { protocol }) =>
    ['tcp', 'udp'].includes(protocol?.name ?? '') && !protocol?.invert
      ? undefined
      : 'Invalid argument',
  list: (options) => {
    const word = (flag: string) => option(options, flag)?.values[0];
    return ` TPROXY redirect ${word('--on-ip')}:${word('--on-port')} mark ${word('--tproxy-mark')}`;
  },
  act: (options) => {
    const [value = 0, mask = 0] = (option(options, '--tproxy-mark')?.values[0] ?? '')
      .split('/')
      .map(Number);
    return (walk) => {
      walk.mark = ((walk.mark & ~mask) ^ value) >>> 0;
      return { type: 'DROP' };
    };
  },
};
