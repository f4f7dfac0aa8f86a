import type { ExtensionDefinition, Options } from '../extension.ts';
import { inOrder, option, readNumber, value } from '../extension.ts';

/** Probabilities are 31-bit fractions in the kernel; printed with eleven decimals. */
function roundProbability(text: string): string | undefined {
  if (!/^(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const wanted = Number(text);
  if (wanted < 0 || wanted > 1) return undefined;
  return (Math.round(wanted * 0x80000000) / 0x80000000).toFixed(11);
}

function finishStatistic(options: Options) {
  const mode = value(options, '--mode');
  if (mode === undefined) return { error: 'statistic: option "--mode" must be specified' };
  if (mode === 'random' && !option(options, '--probability')) {
    return { error: 'statistic: --probability must be specified when using random mode' };
  }
  if (mode === 'nth' && !option(options, '--every')) {
    return { error: 'statistic: --every must be specified when using nth mode' };
  }
  const invert = options.some((each) => each.invert);
  const plain = inOrder(options, ['--mode', '--probability', '--every', '--packet']).map(
    (each) => ({ flag: each.flag, values: each.values }),
  );
  const packet =
    mode === 'nth' && !option(options, '--packet') ? [{ flag: '--packet', values: ['0'] }] : [];
  const [first, ...rest] = [...plain, ...packet];
  if (!first || !invert) return [...plain, ...packet];
  const [second, ...others] = rest;
  return second ? [first, { ...second, invert: true }, ...others] : [first];
}

/** `-m statistic` (libxt_statistic). */
export const statistic: ExtensionDefinition = {
  name: 'statistic',
  kind: 'match',
  options: [
    {
      flag: '--mode',
      values: 1,
      read: ([text = '']) =>
        text === 'random' || text === 'nth' ? [text] : { error: `Bad mode "${text}"` },
    },
    {
      flag: '--probability',
      values: 1,
      invertible: true,
      read: ([text = '']) => {
        const rounded = roundProbability(text);
        return rounded === undefined
          ? { error: `statistic: Bad value for "--probability" option: "${text}"` }
          : [rounded];
      },
    },
    { flag: '--every', values: 1, invertible: true },
    { flag: '--packet', values: 1 },
  ],
  finish: finishStatistic,
  list(options) {
    const invert = options.some((each) => each.invert) ? ' !' : '';
    const mode = value(options, '--mode');
    if (mode === 'random')
      return ` statistic mode random${invert} probability ${value(options, '--probability')}`;
    const packet = value(options, '--packet');
    const tail = packet === '0' ? '' : ` packet ${packet}`;
    return ` statistic mode nth${invert} every ${value(options, '--every')}${tail}`;
  },
  test(options) {
    const invert = options.some((each) => each.invert);
    if (value(options, '--mode') === 'nth') {
      const share = 1 / Number(value(options, '--every'));
      // Packet counts per rule are not kept, so "every nth" is a share of the packets.
      return (walk) => walk.context.chance(walk.at) < share !== invert;
    }
    const probability = Number(value(options, '--probability'));
    return (walk) => walk.context.chance(walk.at) < probability !== invert;
  },
};

const UNITS = { second: 10_000, minute: 600_000, hour: 36_000_000, day: 864_000_000 } as const;

/** Rates are kept as ten-thousandths of a second per hit; the largest fitting unit is printed. */
function readRate([text = '']: readonly string[]) {
  const [count = '', unit = 'second'] = text.split('/');
  const name = Object.keys(UNITS).find(
    (known) => unit !== '' && known.startsWith(unit.toLowerCase()),
  );
  const number = readNumber(count, 1_000_000);
  if (number === undefined || name === undefined) return { error: `bad rate "${text}"'` };
  const period = Math.floor(UNITS[name as keyof typeof UNITS] / number);
  if (number === 0 || period === 0) return { error: `Rate too fast "${text}"` };
  return [printRate(period)];
}

function printRate(period: number): string {
  const units = [
    ['day', 864_000_000],
    ['hour', 36_000_000],
    ['min', 600_000],
    ['sec', 10_000],
  ] as const;
  let i = 1;
  for (; i < units.length; i++) {
    const [, length] = units[i] as (typeof units)[number];
    if (period > length || length / period < length % period) break;
  }
  const [name, length] = units[i - 1] as (typeof units)[number];
  return `${Math.floor(length / period)}/${name}`;
}

/** `-m limit` (libxt_limit). */
export const limit: ExtensionDefinition = {
  name: 'limit',
  kind: 'match',
  options: [
    { flag: '--limit', values: 1, read: readRate },
    {
      flag: '--limit-burst',
      values: 1,
      read: ([text = '']) =>
        readNumber(text, 10_000) === undefined
          ? { error: `limit: Bad value for "--limit-burst" option: "${text}"` }
          : [String(Number(text))],
    },
  ],
  finish: (options) => {
    const rate = value(options, '--limit') ?? '3/hour';
    const burst = value(options, '--limit-burst') ?? '5';
    const tail = burst === '5' ? [] : [{ flag: '--limit-burst', values: [burst] }];
    return [{ flag: '--limit', values: [rate] }, ...tail];
  },
  list: (options) =>
    ` limit: avg ${value(options, '--limit')} burst ${value(options, '--limit-burst') ?? '5'}`,
  test(options) {
    const rate = value(options, '--limit') as string;
    const burst = Number(value(options, '--limit-burst') ?? '5');
    return (walk) => walk.context.limit(walk.at, rate, burst);
  },
};
