import { networkOf } from './match.ts';
import type { SetError } from './parse-entry.ts';
import { toAddress, toNumber } from '../iptables/address.ts';
import { findType, type SetOptions, type SetType } from './types.ts';

const missing: SetError = { error: 'Missing mandatory argument to command create' };
const invalid = (text: string): SetError => ({
  error: `Syntax error: '${text}' is invalid as number`,
});

/** Options with a number behind them. */
const numbers = ['hashsize', 'maxelem', 'bucketsize', 'initval', 'timeout', 'size'] as const;
/** Options that stand alone. */
const switches = ['counters', 'comment'] as const;

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
      options = {
        ...options,
        [number]: number === 'hashsize' ? power(Number(value)) : Number(value),
      };
    } else if (single) options = { ...options, [single]: true };
    else if (word === 'family' || word === '-6' || word === '-4') {
      const family = word === 'family' ? rest[++i] : word === '-6' ? 'inet6' : 'inet';
      if (family !== 'inet' && family !== 'inet6' && family !== 'ipv4' && family !== 'ipv6') {
        return { error: `Syntax error: unknown INET family ${family ?? ''}` };
      }
      options = { ...options, family: family === 'inet6' || family === 'ipv6' ? 'inet6' : 'inet' };
    } else if (word === 'range') {
      const range = readRange(type, rest[++i] ?? '');
      if ('error' in range) return range;
      options = { ...options, range: range.range };
    } else if (['skbinfo', 'forceadd', 'netmask', 'markmask', 'bitmask'].includes(word)) {
      return { error: `${word} is not modelled here` };
    } else if (word === '-exist' || word === '-!') continue;
    else return { error: `Unknown argument: \`${word}'` };
  }
  if (type.method === 'bitmap' && !options.range) return missing;
  return { type, options };
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
    return { range: [low, high] };
  }
  const [head = '', prefix] = text.split('/');
  const [from = '', to = from] = head.split('-');
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
