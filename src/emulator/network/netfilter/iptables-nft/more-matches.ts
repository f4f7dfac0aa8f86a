// Words of nft for the matches that are seldom used (libxt_*'s `xlate`).
import type { Extension } from '../iptables/rules.ts';

type Options = Extension['options'];
type Option = Options[number];

const find = (options: Options, flag: string): Option | undefined =>
  options.find((each) => each.flag === flag);
const word = (options: Options, flag: string): string | undefined => find(options, flag)?.values[0];
const not = (each: Option | undefined): string => (each?.invert ? '!= ' : '');
const dash = (text: string) => text.replace(':', '-');

/** The words, or undefined where libxtables has none and nft prints `xt match NAME`. */
export function translateMore({ name, options }: Extension): string | undefined {
  const [first] = options;
  const value = first?.values[0] ?? '';
  switch (name) {
    case 'cpu':
      return `cpu ${not(first)}${value}`;
    case 'pkttype':
      return `pkttype ${not(first)}${value}`;
    case 'mac':
      return `ether saddr ${not(first)}${value}`;
    case 'dscp':
      return `ip dscp ${not(first)}${value}`;
    case 'helper':
      return `ct helper ${not(first)}"${value}"`;
    case 'quota':
      return `quota ${first?.invert ? 'over ' : ''}${value} bytes`;
    case 'tcpmss':
      return `tcp option maxseg size ${not(first)}${dash(value)}`;
    case 'esp':
    case 'ah':
      return first ? `${name} spi ${not(first)}${dash(value)}` : '';
    case 'owner':
      return ownerWords(options);
    case 'devgroup':
      return options.map(groupWords).join(' ');
    case 'realm':
      return masked('rtclassid', first);
    case 'rpfilter':
      return reverseWords(options);
    case 'connbytes':
      return carriedWords(options);
    case 'policy':
      return policyWords(options);
    case 'ecn':
      return options.map(congestionWords).join(' ');
    case 'dccp':
      return dccpWords(options);
    case 'hashlimit':
      return hashlimitWords(options);
    case 'time':
      return timeWords(options);
    default:
      return undefined;
  }
}

function ownerWords(options: Options): string | undefined {
  if (find(options, '--socket-exists') || find(options, '--suppl-groups')) return undefined;
  return options
    .map(
      (each) => `${each.flag === '--uid-owner' ? 'skuid' : 'skgid'} ${not(each)}${each.values[0]}`,
    )
    .join(' ');
}

function masked(what: string, given: Option | undefined): string {
  const [value = '', mask] = (given?.values[0] ?? '').split('/');
  if (mask === undefined) return `${what} ${not(given)}${value}`;
  return `${what} and ${mask} ${given?.invert ? '!=' : '=='} ${value}`;
}

const groupWords = (each: Option) =>
  masked(each.flag === '--src-group' ? 'iifgroup' : 'oifgroup', each);

function reverseWords(options: Options): string | undefined {
  if (find(options, '--accept-local')) return undefined;
  const device = find(options, '--loose') ? '' : ' . iif';
  const mark = find(options, '--validmark') ? ' . mark' : '';
  return `fib saddr${mark}${device} oif ${find(options, '--invert') ? '' : '!= '}0`;
}

function carriedWords(options: Options): string {
  const given = find(options, '--connbytes');
  const direction = word(options, '--connbytes-dir');
  const [low, high] = (given?.values[0] ?? '').split(':');
  const way = direction === 'both' ? '' : `${direction} `;
  const range =
    high === undefined ? `${given?.invert ? 'lt' : 'ge'} ${low}` : `${not(given)}${low}-${high}`;
  return `ct ${way}${word(options, '--connbytes-mode')} ${range}`;
}

function policyWords(options: Options): string | undefined {
  if (word(options, '--dir') !== 'in' || options.length > 2) return undefined;
  return `meta secpath ${word(options, '--pol') === 'none' ? 'missing' : 'exists'}`;
}

function congestionWords({ flag, values, invert }: Option): string {
  const sign = invert ? '!= ' : '';
  if (flag === '--ecn-tcp-ece') return `tcp flags ${sign}ecn`;
  if (flag === '--ecn-tcp-cwr') return `tcp flags ${sign}cwr`;
  return `ip ecn ${sign}${['not-ect', 'ect1', 'ect0', 'ce'][Number(values[0])]}`;
}

function dccpWords(options: Options): string {
  return options
    .map((each) => {
      const [value = ''] = each.values;
      if (each.flag !== '--dccp-types') {
        return `dccp ${each.flag.slice(2)} ${not(each)}${dash(value)}`;
      }
      const types = value.toLowerCase().split(',');
      return `dccp type ${not(each)}${types.length > 1 ? `{ ${types.join(', ')} }` : types[0]}`;
    })
    .join(' ');
}

