import { parseGoDuration } from '../../apimachinery/duration.ts';
import { isErrno } from '../../host/errno.ts';
import { optionsOf, type Kubeconfig } from '../../host/kubeconfig.ts';
import type { ApiOptions, Credentials, Sys } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { failed, Failure } from './failure.ts';
import type { FlagValues } from './flags.ts';
import { goStrerror } from './go-errors.ts';
import { decodeYaml } from './yaml/decode.ts';

/** A kubeconfig file with all members, as `kubectl config` edits it. */
export interface KubeconfigFile {
  apiVersion?: string;
  kind?: string;
  'current-context'?: string;
  clusters?: NamedEntry[];
  contexts?: NamedEntry[];
  users?: NamedEntry[];
  preferences?: object;
}

/** An entry of one of the three lists: its name, and what it says under `cluster`, … */
export interface NamedEntry {
  name: string;
  cluster?: Record<string, string | boolean>;
  context?: Record<string, string>;
  user?: Record<string, string>;
}

/** Where to ask and as whom, after files and flags. */
export interface ClientConfig {
  readonly options: ApiOptions;
  /** `https://192.168.49.2:6443`. */
  readonly url: string;
  readonly namespace: string;
  /** Headers that ask to act as somebody else. */
  readonly impersonation: Readonly<Record<string, string>>;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The files that make up the configuration, in the order they count. */
export function kubeconfigPaths(sys: Sys, flags: FlagValues): readonly string[] {
  const given = flags.text('kubeconfig');
  if (given !== '') return [given];
  const listed = (sys.env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  return listed.length > 0 ? listed : [`${sys.env['HOME'] ?? '/root'}/.kube/config`];
}

/**
 * The merged kubeconfig: what comes first counts (`clientcmd` loading rules). With `lenient` a file
 * that is named and not there is as good as an empty one: it may be about to be made.
 */
export function loadKubeconfig(sys: Sys, flags: FlagValues, lenient = false): KubeconfigFile {
  const merged: KubeconfigFile = { clusters: [], contexts: [], users: [] };
  for (const path of kubeconfigPaths(sys, flags)) {
    const found = sys.files.read(path);
    if (isErrno(found)) {
      if (found === 'ENOENT' && (lenient || flags.text('kubeconfig') === '')) continue;
      if (found === 'ENOENT') throw failed(`stat ${path}: ${goStrerror(found)}`);
      throw failed(`error loading config file "${path}": open ${path}: ${goStrerror(found)}`);
    }
    const file = parseKubeconfig(path, found.text);
    merged['current-context'] ||= file['current-context'];
    for (const list of ['clusters', 'contexts', 'users'] as const) {
      for (const entry of file[list] ?? []) {
        if (!merged[list]?.some(({ name }) => name === entry.name)) merged[list]?.push(entry);
      }
    }
  }
  return merged;
}

/** One file's content. */
export function parseKubeconfig(path: string, text: string): KubeconfigFile {
  const decoded = decodeYaml(text);
  if (!decoded.ok) throw failed(`error loading config file "${path}": ${decoded.error}`);
  if (typeof decoded.value !== 'object' || decoded.value === null) return {};
  return structuredClone(decoded.value) as KubeconfigFile;
}

/** Server, user and namespace that files, service account and flags lead to. */
export function clientConfig(sys: Sys, flags: FlagValues): ClientConfig {
  const file = loadKubeconfig(sys, flags);
  const asked = flags.text('context');
  const current = asked || file['current-context'] || '';
  const context = file.contexts?.find(({ name }) => name === current);
  if (asked && !context) {
    const text = `context was not found for specified context: ${asked}`;
    throw new Failure({ type: 'configuration', text });
  }
  if (current && !context) {
    const text = `context was not found for specified context: ${current}`;
    throw new Failure({ type: 'configuration', text });
  }
  const inPod = inCluster(sys);
  if (!context && inPod && flags.text('server') === '') {
    return { ...inPod, impersonation: impersonationOf(flags, undefined, '') };
  }
  return withFlags(file, context, flags);
}

function withFlags(
  file: KubeconfigFile,
  context: NamedEntry | undefined,
  flags: FlagValues,
): ClientConfig {
  const clusterName = flags.text('cluster') || context?.context?.['cluster'] || '';
  const userName = flags.text('user') || context?.context?.['user'] || '';
  const cluster = file.clusters?.find(({ name }) => name === clusterName)?.cluster;
  if (flags.text('cluster') && !cluster) {
    throw failed(`no server found for cluster "${clusterName}"`);
  }
  const user = file.users?.find(({ name }) => name === userName)?.user;
  if (flags.text('user') && !user) {
    throw failed(`auth info "${userName}" does not exist`);
  }
  const server = flags.text('server') || String(cluster?.['server'] ?? 'http://localhost:8080');
  const url = /^https?:\/\//.test(server) ? server : `http://${server}`;
  const made = optionsOf({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: url } }],
    users: [{ name: 'u', user: user ?? {} }],
  } as unknown as Kubeconfig);
  if (!made) throw new Failure({ type: 'configuration', text: `invalid server ${server}` });
  const credentials: Credentials = flags.text('token') ? { token: flags.text('token') } : made.user;
  const port = /:\d+/.test(url.replace(/^https?:\/\//, ''))
    ? made.server.port
    : url.startsWith('https')
      ? 443
      : 80;
  const timeout = requestTimeout(flags.text('request-timeout'));
  return {
    options: {
      server: { ...made.server, address: addressOf(made.server.address), port },
      user: credentials,
      ...(timeout !== undefined && { timeout }),
    },
    url: url.replace(/\/$/, ''),
    namespace: context?.context?.['namespace'] || 'default',
    impersonation: impersonationOf(flags, user, userName),
  };
}

/** The loopback interface goes by its name, too. */
const addressOf = (host: string) => (host === 'localhost' ? '127.0.0.1' : host);

/** `--as` and its companions, or what the kubeconfig's user says. */
function impersonationOf(
  flags: FlagValues,
  user: NamedEntry['user'],
  userName: string,
): Readonly<Record<string, string>> {
  const name = flags.text('as') || (user?.['as'] ?? '');
  const given = flags.list('as-group');
  const groups = given.length > 0 ? given : [user?.['as-groups'] ?? []].flat();
  const uid = flags.text('as-uid') || (user?.['as-uid'] ?? '');
  const extra = new Map<string, string[]>();
  for (const text of flags.list('as-user-extra')) {
    const [key = '', ...value] = text.split('=');
    if (value.length === 0) continue;
    const header = `impersonate-extra-${encodeURIComponent(key)}`;
    extra.set(header, [...(extra.get(header) ?? []), value.join('=')]);
  }
  if (name === '' && (groups.length > 0 || uid !== '' || extra.size > 0)) {
    const what = `requesting uid, groups or user-extra for ${userName}`;
    throw failed(`${what} without impersonating a user`);
  }
  return {
    ...(name !== '' && { 'impersonate-user': name }),
    ...(groups.length > 0 && { 'impersonate-group': groups.join(',') }),
    ...(uid !== '' && { 'impersonate-uid': uid }),
    ...Object.fromEntries([...extra].map(([header, values]) => [header, values.join(',')])),
  };
}

/** `--request-timeout`: seconds or a Go duration; undefined where there is no limit. */
function requestTimeout(text: string): Micros | undefined {
  const time = /^\d+$/.test(text) ? Number(text) * SECOND : parseGoDuration(text);
  if (time === undefined) {
    const units = 'an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)';
    const how = `Timeout must be a single integer in seconds, or ${units}`;
    throw failed(`Invalid timeout value. ${how}`);
  }
  return time > 0 ? time : undefined;
}

/** In a pod: the Service's address from the environment and the mounted token. */
function inCluster(sys: Sys): Omit<ClientConfig, 'impersonation'> | undefined {
  const address = sys.env['KUBERNETES_SERVICE_HOST'];
  const port = sys.env['KUBERNETES_SERVICE_PORT'];
  const token = sys.files.read(`${SERVICE_ACCOUNT}/token`);
  if (!address || !port || isErrno(token)) return undefined;
  const namespace = sys.files.read(`${SERVICE_ACCOUNT}/namespace`);
  return {
    options: { server: { address, port: Number(port) }, user: { token: token.text } },
    url: `https://${address}:${port}`,
    namespace: isErrno(namespace) ? 'default' : namespace.text.trim() || 'default',
  };
}
