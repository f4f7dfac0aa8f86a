import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { kubeletConfig } from './config.ts';

/** What a resolv.conf says. */
export interface DnsConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** What the kubelet's configuration says about names. */
export interface DnsSettings {
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The node's own; undefined where the kubelet runs with `--resolv-conf=""`. */
  readonly host: DnsConfig | undefined;
}

interface Formed extends DnsConfig {
  /** Texts of `DNSConfigForming` warnings. */
  readonly warnings: readonly string[];
}

const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH = 253;
const LONGEST_SEARCH_LINE = 2048;

/** A pod's /etc/resolv.conf by its dnsPolicy and dnsConfig (`pkg/kubelet/network/dns`). */
export function resolvConf(
  sys: DaemonSys,
  pod: Pod,
): { text: string; warnings: readonly string[] } {
  const found = sys.files.read('/etc/resolv.conf');
  const host = parseResolvConf(isErrno(found) ? '' : found.text);
  const settings = { ...kubeletConfig(sys), host };
  const config = podDns(settings, pod);
  return { text: format(config), warnings: config.warnings };
}

/** Names of a pod: whose servers and domains it asks, within the limits of resolvers. */
export function podDns(settings: DnsSettings, pod: Pod): Formed {
  const base = baseOf(settings, pod);
  const config = pod.spec.dnsConfig ? appendDnsConfig(base, pod.spec.dnsConfig) : base;
  return fitLimits(config);
}

function baseOf({ clusterDNS, clusterDomain, host }: DnsSettings, pod: Pod): DnsConfig {
  const { type } = podDnsType(pod);
  if (type === 'None') return { nameservers: [], searches: [], options: [] };
  if (type === 'Cluster' && clusterDNS.length > 0) {
    const { namespace = '' } = pod.metadata;
    const own = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
    const searches = host?.searches ?? [];
    return {
      nameservers: clusterDNS,
      searches: clusterDomain === '' ? searches : unique([...own, ...searches]),
      options: ['ndots:5'],
    };
  }
  // Without a resolv.conf of the node, names are to lead nowhere.
  return host ?? { nameservers: ['127.0.0.1'], searches: ['.'], options: [] };
}

/** Which names a policy means; a policy that there is not counts as ClusterFirst. */
export function podDnsType({ spec }: Pod): { type: 'Cluster' | 'Host' | 'None'; error?: string } {
  switch (spec.dnsPolicy) {
    case 'None':
      return { type: 'None' };
    case 'ClusterFirstWithHostNet':
      return { type: 'Cluster' };
    case 'ClusterFirst':
      return { type: spec.hostNetwork ? 'Host' : 'Cluster' };
    case 'Default':
      return { type: 'Host' };
    default:
      return { type: 'Cluster', error: `invalid DNSPolicy=${spec.dnsPolicy}` };
  }
}

/** dnsConfig on top: servers and searches behind what is there, options by name. */
export function appendDnsConfig(
  { nameservers, searches, options }: DnsConfig,
  more: NonNullable<Pod['spec']['dnsConfig']>,
): DnsConfig {
  return {
    nameservers: unique([...nameservers, ...(more.nameservers ?? [])]),
    searches: unique([...searches, ...(more.searches ?? [])]),
    options: mergeDnsOptions(options, more.options ?? []),
  };
}

/** Options of dnsConfig take the place of those of the same name. */
export function mergeDnsOptions(
  existing: readonly string[],
  more: readonly { readonly name: string; readonly value?: string }[],
): string[] {
  const texts = more.map(({ name, value }) => (value ? `${name}:${value}` : name));
  return appendOptions(existing, texts);
}

/** Options by their names; a later one takes the place of an earlier one. */
export function appendOptions(existing: readonly string[], more: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const option of [...existing, ...more]) byName.set(option.split(':')[0] as string, option);
  return [...byName.values()];
}

function fitLimits({ nameservers, searches, options }: DnsConfig): Formed {
  const warnings: string[] = [];
  const servers = nameservers.slice(0, MOST_NAMESERVERS);
  if (servers.length < nameservers.length) {
    warnings.push(
      'Nameserver limits were exceeded, some nameservers have been omitted, ' +
        `the applied nameserver line is: ${servers.join(' ')}`,
    );
  }
  const kept = searches.slice(0, MOST_SEARCHES).filter((each) => each.length <= LONGEST_SEARCH);
  while (kept.join(' ').length > LONGEST_SEARCH_LINE) kept.pop();
  if (kept.length < searches.length) {
    warnings.push(
      'Search Line limits were exceeded, some search paths have been omitted, ' +
        `the applied search line is: ${kept.join(' ')}`,
    );
  }
  return { nameservers: servers, searches: kept, options, warnings };
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}

/** Reads a resolv.conf. Servers and options add up, of search lines the last one counts. */
export function parseResolvConf(text: string): DnsConfig & { readonly errors: readonly string[] } {
  const nameservers: string[] = [];
  const errors: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed.startsWith('#') || trimmed === '') continue;
    const [word, ...rest] = trimmed.split(/\s+/);
    if (word === 'nameserver') {
      if (rest[0]) nameservers.push(rest[0]);
      else errors.push('nameserver list is empty ');
    }
    if (word === 'search') {
      searches = rest.map((each) => each.replace(/\.$/, '')).filter((each) => each !== '');
    }
    if (word === 'options') options = appendOptions(options, rest);
  }
  return { nameservers, searches, options, errors };
}

function format({ nameservers, searches, options }: DnsConfig): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((each) => `nameserver ${each}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n');
}