const UNITS: Readonly<Record<string, string>> = {
  sec: 'second',
  min: 'minute',
  hour: 'hour',
  day: 'day',
};
const SECONDS: Readonly<Record<string, number>> = { sec: 1, min: 60, hour: 3600, day: 86_400 };

/** `ip saddr and 255.255.0.0`. */
function keyWords(side: string, prefix: string | undefined): string {
  if (prefix === undefined) return `ip ${side}`;
  const mask = [0, 8, 16, 24].map((from) => {
    const bits = Math.max(0, Math.min(8, Number(prefix) - from));
    return 256 - 2 ** (8 - bits);
  });
  return `ip ${side} and ${mask.join('.')}`;
}

function hashlimitWords(options: Options): string | undefined {
  const mode = word(options, '--hashlimit-mode')?.split(',');
  if (!mode) return undefined;
  const keys = [
    ...(mode.includes('dstip') ? [keyWords('daddr', word(options, '--hashlimit-dstmask'))] : []),
    ...(mode.includes('dstport') ? ['tcp dport'] : []),
    ...(mode.includes('srcip') ? [keyWords('saddr', word(options, '--hashlimit-srcmask'))] : []),
    ...(mode.includes('srcport') ? ['tcp sport'] : []),
  ];
  const above = word(options, '--hashlimit-above');
  const rate = above ?? word(options, '--hashlimit-upto') ?? '';
  const bytes = /^(\d+)([km]?)b\/s$/.exec(rate);
  const [count, unit = 'sec'] = rate.split('/');
  const usual = bytes ? 15 : (SECONDS[unit] ?? 1);
  const expire = Number(word(options, '--hashlimit-htable-expire') ?? usual * 1000);
  const timeout = expire === 1000 ? '' : ` timeout ${Math.floor(expire / 1000)}s`;
  const burst = word(options, '--hashlimit-burst') ?? '5';
  const size = /^(\d+)([km]?)b$/.exec(burst);
  const tail = size
    ? ` burst ${size[1]} ${size[2]}bytes`
    : burst === '5'
      ? ''
      : ` burst ${burst} packets`;
  const speed = bytes ? `${bytes[1]} ${bytes[2]}bytes/second` : `${count}/${UNITS[unit]}`;
  const over = above === undefined ? '' : 'over ';
  const name = word(options, '--hashlimit-name');
  return `meter ${name} { ${keys.join(' . ')}${timeout} limit rate ${over}${speed}${tail} }`;
}

const LAST = '2038-01-19T03:14:07';
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function timeWords(options: Options): string | undefined {
  if (find(options, '--monthdays')) return undefined;
  const date = (flag: string) => word(options, flag)?.replace('T', ' ');
  const [from, until] = [date('--datestart'), date('--datestop')];
  const dated = from !== undefined || until !== LAST.replace('T', ' ');
  const [start, stop] = [word(options, '--timestart'), word(options, '--timestop')];
  const days = word(options, '--weekdays')
    ?.split(',')
    .map((day) => DAYS.indexOf(day))
    .sort((a, b) => a - b);
  return [
    dated ? `meta time "${from ?? '1970-01-01 00:00:00'}"-"${until}"` : '',
    start === undefined ? '' : ` meta hour "${start}"-"${stop}"`,
    days ? ` meta day { ${days.join(', ')} }` : '',
  ].join('');
}

const CHUNKS: Readonly<Record<string, string>> = {
  ECN_ECNE: 'ecne',
  ECN_CWR: 'cwr',
  SHUTDOWN_COMPLETE: 'shutdown-complete',
};
const ALL_CHUNKS = [
  ...['DATA', 'INIT', 'INIT_ACK', 'SACK', 'HEARTBEAT', 'HEARTBEAT_ACK', 'ABORT', 'SHUTDOWN'],
  ...['SHUTDOWN_ACK', 'ERROR', 'COOKIE_ECHO', 'COOKIE_ACK', 'ECN_ECNE', 'ECN_CWR'],
  ...['SHUTDOWN_COMPLETE', 'I_DATA', 'RE_CONFIG', 'PAD', 'ASCONF', 'ASCONF_ACK', 'FORWARD_TSN'],
  'I_FORWARD_TSN',
];

/** Chunks of SCTP; undefined for what nft cannot say. */
export function chunkWords(options: Options): string | undefined {
  const given = find(options, '--chunk-types');
  if (!given) return '';
  const [mode, text = ''] = given.values;
  const wanted = text === 'ALL' ? ALL_CHUNKS : text.split(',');
  if (text.includes(':') || mode === 'any') return undefined;
  const sign = (there: boolean) => (there !== (given.invert === true) ? 'exists' : 'missing');
  return ALL_CHUNKS.filter((each) => mode === 'only' || wanted.includes(each))
    .map((each) => {
      const name = CHUNKS[each] ?? each.toLowerCase().replaceAll('_', '-');
      return `sctp chunk ${name} ${sign(wanted.includes(each))}`;
    })
    .join(' ');
}
