// Matches about the connection that a packet belongs to, beside its state.
import type { Family } from '../address.ts';
import type { ExtensionDefinition, Options } from '../extension.ts';
import { option, value } from '../extension.ts';
import { bang, has, only, text, uint } from './values.ts';

function finishConnlimit(options: Options, _protocol: string | undefined, family: Family) {
  const given = option(options, '--connlimit-upto') ?? option(options, '--connlimit-above');
  if (!given) {
    return { error: 'You must specify "--connlimit-above" or "--connlimit-upto".' };
  }
  const whole = family === 'IPv6' ? 128 : 32;
  const above = (given.flag === '--connlimit-above') !== (given.invert === true);
  const mask = Math.min(whole, Number(value(options, '--connlimit-mask') ?? whole));
  const side = has(options, '--connlimit-daddr') ? '--connlimit-daddr' : '--connlimit-saddr';
  return [
    { flag: above ? '--connlimit-above' : '--connlimit-upto', values: given.values },
    { flag: '--connlimit-mask', values: [`${mask}`] },
    { flag: side, values: [] },
  ];
}

/** `-m connlimit` (libxt_connlimit): how many connections an address has. */
export const connlimit: ExtensionDefinition = {
  name: 'connlimit',
  kind: 'match',
  options: [
    {
      flag: '--connlimit-upto',
      values: 1,
      invertible: true,
      read: uint('connlimit', '--connlimit-upto'),
      excludes: ['--connlimit-above'],
    },
    {
      flag: '--connlimit-above',
      values: 1,
      invertible: true,
      read: uint('connlimit', '--connlimit-above'),
      excludes: ['--connlimit-upto'],
    },
    { flag: '--connlimit-mask', values: 1, read: uint('connlimit', '--connlimit-mask', 128) },
    { flag: '--connlimit-saddr', values: 0, excludes: ['--connlimit-daddr'] },
    { flag: '--connlimit-daddr', values: 0, excludes: ['--connlimit-saddr'] },
  ],
  finish: finishConnlimit,
  list(options) {
    const upto = value(options, '--connlimit-upto');
    const side = has(options, '--connlimit-daddr') ? 'dst' : 'src';
    const sign = upto === undefined ? '>' : '<=';
    const count = upto ?? value(options, '--connlimit-above');
    return ` #conn ${side}/${value(options, '--connlimit-mask')} ${sign} ${count}`;
  },
  test(options) {
    const upto = value(options, '--connlimit-upto');
    const limit = Number(upto ?? value(options, '--connlimit-above'));
    const side = has(options, '--connlimit-daddr') ? 'destination' : 'source';
    const prefix = Number(value(options, '--connlimit-mask'));
    return ({ packet, context }) => {
      const count = context.connections?.(side, packet[side], prefix) ?? 1;
      return count > limit === (upto === undefined);
    };
  },
};

const MODES = ['packets', 'bytes', 'avgpkt'];
const DIRECTIONS = ['original', 'reply', 'both'];

const among =
  (flag: string, known: readonly string[]) =>
  ([given = '']: readonly string[]) =>
    known.includes(given) ? [given] : { error: `Unknown ${flag} \`${given}'` };

function readAmount([given = '']: readonly string[]) {
  const [low = '', high] = given.split(':');
  if (!/^\d*$/.test(low) || !/^\d*$/.test(high ?? '')) {
    return {
      error:
        `connbytes: bad value for option "--connbytes" near "${given}", ` +
        'or out of range (0-18446744073709551615).\n',
    };
  }
  if (high && Number(high) < Number(low)) return { error: `${low} should be less than ${high}` };
  return [high ? `${low || '0'}:${high}` : `${low || '0'}`];
}

/** `-m connbytes` (libxt_connbytes): how much a connection has carried so far. */
export const connbytes: ExtensionDefinition = {
  name: 'connbytes',
  kind: 'match',
  options: [
    { flag: '--connbytes', values: 1, invertible: true, required: true, read: readAmount },
    {
      flag: '--connbytes-dir',
      values: 1,
      required: true,
      read: among('--connbytes-dir', DIRECTIONS),
    },
    { flag: '--connbytes-mode', values: 1, required: true, read: among('--connbytes-mode', MODES) },
  ],
  finish: (options) => only(options, ['--connbytes', '--connbytes-mode', '--connbytes-dir']),
  list(options) {
    const given = option(options, '--connbytes');
    const mode = value(options, '--connbytes-mode');
    const direction = value(options, '--connbytes-dir');
    return (
      `${bang(given)} connbytes ${given?.values[0]} connbytes mode ${mode} ` +
      `connbytes direction ${direction}`
    );
  },
  test(options) {
    const given = option(options, '--connbytes');
    const [low = 0, high = Infinity] = (given?.values[0] ?? '').split(':').map(Number);
    const mode = value(options, '--connbytes-mode') ?? '';
    const direction = value(options, '--connbytes-dir') ?? '';
    return ({ packet, context, at }) => {
      const amount = context.carried?.(at, packet.size, direction);
      if (!amount) return false;
      const { packets, bytes } = amount;
      const what = mode === 'packets' ? packets : mode === 'bytes' ? bytes : bytes / packets;
      return (what >= low && what <= high) !== (given?.invert === true);
    };
  },
};

/** `-m helper`: connections that a helper expects; none is at work here. */
export const helper: ExtensionDefinition = {
  name: 'helper',
  kind: 'match',
  options: [{ flag: '--helper', values: 1, invertible: true, required: true, read: text(29) }],
  list: ([given]) => ` helper match${bang(given)} "${given?.values[0]}"`,
  test:
    ([given]) =>
    () =>
      given?.invert === true,
};

/** `-m quota` (libxt_quota): as many bytes as it says, then never again. */
export const quota: ExtensionDefinition = {
  name: 'quota',
  kind: 'match',
  options: [
    {
      flag: '--quota',
      values: 1,
      invertible: true,
      required: true,
      read: ([given = '']) =>
        /^\d+$/.test(given)
          ? [String(Number(given))]
          : {
              error:
                'quota: bad value for option "--quota", ' +
                'or out of range (0-18446744073709551615).\n',
            },
    },
  ],
  list: ([given]) => ` quota: ${given?.values[0]} bytes`,
  test: ([given]) => {
    const whole = Number(given?.values[0]);
    return ({ context, at, packet }) => {
      const left = context.tally?.(`quota/${at.table}/${at.chain}/${at.index}`, (used) =>
        used + packet.size > whole ? whole : used + packet.size,
      );
      return (left !== undefined && left < whole) !== (given?.invert === true);
    };
  },
};
