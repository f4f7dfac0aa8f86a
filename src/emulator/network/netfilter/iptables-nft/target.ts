import type { Extension } from '../iptables/rules.ts';
import { translateMoreTargets } from './more-targets.ts';
import type { Translated } from './translate.ts';

type Options = Extension['options'];

const word = (options: Options, flag: string): string | undefined =>
  options.find((each) => each.flag === flag)?.values[0];
const has = (options: Options, flag: string) => options.some((each) => each.flag === flag);
const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;

/** A target in the words that nft prints for it; undefined for rules without one. */
export function translateTarget(
  target: Extension | undefined,
  jumps: boolean,
): Translated | undefined {
  if (!target) return undefined;
  const { name, options } = target;
  switch (name) {
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return { text: name.toLowerCase(), native: true };
    case 'MARK':
      return { text: markWords(options) };
    case 'CONNMARK':
      return { text: connmarkWords(options) };
    case 'NOTRACK':
      return { text: 'notrack' };
    case 'CT':
      return { text: has(options, '--notrack') ? 'notrack' : 'xt target CT' };
    case 'DNAT':
      return word(options, '--to-destination')?.includes('/')
        ? { text: 'xt target DNAT' }
        : { text: natWords('dnat', word(options, '--to-destination'), options) };
    case 'SNAT':
      return { text: natWords('snat', word(options, '--to-source'), options) };
    case 'MASQUERADE':
      return { text: natWords('masquerade', ports(options), options) };
    case 'REDIRECT':
      return { text: natWords('redirect', ports(options), options) };
    case 'REJECT':
      return { text: rejectWords(options) };
    case 'LOG':
      return { text: logWords(options) };
    case 'NFLOG':
    case 'TRACE':
      return { text: translateMoreTargets(target) ?? '', native: true };
    default:
      return jumps
        ? { text: name, native: true }
        : { text: translateMoreTargets(target) ?? `xt target ${name}` };
  }
}

const ports = (options: Options) => {
  const given = word(options, '--to-ports');
  return given === undefined ? undefined : `:${given}`;
};

function natWords(verb: string, to: string | undefined, options: Options): string {
  const where = to === undefined ? '' : ` to ${to}`;
  const flags = ['--random', '--random-fully', '--persistent']
    .filter((flag) => has(options, flag))
    .map((flag) => (flag === '--random-fully' ? 'fully-random' : flag.slice(2)));
  return `${verb}${where}${flags.length > 0 ? ` ${flags.join(',')}` : ''}`;
}

/** `--set-xmark value/mask`: the bits of the mask are cleared, then the value is xored. */
function markWords(options: Options): string {
  const [value = 0, mask = 0xffffffff] = (word(options, '--set-xmark') ?? '')
    .split('/')
    .map(Number);
  if (mask === 0xffffffff) return `meta mark set ${hex(value)}`;
  if (mask === 0 && value === 0) return `meta mark set mark and ${hex(~mask)}`;
  if (mask === 0) return `meta mark set mark xor ${hex(value)}`;
  if (value === mask) return `meta mark set mark or ${hex(value)}`;
  if (value === 0) return `meta mark set mark and ${hex(~mask)}`;
  return `meta mark set mark and ${hex(~mask)} xor ${hex(value)}`;
}

function connmarkWords(options: Options): string {
  const mask = (flag: string) => Number(word(options, flag) ?? 0xffffffff) >>> 0;
  if (word(options, '--nfmask') !== word(options, '--ctmask')) return 'xt target CONNMARK';
  if (has(options, '--save-mark')) return `ct mark set mark${masked(mask('--nfmask'))}`;
  if (has(options, '--restore-mark')) return `meta mark set ct mark${masked(mask('--ctmask'))}`;
  const [value = 0, own = 0xffffffff] = (word(options, '--set-xmark') ?? '').split('/').map(Number);
  if (own === 0xffffffff) return `ct mark set ${hex(value)}`;
  if (value === own) return `ct mark set ct mark or ${hex(value)}`;
  if (value === 0) return `ct mark set ct mark and ${hex(~own)}`;
  if (own === 0) return `ct mark set ct mark xor ${hex(value)}`;
  return `ct mark set ct mark xor ${hex(value)} and ${hex(~own)}`;
}

const masked = (mask: number) => (mask === 0xffffffff ? '' : ` and ${hex(mask)}`);

function rejectWords(options: Options): string {
  const kind = word(options, '--reject-with') ?? 'icmp-port-unreachable';
  if (/^icmp6?-port-unreachable$/.test(kind)) return 'reject';
  if (kind === 'tcp-reset') return 'reject with tcp reset';
  if (kind.startsWith('icmp6-')) {
    const names: Readonly<Record<string, string>> = { 'adm-prohibited': 'admin-prohibited' };
    const code = kind.slice('icmp6-'.length);
    return `reject with icmpv6 type ${names[code] ?? code}`;
  }
  return `reject with icmp type ${kind.replace(/^icmp-/, '').replace('proto-', 'prot-')}`;
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

function logWords(options: Options): string {
  const parts = ['log'];
  const prefix = word(options, '--log-prefix');
  if (prefix !== undefined) parts.push(`prefix "${prefix}"`);
  const level = Number(word(options, '--log-level') ?? 4);
  if (level !== 4) parts.push(`level ${LEVELS[level]}`);
  const tcp = [
    ...(has(options, '--log-tcp-sequence') ? ['sequence'] : []),
    ...(has(options, '--log-tcp-options') ? ['options'] : []),
  ];
  if (tcp.length > 0) parts.push(`flags tcp ${tcp.join(',')}`);
  if (has(options, '--log-ip-options')) parts.push('flags ip options');
  if (has(options, '--log-uid')) parts.push('flags skuid');
  if (has(options, '--log-macdecode')) parts.push('flags ether');
  return parts.join(' ');
}
