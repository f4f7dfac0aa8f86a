import type { ExtensionDefinition, Options } from '../extension.ts';
import { option, readNumber, value } from '../extension.ts';
import { printRate } from './rates.ts';
import { only, uint } from './values.ts';

/** Probabilities are 31-bit fractions in the kernel; printed with eleven decimals. */
function roundProbability(text: string): string | undefined {
  if (!/^(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const wanted = Number(text);
  if (wanted < 0 || wanted > 1) return undefined;
  return (Math.round(wanted * 0x80000000) / 0x80000000).toFixed(11);
}

function finishStatistic(options: Options) {
  const mode = value(options, '--mode') ?? 'random';
  if (mode === 'random' && !option(options, '--probability')) {
    return { error: '--probability must be specified when using random mode' };
  }
  const [every, packet] = ['--every', '--packet'].map((flag) => value(options, flag));
  if (mode === 'nth' && every === undefined && packet === undefined) {
    return { error: '--every and --packet must be specified when using nth mode' };
  }
  if (mode === 'nth' && packet !== undefined && Number(packet) >= Number(every ?? 0)) {
    return { error: 'the --packet p must be 0 <= p <= n-1' };
  }
  const invert = options.some((each) => each.invert);
  const plain = only(options, ['--probability', '--every', '--packet']).map((each) => ({
    flag: each.flag,
    values: each.values,
    ...(invert && each.flag !== '--packet' ? { invert } : {}),
  }));
  return [{ flag: '--mode', values: [mode] }, ...plain];
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
          ? {
              error: 'statistic: bad value for option "--probability", or out of range (0-1).\n',
            }
          : [rounded];
      },
      excludes: ['--every', '--packet'],
    },
    {
      flag: '--every',
      values: 1,
      invertible: true,
      read: uint('statistic', '--every', 0xffffffff, 1),
      excludes: ['--probability'],
      needs: ['--packet'],
    },
    {
      flag: '--packet',
      values: 1,
      read: uint('statistic', '--packet'),
      excludes: ['--probability'],
      needs: ['--every'],
    },
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
      const every = Number(value(options, '--every'));
      const packet = Number(value(options, '--packet') ?? 0);
      return ({ context, at }) => {
        const key = `nth/${at.table}/${at.chain}/${at.index}`;
        const old = context.tally?.(key, (count) => (count + 1) % every) ?? 0;
        return ((old + 1) % every === packet) !== invert;
      };
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
  if (number === 0) return { error: `bad rate "${text}"'` };
  const period = Math.floor(UNITS[name as keyof typeof UNITS] / number);
  if (period === 0) return { error: `Rate too fast "${text}"` };
  return [printRate(period, 10_000)];
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
      read: uint('limit', '--limit-burst', 10_000),
    },
  ],
  finish: (options) => {
    const rate = value(options, '--limit') ?? '3/hour';
    const given = value(options, '--limit-burst') ?? '5';
    // The kernel takes 0 for the usual burst.
    const burst = given === '0' ? '5' : given;
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
