import type { ExtensionDefinition, Option, Options, Walk } from '../extension.ts';
import { maskOf, toAddress } from '../address.ts';
import { option, value } from '../extension.ts';
import { printRate } from './rates.ts';
import { badValue, has, only, text, uint } from './values.ts';

const NAME = 'hashlimit';
const MODES = ['srcip', 'srcport', 'dstip', 'dstport'];
const UNITS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;
const SCALE = 1_000_000;
/** Multiples of bytes a second. */
const BYTES = [
  ['m', 1024 * 1024],
  ['k', 1024],
  ['', 1],
] as const;

/** `512kb/s` as a number of bytes; undefined for rates of packets. */
function readBytes(given: string, tail: RegExp): number | undefined {
  const found = new RegExp(`^(\\d+)(k|m)?b${tail.source}$`, 'i').exec(given);
  const factor = { k: 1024, m: 1024 * 1024 }[found?.[2]?.toLowerCase() ?? ''] ?? 1;
  return found ? Number(found[1]) * factor : undefined;
}

function printBytes(bytes: number): string {
  const [name, size] = BYTES.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['', 1];
  return `${Math.floor(bytes / size)}${name}b`;
}

const readRate =
  (flag: string) =>
  ([given = '']: readonly string[]) => {
    const bytes = readBytes(given, /\/s(?:ec(?:ond)?)?/);
    if (bytes !== undefined) return [`${printBytes(bytes)}/s`];
    const [count = '', unit] = given.split('/');
    const name = Object.keys(UNITS).find((each) =>
      unit === undefined ? each === 'second' : unit !== '' && each.startsWith(unit.toLowerCase()),
    );
    const number = parseInt(count, 10);
    if (name === undefined || !(number > 0)) return badValue(NAME, flag, given);
    const period = Math.floor((SCALE * UNITS[name as keyof typeof UNITS]) / number);
    return period === 0 ? { error: `Rate too fast "${given}"\n` } : [printRate(period, SCALE)];
  };

function readMode([given = '']: readonly string[]) {
  const wanted = given.toLowerCase().split(',');
  if (wanted.some((each) => !MODES.includes(each)))
    return badValue(NAME, '--hashlimit-mode', given);
  return [MODES.filter((each) => wanted.includes(each)).join(',')];
}

const ORDER = [
  ...['--hashlimit-upto', '--hashlimit-above', '--hashlimit-burst', '--hashlimit-mode'],
  ...['--hashlimit-name', '--hashlimit-htable-size', '--hashlimit-htable-max'],
  ...['--hashlimit-htable-gcinterval', '--hashlimit-htable-expire'],
  ...['--hashlimit-srcmask', '--hashlimit-dstmask'],
];

const isBytes = (options: Options) => {
  const rate = value(options, '--hashlimit-upto') ?? value(options, '--hashlimit-above');
  return rate?.endsWith('b/s') === true;
};

function finish(options: Options) {
  const given = option(options, '--hashlimit-upto') ?? option(options, '--hashlimit-above');
  if (!given) return { error: 'You have to specify --hashlimit' };
  const above = (given.flag === '--hashlimit-above') !== (given.invert === true);
  const rate: Option = {
    flag: above ? '--hashlimit-above' : '--hashlimit-upto',
    values: given.values,
  };
  const rest = options.filter(({ flag, values }) => {
    if (flag === given.flag) return false;
    if (flag === '--hashlimit-htable-gcinterval') return values[0] !== '1000';
    if (flag === '--hashlimit-htable-expire') return Number(values[0]) !== usualExpiry(options);
    return !(/mask$/.test(flag) && values[0] === '32');
  });
  const burst = has(options, '--hashlimit-burst') || isBytes(options);
  return only(
    [rate, ...rest, ...(burst ? [] : [{ flag: '--hashlimit-burst', values: ['5'] }])],
    ORDER,
  );
}

/** Milliseconds after which an entry is forgotten: the unit that the rate is printed in. */
function usualExpiry(options: Options): number {
  if (isBytes(options)) return 15_000;
  const rate = value(options, '--hashlimit-upto') ?? value(options, '--hashlimit-above') ?? '';
  return ({ day: 86_400, hour: 3600, min: 60 }[rate.split('/')[1] ?? ''] ?? 1) * 1000;
}

