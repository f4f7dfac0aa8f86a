// Words of nft for the targets that are seldom used (libxt_*'s `xlate`).
import type { Extension } from '../iptables/rules.ts';

type Options = Extension['options'];

const word = (options: Options, flag: string): string | undefined =>
  options.find((each) => each.flag === flag)?.values[0];
const has = (options: Options, flag: string) => options.some((each) => each.flag === flag);

/** The words, or undefined where libxtables has none and nft prints `xt target NAME`. */
export function translateMoreTargets({ name, options }: Extension): string | undefined {
  const value = options[0]?.values[0] ?? '';
  switch (name) {
    case 'AUDIT':
      return 'log level audit';
    case 'CLASSIFY':
      return `meta priority set ${classWords(value)}`;
    case 'DSCP':
      return `ip dscp set ${value}`;
    case 'NFLOG':
      return nflogWords(options);
    case 'NFQUEUE':
      return queueWords(options);
    case 'TCPMSS':
      return options[0]?.flag === '--set-mss'
        ? `tcp option maxseg size set ${value}`
        : 'tcp option maxseg size set rt mtu';
    case 'TOS':
      return `ip6 dscp set ${tosWords(value)}`;
    case 'TRACE':
      return 'meta nftrace set 1';
    default:
      return undefined;
  }
}

function classWords(text: string): string {
  const [major = 0, minor = 0] = text.split(':').map((each) => parseInt(each, 16));
  if (major === 0xffff && minor === 0xffff) return 'root';
  if (major === 0 && minor === 0) return 'none';
  return `${major.toString(16)}:${minor.toString(16)}`;
}

function nflogWords(options: Options): string {
  const prefix = word(options, '--nflog-prefix');
  const size = word(options, '--nflog-size');
  const threshold = word(options, '--nflog-threshold');
  return [
    'log',
    ...(prefix === undefined ? [] : [`prefix "${prefix}"`]),
    `group ${word(options, '--nflog-group') ?? '0'}`,
    ...(size === undefined ? [] : [`snaplen ${size}`]),
    ...(threshold === undefined ? [] : [`queue-threshold ${threshold}`]),
  ].join(' ');
}

function queueWords(options: Options): string {
  const number = word(options, '--queue-num') ?? word(options, '--queue-balance') ?? '0';
  const flags = [
    ...(has(options, '--queue-bypass') ? ['bypass'] : []),
    ...(has(options, '--queue-cpu-fanout') ? ['fanout'] : []),
  ];
  return `queue num ${number.replace(':', '-')}${flags.length > 0 ? ` ${flags.join(',')}` : ''}`;
}

/** The upper six bits; libxt_TOS names IPv6's field for both families. */
function tosWords(text: string): string {
  const [value = 0, mask = 0] = text.split('/').map(Number);
  const six = (bits: number) => `0x${((bits >>> 2) & 63).toString(16).padStart(2, '0')}`;
  if ((mask & 0x3f) === 0x3f || mask === 0xff) return six(value);
  if (value === 0) return `ip6 dscp and ${six(~mask)}`;
  if (value === mask) return `ip6 dscp or ${six(value)}`;
  if (mask === 0) return `ip6 dscp xor ${six(value)}`;
  return `ip6 dscp and ${six(~mask)} xor ${six(value)}`;
}
