import { readYaml } from '../../apimachinery/yaml-text.ts';
import { MILLISECOND, SECOND, type Micros } from '../../world/index.ts';
import type { ApiOptions, Credentials, DaemonSys } from '../../host/syscalls.ts';

/** What kube-proxy takes from its configuration file and flags. Plain data: it is remembered. */
export interface ProxyConfig {
  readonly mode: string;
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
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const text = (value: unknown, otherwise: string) =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** Flags of kube-proxy that are modelled; others it has are named in the README. */
const FLAGS = ['config', 'hostname-override', 'v', 'kubeconfig', 'proxy-mode', 'cluster-cidr'];

/** Reads flags and file; gives the lines of an error, as kube-proxy ends with. */
export function readConfig(sys: DaemonSys): ProxyConfig | { readonly error: string } {
  const flags: Record<string, string> = {};
  const words = sys.argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const match = /^--?([a-z-]+)(?:=(.*))?$/.exec(words[i] as string);
    const name = match?.[1] as string;
    if (!match || !FLAGS.includes(name)) return { error: `Error: unknown flag: ${words[i]}` };
    flags[name] = match[2] ?? words[++i] ?? '';
  }
  const path = flags['config'];
  if (path === undefined) return fromFile({}, flags, sys);
  const file = sys.files.read(path);
  if (typeof file === 'string') {
    const error = `open ${path}: no such file or directory`;
    return { error: `"command failed" err="failed complete: ${error}"` };
  }
  try {
    return fromFile(fields(readYaml(file.text)), flags, sys);
  } catch (problem) {
    return { error: `"command failed" err="failed complete: yaml: ${(problem as Error).message}"` };
  }
}

function fromFile(file: Fields, flags: Record<string, string>, sys: DaemonSys): ProxyConfig {
  const iptables = fields(file['iptables']);
  const local = fields(file['detectLocal']);
  const connection = fields(file['clientConnection']);
  const conntrack = fields(file['conntrack']);
  const addresses = file['nodePortAddresses'];
  return {
    mode: text(flags['proxy-mode'] ?? file['mode'], 'iptables'),
    nodeName: text(flags['hostname-override'] ?? file['hostnameOverride'], sys.hostname),
    clusterCIDR: text(flags['cluster-cidr'] ?? file['clusterCIDR'], ''),
    detectLocalMode: text(file['detectLocalMode'], 'ClusterCIDR'),
    bridgeInterface: text(local['bridgeInterface'], ''),
    interfaceNamePrefix: text(local['interfaceNamePrefix'], ''),
    nodePortAddresses: Array.isArray(addresses) ? addresses.map(String) : [],
    masqueradeAll: iptables['masqueradeAll'] === true,
    masqueradeBit: typeof iptables['masqueradeBit'] === 'number' ? iptables['masqueradeBit'] : 14,
    localhostNodePorts: iptables['localhostNodePorts'] !== false,
    tcpBeLiberal: conntrack['tcpBeLiberal'] === true,
    minSyncPeriod: duration(iptables['minSyncPeriod'], 1 * SECOND),
    syncPeriod: duration(iptables['syncPeriod'], 30 * SECOND),
    healthzBindAddress: text(file['healthzBindAddress'], '0.0.0.0:10256'),
    metricsBindAddress: text(file['metricsBindAddress'], '127.0.0.1:10249'),
    kubeconfig: text(flags['kubeconfig'] ?? connection['kubeconfig'], ''),
  };
}

/** A Go duration; 0s means the default, as kube-proxy fills it in. */
function duration(value: unknown, otherwise: Micros): Micros {
  if (typeof value !== 'string') return otherwise;
  const units: Record<string, Micros> = {
    ms: MILLISECOND,
    s: SECOND,
    m: 60 * SECOND,
    h: 3600 * SECOND,
  };
  let total = 0;
  for (const [, number, unit] of value.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Math.round(Number(number) * (units[unit as string] as number));
  }
  return total === 0 ? otherwise : total;
}

/** Where the API server is and who kube-proxy is to it; undefined leaves it to the sandbox. */
export function readKubeconfig(sys: DaemonSys, path: string): ApiOptions | undefined {
  const file = path === '' ? 'ENOENT' : sys.files.read(path);
  if (typeof file === 'string') return undefined;
  const config = fields(readYaml(file.text));
  const named = (list: unknown, name: unknown, part: string) => {
    const items = Array.isArray(list) ? list.map(fields) : [];
    return fields((items.find((item) => item['name'] === name) ?? items[0] ?? {})[part]);
  };
  const context = named(config['contexts'], config['current-context'], 'context');
  const cluster = named(config['clusters'], context['cluster'], 'cluster');
  const user = named(config['users'], context['user'], 'user');
  const url = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(String(cluster['server'] ?? ''));
  const credentials = readUser(sys, user, path);
  if (!url || !credentials) return undefined;
  const address = resolve(sys, url[1] as string);
  return { server: { address, port: Number(url[2] ?? 443) }, user: credentials };
}

function readUser(sys: DaemonSys, user: Fields, path: string): Credentials | undefined {
  if (typeof user['token'] === 'string') return { token: user['token'] };
  if (typeof user['tokenFile'] === 'string') {
    const base = path.slice(0, path.lastIndexOf('/') + 1);
    const name = user['tokenFile'].startsWith('/') ? user['tokenFile'] : base + user['tokenFile'];
    const token = sys.files.read(name);
    return typeof token === 'string' ? undefined : { token: token.text.trim() };
  }
  const certificate = user['client-certificate-data'] ?? user['client-certificate'];
  return typeof certificate === 'string' ? subject(certificate) : undefined;
}

/** The subject of a certificate, `CN=…,O=…`: a name and its groups. */
function subject(certificate: string): Credentials {
  const name = /CN=([^,]+)/.exec(certificate)?.[1];
  if (name === undefined) return { certificate };
  const groups = [...certificate.matchAll(/O=([^,]+)/g)].map(([, group]) => group as string);
  return { certificate: name, groups };
}

/** A name of the server through /etc/hosts; addresses stand for themselves. */
function resolve(sys: DaemonSys, name: string): string {
  if (/^[\d.]+$/.test(name)) return name;
  const hosts = sys.files.read('/etc/hosts');
  const lines = typeof hosts === 'string' ? [] : hosts.text.split('\n');
  const line = lines.map((each) => each.split('#')[0]?.trim().split(/\s+/) ?? []);
  return line.find((words) => words.slice(1).includes(name))?.[0] ?? name;
}
