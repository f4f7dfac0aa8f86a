import type { DaemonSys } from '../../host/syscalls.ts';
import { configOf, type ProxyConfig } from '../../proxy/config/config.ts';
import { decode, type Fields } from '../../proxy/config/decode.ts';
import { validate } from '../../proxy/config/validate.ts';

/** Processors of a node. */
const CORES = 2;

/** Flags that stand for fields of the file, where there is no file. */
const FIELDS: Readonly<
  Record<string, readonly [path: string, type: 'text' | 'bool' | 'number' | 'list']>
> = {
  'bind-address': ['bindAddress', 'text'],
  'cluster-cidr': ['clusterCIDR', 'text'],
  'detect-local-mode': ['detectLocalMode', 'text'],
  'healthz-bind-address': ['healthzBindAddress', 'text'],
  'iptables-localhost-nodeports': ['iptables.localhostNodePorts', 'bool'],
  'iptables-masquerade-bit': ['iptables.masqueradeBit', 'number'],
  'iptables-min-sync-period': ['iptables.minSyncPeriod', 'text'],
  'iptables-sync-period': ['iptables.syncPeriod', 'text'],
  'ipvs-exclude-cidrs': ['ipvs.excludeCIDRs', 'list'],
  'ipvs-min-sync-period': ['ipvs.minSyncPeriod', 'text'],
  'ipvs-scheduler': ['ipvs.scheduler', 'text'],
  'ipvs-strict-arp': ['ipvs.strictARP', 'bool'],
  'ipvs-sync-period': ['ipvs.syncPeriod', 'text'],
  kubeconfig: ['clientConnection.kubeconfig', 'text'],
  'masquerade-all': ['iptables.masqueradeAll', 'bool'],
  'metrics-bind-address': ['metricsBindAddress', 'text'],
  'nodeport-addresses': ['nodePortAddresses', 'list'],
  'pod-bridge-interface': ['detectLocal.bridgeInterface', 'text'],
  'pod-interface-name-prefix': ['detectLocal.interfaceNamePrefix', 'text'],
  'proxy-mode': ['mode', 'text'],
};

/** Flags that count beside a file as well. */
const OWN = ['config', 'hostname-override', 'v', 'cleanup', 'version', 'init-only'];

/** What the command line asks for. */
export type Asked =
  | { readonly act: 'serve'; readonly config: ProxyConfig; readonly strict?: string }
  | { readonly act: 'cleanup' }
  | { readonly act: 'version' }
  /** `text`: as it stands; `failed`: behind "command failed". */
  | {
      readonly act: 'error';
      readonly text?: string;
      readonly failed?: string;
      readonly strict?: string;
    };

/** Reads flags and file (`NewProxyCommand`). */
export function readCommand(sys: DaemonSys): Asked {
  const flags = readFlags(sys.argv.slice(1));
  if (typeof flags === 'string') return { act: 'error', text: flags };
  if (flags['version'] !== undefined) return { act: 'version' };
  if (flags['cleanup'] === 'true') return { act: 'cleanup' };
  const path = flags['config'];
  if (path === undefined) return checked(fromFlags(flags), flags, sys, undefined);
  const file = sys.files.read(path);
  if (typeof file === 'string') {
    return { act: 'error', failed: `failed complete: open ${path}: no such file or directory` };
  }
  const decoded = decode(file.text);
  if ('error' in decoded) return { act: 'error', failed: `failed complete: ${decoded.error}` };
  return checked(decoded.file, flags, sys, decoded.strict);
}

function checked(
  file: Fields,
  flags: Readonly<Record<string, string>>,
  sys: DaemonSys,
  strict: string | undefined,
): Asked {
  const told = strict === undefined ? {} : { strict };
  const problems = validate(file);
  if (problems.length > 0) {
    const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
    return { act: 'error', failed: `failed validate: ${text}`, ...told };
  }
  const config = configOf(file, sys.hostname, CORES);
  const override = flags['hostname-override'];
  const nodeName = override === undefined || override === '' ? config.nodeName : override;
  return { act: 'serve', config: { ...config, nodeName, ...withoutServers(flags) }, ...told };
}

/**
 * Without a file an empty address turns a server off; in a file it stands for the default, and the
 * flags are ignored.
 */
function withoutServers(flags: Readonly<Record<string, string>>): Partial<ProxyConfig> {
  if (flags['config'] !== undefined) return {};
  return {
    ...(flags['healthz-bind-address'] === '' ? { healthzBindAddress: '' } : {}),
    ...(flags['metrics-bind-address'] === '' ? { metricsBindAddress: '' } : {}),
  };
}

function readFlags(words: readonly string[]): Record<string, string> | string {
  const flags: Record<string, string> = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const [, name = '', value] = /^--?([a-z-]+)(?:=(.*))?$/.exec(word) ?? [];
    const isBool =
      FIELDS[name]?.[1] === 'bool' || ['cleanup', 'version', 'init-only'].includes(name);
    if (!OWN.includes(name) && !FIELDS[name]) return `Error: unknown flag: ${word.split('=')[0]}`;
    if (value === undefined && !isBool && words[i + 1] === undefined) {
      return `Error: flag needs an argument: ${word}`;
    }
    flags[name] = value ?? (isBool ? 'true' : (words[++i] as string));
  }
  return flags;
}

function fromFlags(flags: Readonly<Record<string, string>>): Fields {
  const file: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flags)) {
    const field = FIELDS[name];
    if (!field) continue;
    const [path, type] = field;
    const [first = '', second] = path.split('.');
    const read =
      type === 'bool'
        ? value === 'true'
        : type === 'number'
          ? Number(value)
          : type === 'list'
            ? value.split(',')
            : value;
    if (second === undefined) file[first] = read;
    else file[first] = { ...(file[first] as object | undefined), [second]: read };
  }
  return file;
}
