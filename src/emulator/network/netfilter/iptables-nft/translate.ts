import type { Extension } from '../iptables/rules.ts';
import { chunkWords, translateMore } from './more-matches.ts';

type Options = Extension['options'];
type Option = Options[number];

const find = (options: Options, flag: string): Option | undefined =>
  options.find((each) => each.flag === flag);
const word = (options: Options, flag: string, otherwise = ''): string =>
  find(options, flag)?.values[0] ?? otherwise;
const not = (each: Option | undefined): string => (each?.invert ? '!= ' : '');

/** A match in the words that nft prints for it. */
export interface Translated {
  readonly text: string;
  /** Made of nft's own expressions, so that it does not mark the table as that of iptables. */
  readonly native?: boolean;
  /** Says which transport protocol it is about, so that nft leaves that out in front. */
  readonly protocol?: string;
}

/** A match of a rule; `family` chooses the words for headers. */
export function translateMatch(extension: Extension): Translated {
  const { name, options } = extension;
  switch (name) {
    case 'comment':
      return { text: '' };
    case 'tcp':
    case 'udp':
      return translatePorts(name, options);
    case 'sctp': {
      const chunks = chunkWords(options);
      if (chunks === undefined) return { text: 'xt match sctp' };
      return { text: [portWords('sctp', options), chunks].filter(Boolean).join(' ') };
    }
    case 'mark':
      return { text: `meta ${markWords(options, 8, '&')}`, native: true };
    case 'connmark':
      return { text: `ct ${markWords(options, 0, 'and')}` };
    case 'limit':
      return { text: limitWords(options), native: true };
    case 'conntrack':
    case 'state':
      return { text: stateWords(options) };
    case 'statistic':
      return { text: statisticWords(options) };
    case 'addrtype':
      return { text: addressTypeWords(options) };
    case 'multiport':
      return { text: multiportWords(options) };
    case 'icmp':
      return { text: icmpWords(options) };
    case 'iprange':
      return { text: rangeWords(options) };
    case 'length': {
      const given = find(options, '--length');
      return { text: `meta length ${not(given)}${dash(given?.values[0] ?? '')}` };
    }
    case 'ttl':
      return { text: ttlWords(options) };
    default:
      return { text: translateMore(extension) ?? `xt match ${name}` };
  }
}

const dash = (text: string) => text.replace(':', '-');

/** Ports and flags of the protocol itself are nft's own. */
function translatePorts(protocol: 'tcp' | 'udp', options: Options): Translated {
  const option = find(options, '--tcp-option');
  if (option) {
    const state = option.invert ? 'missing' : 'exists';
    return { text: `tcp option ${option.values[0]} ${state}` };
  }
  const text = [flagWords(options), portWords(protocol, options)].filter(Boolean).join(' ');
  return text === '' ? { text: '' } : { text, native: true, protocol };
}

function portWords(protocol: string, options: Options): string {
  return ['--sport', '--dport']
    .map((flag) => find(options, flag))
    .filter((each) => each !== undefined)
    .map((each) => {
      const [low = '', high] = (each.values[0] ?? '').split(':');
      const port = high === undefined ? low : `${low || '0'}-${high || '65535'}`;
      // A range from 0 is one comparison.
      const least = low === '0' && high !== undefined;
      if (least) return `${protocol} ${each.flag.slice(2)} ${each.invert ? '>' : '<='} ${high}`;
      return `${protocol} ${each.flag.slice(2)} ${not(each)}${port}`;
    })
    .join(' ');
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function flagWords(options: Options): string {
  const given = find(options, '--tcp-flags');
  if (!given) return '';
  const names = (text: string) =>
    text === 'ALL'
      ? FLAGS
      : text === 'NONE'
        ? []
        : FLAGS.filter((f) => text.split(',').includes(f));
  const [mask, set] = [names(given.values[0] ?? ''), names(given.values[1] ?? '')];
  const lower = (list: readonly string[]) => list.join(',').toLowerCase();
  if (set.length === 0) return `tcp flags ${given.invert ? '' : '! '}${lower(mask)}`;
  if (mask.join() === set.join() && mask.length === 1) {
    const sign = given.invert ? '!=' : '==';
    const bars = (list: readonly string[]) => {
      const text = list.join(' | ').toLowerCase();
      return list.length > 1 ? `(${text})` : text;
    };
    return `tcp flags & ${bars(mask)} ${sign} ${bars(set)}`;
  }
  return `tcp flags ${not(given)}${lower(set)} / ${lower(mask)}`;
}

const hex = (value: number, digits = 0) => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

/** `mark & 0x00004000 == 0x00004000`. */
function markWords(options: Options, digits: number, and: string): string {
  const given = find(options, '--mark');
  const [value = 0, mask] = (given?.values[0] ?? '').split('/').map(Number);
  if (mask === undefined || mask === 0xffffffff) return `mark ${not(given)}${hex(value, digits)}`;
  const sign = given?.invert ? '!=' : '==';
  return `mark ${and} ${hex(mask, digits)} ${sign} ${hex(value, digits)}`;
}

const UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
};

function limitWords(options: Options): string {
  const [count, unit = 's'] = word(options, '--limit').split('/');
  const burst = word(options, '--limit-burst', '5');
  const tail = burst === '5' ? '' : ` burst ${burst} packets`;
  return `limit rate ${count}/${UNITS[unit[0] ?? 's']}${tail}`;
}

const STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'];

