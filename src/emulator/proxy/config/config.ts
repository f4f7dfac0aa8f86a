import { MILLISECOND, SECOND, type Micros } from '../../world/index.ts';
import type { Fields } from './decode.ts';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

/** What kube-proxy takes from its configuration, defaults filled in. Plain data. */
export interface ProxyConfig {
  readonly mode: ProxyMode;
  /** The mode was left out. */
  readonly modeUnset: boolean;
  readonly nodeName: string;
  readonly clusterCIDR: string;
  readonly detectLocalMode: string;
  readonly bridgeInterface: string;
  readonly interfaceNamePrefix: string;
  readonly nodePortAddresses: readonly string[];
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  readonly localhostNodePorts: boolean;
  readonly tcpBeLiberal: boolean;
  readonly minSyncPeriod: Micros;
  readonly syncPeriod: Micros;
  readonly healthzBindAddress: string;
  readonly metricsBindAddress: string;
  readonly kubeconfig: string;
  readonly ipvs: IpvsSettings;
  /** Settings of net.netfilter that are to be made, by name below it. */
  readonly conntrack: Readonly<Record<string, number>>;
}

export interface IpvsSettings {
  /** Empty where it was left out. */
  readonly scheduler: string;
  readonly excludeCIDRs: readonly string[];
  readonly strictARP: boolean;
  /** Seconds; 0 leaves the kernel's. */
  readonly tcpTimeout: number;
  readonly tcpFinTimeout: number;
  readonly udpTimeout: number;
}

const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const text = (value: unknown, otherwise: string) =>
  typeof value === 'string' && value !== '' ? value : otherwise;
const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** The configuration of a file that was validated; `hostname` stands in for hostnameOverride. */
export function configOf(file: Fields, hostname: string, cores: number): ProxyConfig {
  const mode = text(file['mode'], 'iptables') as ProxyMode;
  const iptables = object(file['iptables']);
  const own = object(file[mode]);
  const local = object(file['detectLocal']);
  const conntrack = object(file['conntrack']);
  const addresses = list(file['nodePortAddresses']);
  const bit = object(file[mode === 'nftables' ? 'nftables' : 'iptables'])['masqueradeBit'];
  return {
    mode,
    modeUnset: text(file['mode'], '') === '',
    nodeName: text(file['hostnameOverride'], hostname),
    clusterCIDR: text(file['clusterCIDR'], ''),
    detectLocalMode: text(file['detectLocalMode'], 'ClusterCIDR'),
    bridgeInterface: text(local['bridgeInterface'], ''),
    interfaceNamePrefix: text(local['interfaceNamePrefix'], ''),
    nodePortAddresses: mode === 'nftables' && addresses.length === 0 ? ['primary'] : addresses,
    // Whichever section has it, it is one setting inside.
    masqueradeAll:
      iptables['masqueradeAll'] === true || object(file['nftables'])['masqueradeAll'] === true,
    masqueradeBit: typeof bit === 'number' ? bit : 14,
    localhostNodePorts: iptables['localhostNodePorts'] !== false,
    tcpBeLiberal: conntrack['tcpBeLiberal'] === true,
    minSyncPeriod: duration(own['minSyncPeriod'], 1 * SECOND),
    syncPeriod: duration(own['syncPeriod'], 30 * SECOND),
    healthzBindAddress: bindAddress(text(file['healthzBindAddress'], '0.0.0.0'), 10_256),
    metricsBindAddress: bindAddress(text(file['metricsBindAddress'], '127.0.0.1'), 10_249),
    kubeconfig: text(object(file['clientConnection'])['kubeconfig'], ''),
    ipvs: ipvsSettings(object(file['ipvs'])),
    conntrack: conntrackSettings(conntrack, cores),
  };
}

const bindAddress = (address: string, port: number) =>
  /:\d+$/.test(address) && !/^[\da-f]*:[\da-f:]*:[\da-f:]*$/i.test(address)
    ? address
    : `${address}:${port}`;

function ipvsSettings(ipvs: Fields): IpvsSettings {
  const seconds = (name: string) => Math.floor(duration(ipvs[name], 0) / SECOND);
  return {
    scheduler: text(ipvs['scheduler'], ''),
    excludeCIDRs: list(ipvs['excludeCIDRs']),
    strictARP: ipvs['strictARP'] === true,
    tcpTimeout: seconds('tcpTimeout'),
    tcpFinTimeout: seconds('tcpFinTimeout'),
    udpTimeout: seconds('udpTimeout'),
  };
}

/** What is set of conntrack (`SetSysctls` of pkg/proxy/conntrack): zero leaves a setting alone. */
function conntrackSettings(conntrack: Fields, cores: number): Readonly<Record<string, number>> {
  const number = (value: unknown, otherwise: number) =>
    typeof value === 'number' ? value : otherwise;
  const perCore = number(conntrack['maxPerCore'], 32_768);
  const most = perCore > 0 ? Math.max(perCore * cores, number(conntrack['min'], 131_072)) : 0;
  const seconds = (name: string, otherwise: number) =>
    typeof conntrack[name] === 'string'
      ? Math.floor(duration(conntrack[name], 0) / SECOND)
      : otherwise;
  const wanted = {
    nf_conntrack_max: most,
    nf_conntrack_tcp_timeout_established: seconds('tcpEstablishedTimeout', 86_400),
    nf_conntrack_tcp_timeout_close_wait: seconds('tcpCloseWaitTimeout', 3600),
    nf_conntrack_tcp_be_liberal: conntrack['tcpBeLiberal'] === true ? 1 : 0,
    nf_conntrack_udp_timeout: seconds('udpTimeout', 0),
    nf_conntrack_udp_timeout_stream: seconds('udpStreamTimeout', 0),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value > 0));
}

const UNITS: Readonly<Record<string, Micros>> = {
  ms: MILLISECOND,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
};

/** A Go duration; 0s means the default, as kube-proxy fills it in. */
export function duration(value: unknown, otherwise: Micros): Micros {
  if (typeof value !== 'string') return otherwise;
  let total = 0;
  for (const [, number, unit] of value.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Math.round(Number(number) * (UNITS[unit as string] as number));
  }
  return total === 0 ? otherwise : total;
}
