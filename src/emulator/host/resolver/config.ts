import { isErrno } from '../errno.ts';
import type { Micros } from '../../world/json.ts';
import type { Sys } from '../syscalls.ts';

/** What /etc/resolv.conf says (resolv.conf(5)). */
export interface ResolverConfig {
  /** As written; without any, the resolver asks 127.0.0.1. */
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly attempts: number;
  readonly timeout: Micros;
  readonly rotate: boolean;
  readonly useTcp: boolean;
  readonly singleRequest: boolean;
  readonly noAaaa: boolean;
}

const SECOND = 1_000_000;
const MAX_SERVERS = 3;

/** Reads /etc/resolv.conf as glibc's res_init does; a missing file counts as empty. */
export function readResolverConfig(sys: Sys): ResolverConfig {
  const found = sys.files.read('/etc/resolv.conf');
  return parseResolverConfig(isErrno(found) ? '' : found.text, sys.hostname);
}

/** Lines `nameserver`, `search`, `domain`, `options`; the last of search and domain counts. */
export function parseResolverConfig(text: string, hostname = ''): ResolverConfig {
  const nameservers: string[] = [];
  let search: readonly string[] | undefined;
  const options = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (/^[#;]/.test(line)) continue;
    const [keyword, ...words] = line.trim().split(/[ \t]+/);
    if (keyword === 'nameserver' && words[0] && nameservers.length < MAX_SERVERS) {
      nameservers.push(words[0]);
    } else if (keyword === 'search' && words.length > 0) {
      search = words.map((word) => word.replace(/(?<=.)\.$/, ''));
    } else if (keyword === 'domain' && words[0]) search = [words[0].replace(/(?<=.)\.$/, '')];
    else if (keyword === 'options') {
      for (const word of words) {
        const [name = '', value] = word.split(':');
        options.set(name, value === undefined ? 1 : Number.parseInt(value, 10) || 0);
      }
    }
  }
  const [, ...domain] = hostname.split('.');
  return {
    nameservers,
    search: search ?? (domain.length > 0 ? [domain.join('.')] : []),
    ndots: Math.min(options.get('ndots') ?? 1, 15),
    attempts: Math.min(options.get('attempts') ?? 2, 5),
    timeout: Math.min(options.get('timeout') ?? 5, 30) * SECOND,
    rotate: options.has('rotate'),
    useTcp: options.has('use-vc'),
    singleRequest: options.has('single-request') || options.has('single-request-reopen'),
    noAaaa: options.has('no-aaaa'),
  };
}

/**
 * Names to be asked for, in order (res_search): few dots take the search list first, a final dot
 * takes the name alone.
 */
export function candidateNames(name: string, { search, ndots }: ResolverConfig): string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const listed = search.map((suffix) => (suffix === '.' ? `${name}.` : `${name}.${suffix}.`));
  const asIs = `${name}.`;
  if (dots >= ndots) return [asIs, ...listed];
  return listed.includes(asIs) ? listed : [...listed, asIs];
}