function stateWords(options: Options): string {
  const parts: string[] = [];
  const given = find(options, '--ctstate') ?? find(options, '--state');
  if (given) {
    const names = (given.values[0] ?? '').split(',');
    const sign = given.invert ? '! ' : '';
    const states = STATES.filter((name) => names.includes(name))
      .join(',')
      .toLowerCase();
    const nat = ['SNAT', 'DNAT']
      .filter((name) => names.includes(name))
      .join(',')
      .toLowerCase();
    // Where addresses were changed counts as a status, and the translation drops the states.
    parts.push(nat === '' ? `ct state ${sign}${states}` : `ct status ${nat.split(',')[0]}`);
  }
  const status = find(options, '--ctstatus');
  if (status) {
    const given = (status.values[0] ?? '').toLowerCase().replace('seen_reply', 'seen-reply');
    const names = given === 'none' ? '' : given;
    parts.push(`ct status ${status.invert ? '! ' : ''}${names}`);
  }
  const tail: string[] = [];
  const [first, second] = ['--ctdir', '--ctproto'];
  const head: string[] = [];
  for (const { flag, invert, values } of options) {
    const known: Readonly<Record<string, string>> = {
      '--ctdir': 'direction',
      '--ctproto': 'original protocol',
      '--ctexpire': 'expiration',
      '--ctorigsrc': 'original saddr',
      '--ctorigdst': 'original daddr',
      '--ctreplsrc': 'reply saddr',
      '--ctrepldst': 'reply daddr',
      '--ctorigsrcport': 'original proto-src',
      '--ctorigdstport': 'original proto-dst',
      '--ctreplsrcport': 'reply proto-src',
      '--ctrepldstport': 'reply proto-dst',
    };
    if (!(flag in known)) continue;
    const value = (values[0] ?? '').replace(/\/32$/, '').toLowerCase();
    const text = `ct ${known[flag]} ${invert ? '!= ' : ''}${dash(value)}`;
    if (flag === first) head.unshift(text);
    else if (flag === second) head.push(text);
    else tail.push(text);
  }
  return [...head, ...parts, ...tail].join(' ');
}

function statisticWords(options: Options): string {
  if (word(options, '--mode') === 'nth') {
    const sign = not(find(options, '--every'));
    return `numgen inc mod ${word(options, '--every')} ${sign}${word(options, '--packet', '0')}`;
  }
  const given = find(options, '--probability');
  const threshold = Math.round(Number(given?.values[0] ?? 0) * 2 ** 31);
  return `meta random & 2147483647 ${given?.invert ? '>=' : '<'} ${threshold}`;
}

function addressTypeWords(options: Options): string {
  const device = find(options, '--limit-iface-in')
    ? ' . iif'
    : find(options, '--limit-iface-out')
      ? ' . oif'
      : '';
  // The translation prints one of them: that of the source wins.
  const given = find(options, '--src-type') ?? find(options, '--dst-type');
  const side = given?.flag === '--src-type' ? 'saddr' : 'daddr';
  const types = (given?.values[0] ?? '')
    .toLowerCase()
    .split(',')
    .filter((type) => !['throw', 'nat', 'xresolve'].includes(type));
  const list = types.length > 1 ? `{ ${types.join(', ')} }` : types.join();
  return `fib ${side}${device} type ${not(given)}${list}`;
}

function multiportWords(options: Options): string {
  const [given] = options;
  if (!given) return 'xt match multiport';
  const ports = (given.values[0] ?? '').split(',').map(dash);
  const list = ports.length > 1 ? `{ ${ports.join(', ')} }` : ports.join();
  const protocol = 'tcp';
  if (given.flag === '--ports') {
    const pairs = ports
      .flatMap((range) => range.split('-'))
      .flatMap((port) => [`0-65535 . ${port}`, `${port} . 0-65535`]);
    return `${protocol} sport . ${protocol} dport ${not(given)}{ ${pairs.join(', ')} }`;
  }
  const side = given.flag === '--sports' ? 'sport' : 'dport';
  return `${protocol} ${side} ${not(given)}${list}`;
}

const ICMP: Readonly<Record<string, string>> = {
  '0': 'echo-reply',
  '3': 'destination-unreachable',
  '4': 'source-quench',
  '5': 'redirect',
  '8': 'echo-request',
  '9': 'router-advertisement',
  '10': 'router-solicitation',
  '11': 'time-exceeded',
  '12': 'parameter-problem',
  '13': 'timestamp-request',
  '14': 'timestamp-reply',
};

function icmpWords(options: Options): string {
  const given = find(options, '--icmp-type');
  const type = given?.values[0] ?? 'any';
  if (type === 'any' || type === '255') return 'ip protocol icmp';
  const name = ICMP[type] ?? Object.values(ICMP).find((each) => each === type);
  return name === undefined ? 'xt match icmp' : `icmp type ${not(given)}${name}`;
}

function rangeWords(options: Options): string {
  return options
    .map((each) => {
      const side = each.flag === '--src-range' ? 'saddr' : 'daddr';
      return `ip ${side} ${not(each)}${each.values[0] ?? ''}`;
    })
    .join(' ');
}

function ttlWords(options: Options): string {
  const [given] = options;
  const sign = { '--ttl-lt': 'lt ', '--ttl-gt': 'gt ' }[given?.flag ?? ''] ?? not(given);
  return `ip ttl ${sign}${given?.values[0] ?? ''}`;
}
