import type { QdiscInfo } from '../../network/link/qdisc.ts';
import { SECOND } from '../../world/time.ts';
import { netemUsage, tbfUsage } from './texts.ts';
import { readPercent, readRate, readSize, readTime } from './units.ts';

/** Options of a discipline, or what the tool says to those that it cannot read. */
export type Parsed =
  { readonly options: Partial<QdiscInfo> } | { readonly stderr: string; readonly exit: number };

const no = (stderr: string, exit = 1): Parsed => ({ stderr: `${stderr}\n`, exit });
const incomplete = no('Command line is not complete. Try option "help"', 255);
const notModelled = (what: string) => no(`tc: ${what} is not modelled here`, 2);

/** Reads the options of a kind; undefined for a kind that the kernel does not know. */
export function parseKind(kind: string, words: readonly string[]): Parsed | undefined {
  if (kind === 'netem') return parseNetem(words);
  if (kind === 'tbf') return parseTbf(words);
  if (kind === 'pfifo' || kind === 'bfifo' || kind === 'pfifo_fast') return parseFifo(words);
  if (kind === 'noqueue' || kind === 'fq_codel') {
    return words.length > 0 ? notModelled(`${kind} ${words[0]}`) : { options: {} };
  }
  return undefined;
}

type Options = { -readonly [K in keyof QdiscInfo]?: QdiscInfo[K] };

const isNumber = (word: string | undefined) => word !== undefined && /^\d/.test(word);

function parseNetem(words: readonly string[]): Parsed {
  const options: Options = { limit: 1000 };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'help') return { stderr: netemUsage, exit: 1 };
    const known = ['limit', 'delay', 'latency', 'loss', 'drop', 'duplicate', 'corrupt', 'rate'];
    if (!known.includes(word)) {
      const later = ['distribution', 'reorder', 'gap', 'ecn', 'slot', 'seed'];
      if (later.includes(word)) return notModelled(`netem ${word}`);
      return { stderr: `What is "${word}"?\n${netemUsage}`, exit: 1 };
    }
    let value = words[++i];
    if ((word === 'loss' || word === 'drop') && value === 'random') value = words[++i];
    if (value === undefined) return incomplete;
    const failed = keepNetem(word, value, options);
    if (failed) return failed;
    if (word === 'delay' || word === 'latency') {
      if (isNumber(words[i + 1])) options.jitter = readTime(words[++i] as string) ?? 0;
      if (isNumber(words[i + 1])) correlate('delay', words[++i] as string, options);
    } else if (['loss', 'drop', 'duplicate', 'corrupt'].includes(word) && isNumber(words[i + 1])) {
      const name = word === 'drop' ? 'loss' : (word as 'loss');
      correlate(name, words[++i] as string, options);
    }
  }
  return { options };
}

function correlate(
  name: 'delay' | 'loss' | 'duplicate' | 'corrupt',
  text: string,
  options: Options,
): void {
  options.correlation = { ...options.correlation, [name]: readPercent(text) ?? 0 };
}

function keepNetem(word: string, value: string, options: Options): Parsed | undefined {
  if (word === 'limit') {
    if (!/^\d+$/.test(value)) return no('Illegal "limit"');
    options.limit = Number(value);
  } else if (word === 'delay' || word === 'latency') {
    const delay = readTime(value);
    if (delay === undefined) return no('Illegal "latency"');
    options.delay = delay;
  } else if (word === 'rate') {
    const rate = readRate(value);
    if (rate === undefined) return no('Illegal "rate"');
    options.rate = rate;
  } else {
    const share = readPercent(value);
    const loss = word === 'loss' || word === 'drop';
    if (loss && share === undefined && !/^\d/.test(value)) {
      return ['state', 'gemodel'].includes(value)
        ? notModelled(`netem loss ${value}`)
        : no(`Unknown loss parameter: ${value}`);
    }
    if (share === undefined) return no(`Illegal "${loss ? 'loss percent' : word}"`);
    options[loss ? 'loss' : (word as 'corrupt')] = share;
  }
  return undefined;
}

function parseTbf(words: readonly string[]): Parsed {
  const options: Options = {};
  let latency: number | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'help') return { stderr: tbfUsage, exit: 1 };
    const value = words[++i];
    if (!['rate', 'burst', 'buffer', 'maxburst', 'latency', 'limit'].includes(word)) {
      if (['mtu', 'minburst', 'peakrate', 'mpu', 'overhead', 'linklayer'].includes(word)) {
        return notModelled(`tbf ${word}`);
      }
      return { stderr: `What is "${word}"?\n${tbfUsage}`, exit: 1 };
    }
    if (value === undefined) return incomplete;
    const number =
      word === 'rate' ? readRate(value) : word === 'latency' ? readTime(value) : readSize(value);
    if (number === undefined) return no(`tbf: illegal value for "${word}": "${value}"`);
    if (word === 'rate') options.rate = number;
    else if (word === 'limit') options.limit = number;
    else if (word === 'latency') latency = number;
    else options.burst = number;
  }
  const { rate, burst, limit } = options;
  const missing = [
    ...(rate === undefined ? ['tbf: the "rate" parameter is mandatory.'] : []),
    ...(burst === undefined ? ['tbf: the "burst" parameter is mandatory.'] : []),
    ...(latency === undefined && limit === undefined
      ? ['tbf: either "limit" or "latency" is required.']
      : []),
  ];
  if (missing.length > 0 || rate === undefined || burst === undefined) {
    return { stderr: `${missing.join('\n')}\n${tbfUsage}`, exit: 1 };
  }
  const waits = latency ?? (Math.max(0, (limit ?? 0) - burst) / rate) * SECOND;
  return { options: { ...options, latency: Math.round(waits) } };
}

function parseFifo(words: readonly string[]): Parsed {
  const [word, value] = words;
  if (word === undefined) return { options: {} };
  if (word !== 'limit')
    return no(`What is "${word}"?\nUsage: ... <[p|b]fifo | pfifo_head_drop> [ limit NUMBER ]`);
  const limit = value === undefined ? undefined : readSize(value);
  return limit === undefined ? no('Illegal "limit"') : { options: { limit } };
}
