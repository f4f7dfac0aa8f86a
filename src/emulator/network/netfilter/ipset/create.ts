import { networkOf } from './match.ts';
import type { SetError } from './parse-entry.ts';
import { toAddress, toNumber } from '../iptables/address.ts';
import { findType, type SetOptions, type SetType } from './types.ts';

const missing: SetError = { error: 'Missing second mandatory argument to command create' };
const invalid = (text: string): SetError => ({
  error: `Syntax error: '${text}' is invalid as number`,
});

/** Options with a number behind them. */
const numbers = ['hashsize', 'maxelem', 'bucketsize', 'initval', 'timeout', 'size'] as const;
/** Options that stand alone. */
const switches = ['counters', 'comment', 'skbinfo', 'forceadd'] as const;

/** Reads the words of `create` behind the name: the kind, and its options. */
export function readCreate(
  words: readonly string[],
): { readonly type: SetType; readonly options: SetOptions } | SetError {
  const [name, ...rest] = words;
  if (name === undefined) return missing;
  const type = findType(name);
  if (!type) return { error: `Syntax error: typename '${name}' is unknown` };
  let options: SetOptions = type.method === 'hash' ? { family: 'inet' } : {};
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    const number = numbers.find((each) => each === word);
    const single = switches.find((each) => each === word);
    if (number) {
      const value = rest[++i] ?? '';
      if (!/^(0x[0-9a-f]+|\d+)$/i.test(value)) return invalid(value);
      if (number === 'timeout' && Number(value) > MOST_SECONDS) {
        return outside(value, 0, MOST_SECONDS);
      }
      options = {
        ...options,
        [number]: number === 'hashsize' ? power(Number(value)) : Number(value),
      };
    } else if (single) options = { ...options, [single]: true };
    else if (word === 'family' || word === '-6' || word === '-4') {
      const family = word === 'family' ? rest[++i] : word === '-6' ? 'inet6' : 'inet';
      if (family !== 'inet' && family !== 'inet6' && family !== 'ipv4' && family !== 'ipv6') {
        return { error: `Syntax error: unknown inet family ${family ?? ''}` };
      }
      options = { ...options, family: family === 'inet6' || family === 'ipv6' ? 'inet6' : 'inet' };
    } else if (word === 'range' && type.method === 'bitmap') {
      const range = readRange(type, rest[++i] ?? '');
      if ('error' in range) return range;
      options = { ...options, range: range.range };
    } else if (word === 'netmask' && /^(hash|bitmap):ip$/.test(type.name)) {
      const value = rest[++i] ?? '';
      const most = options.family === 'inet6' ? 128 : 32;
      if (!/^\d+$/.test(value)) return invalid(value);
      if (Number(value) < 1 || Number(value) > most) {
        const why = `Syntax error: netmask is out of the inclusive range of 1-${most}`;
        return { error: `${outside(value, 1, most).error}\n${why}` };
      }
      options = { ...options, netmask: Number(value) };
    } else if (word === 'markmask' && type.name === 'hash:ip,mark') {
      const value = rest[++i] ?? '';
      if (!/^(0x[0-9a-f]+|\d+)$/i.test(value)) return invalid(value);
      options = { ...options, markmask: Number(value) };
    } else if (word === '-exist' || word === '-!') continue;
    else return { error: `Unknown argument: \`${word}'` };
  }
  if (type.method === 'bitmap' && !options.range) {
    return { error: "Mandatory option `range' is missing" };
  }
  if (tooLarge(options)) {
    return { error: 'The range you specified exceeds the size limit of the set type' };
  }
  if (type.method === 'list') options = { ...options, size: Math.max(4, options.size ?? 8) };
  return { type, options };
}

const MOST_SECONDS = 2_147_483;

const outside = (text: string, low: number, high: number): SetError => ({
  error: `Syntax error: '${text}' is out of range ${low}-${high}`,
});

/** A bitmap has at most 65536 bits. */
function tooLarge({ range, netmask = 32 }: SetOptions): boolean {
  if (!range) return false;
  const [low = 0, high = 0] = range.map((each) => toNumber(each) ?? Number(each));
  return (high - low + 1) / 2 ** (32 - netmask) > 65_536;
}

/** Sizes of hashes are powers of two, and at least 64. */
function power(wanted: number): number {
  let size = 64;
  while (size < wanted) size *= 2;
  return size;
}

function readRange(
  type: SetType,
  text: string,
): { readonly range: readonly [string, string] } | SetError {
  if (type.name === 'bitmap:port') {
    const [low = '', high = low] = text.split('-');
    const bad = [low, high].find((each) => !/^\d+$/.test(each) || Number(each) > 65_535);
    if (bad !== undefined) return { error: `Syntax error: cannot parse '${bad}' as a tcp port` };
    return { range: Number(low) > Number(high) ? [high, low] : [low, high] };
  }
  const [head = '', prefix] = text.split('/');
  const [from = '', to = from] = head.split('-');
  if (prefix === undefined && !head.includes('-')) {
    return { error: `Syntax error: IP/cidr or IP-IP range must be specified: ${text}` };
  }
  const bad = [from, to].find((each) => toNumber(each) === undefined);
  if (bad !== undefined) {
    return { error: `Syntax error: cannot parse ${bad}: resolving to IPv4 address failed` };
  }
  if (prefix === undefined) return { range: [from, to] };
  const length = Number(prefix);
  const low = networkOf(from, length).split('/')[0] as string;
  const high = toAddress((toNumber(low) ?? 0) + 2 ** (32 - length) - 1);
  return { range: [low, high] };
}