function readBurst([given = '']: readonly string[]) {
  const bytes = readBytes(given, /(?:)/);
  if (bytes !== undefined) return [printBytes(bytes)];
  return /^[1-9]\d*$/.test(given) ? [given] : badValue(NAME, '--hashlimit-burst', given);
}

function list(options: Options): string {
  const upto = value(options, '--hashlimit-upto');
  const words = ORDER.slice(2).flatMap((flag) => {
    const given = value(options, flag);
    if (given === undefined || flag === '--hashlimit-name') return [];
    const shown = flag === '--hashlimit-mode' ? given.replaceAll(',', '-') : given;
    return [` ${flag.slice('--hashlimit-'.length)} ${shown}`];
  });
  const rate =
    upto === undefined ? `above ${value(options, '--hashlimit-above')}` : `up to ${upto}`;
  return ` limit: ${rate}${words.join('')}`;
}

/** What packets are counted together: the fields of the mode, under their masks. */
function keyOf(options: Options): (walk: Walk) => string {
  const modes = (value(options, '--hashlimit-mode') ?? '').split(',');
  const masks = ['--hashlimit-srcmask', '--hashlimit-dstmask'].map((flag) =>
    maskOf(Number(value(options, flag) ?? 32)),
  );
  return ({ source, destination, source6, packet }) =>
    [
      modes.includes('srcip')
        ? source6
          ? packet.source
          : toAddress((source & (masks[0] ?? 0)) >>> 0)
        : '',
      modes.includes('srcport') ? packet.sourcePort : '',
      modes.includes('dstip')
        ? source6
          ? packet.destination
          : toAddress((destination & (masks[1] ?? 0)) >>> 0)
        : '',
      modes.includes('dstport') ? packet.destinationPort : '',
    ].join('/');
}

/** `-m hashlimit` (libxt_hashlimit, revision 3): a limit for each address or port. */
export const hashlimit: ExtensionDefinition = {
  name: NAME,
  kind: 'match',
  options: [
    {
      flag: '--hashlimit-upto',
      aliases: ['--hashlimit'],
      values: 1,
      invertible: true,
      read: readRate('--hashlimit-upto'),
      excludes: ['--hashlimit-above'],
    },
    {
      flag: '--hashlimit-above',
      values: 1,
      invertible: true,
      read: readRate('--hashlimit-above'),
      excludes: ['--hashlimit-upto'],
    },
    { flag: '--hashlimit-srcmask', values: 1, read: uint(NAME, '--hashlimit-srcmask', 128) },
    { flag: '--hashlimit-dstmask', values: 1, read: uint(NAME, '--hashlimit-dstmask', 128) },
    { flag: '--hashlimit-burst', values: 1, read: readBurst },
    ...['size', 'max', 'gcinterval', 'expire'].map((each) => {
      const flag = `--hashlimit-htable-${each}`;
      return { flag, values: 1, read: uint(NAME, flag) };
    }),
    { flag: '--hashlimit-mode', values: 1, read: readMode },
    { flag: '--hashlimit-name', values: 1, required: true, read: text(254, 1) },
  ],
  finish,
  refuses: (options) =>
    ['--hashlimit-srcmask', '--hashlimit-dstmask'].some(
      (flag) => Number(value(options, flag) ?? 0) > 32,
    )
      ? 'Invalid argument'
      : undefined,
  list,
  test(options) {
    const upto = value(options, '--hashlimit-upto');
    const rate = upto ?? value(options, '--hashlimit-above') ?? '';
    const name = value(options, '--hashlimit-name') ?? '';
    const key = keyOf(options);
    const bytes = readBytes(rate, /\/s/);
    const burst = Number(/^\d+/.exec(value(options, '--hashlimit-burst') ?? '5')?.[0] ?? 5);
    return (walk) => {
      const at = { ...walk.at, chain: `hashlimit/${name}/${key(walk)}`, index: 0 };
      // A rate of bytes is one of packets of this size.
      const packets = bytes === undefined ? rate : `${bytes / walk.packet.size}/s`;
      return walk.context.limit(at, packets, burst) === (upto !== undefined);
    };
  },
};
