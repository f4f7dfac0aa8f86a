import type { ApiRequest } from '../../apiserver/request.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { isErrno } from '../../host/errno.ts';
import type { Mount } from '../../host/runtime-api.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { decodeBase64 } from '../../world/base64.ts';
import type { Container, Volume } from '../../resources/pod-template/shapes.ts';
import { componentOptions, createApi } from '../component.ts';
import { claimedPath } from './claimed-path.ts';
import { resolvConf } from './dns.ts';
import { fieldOf } from './environment.ts';
import { tell } from './events.ts';
import { allPods, type PodRecord } from './records.ts';

interface Data extends ApiObject {
  readonly data?: Readonly<Record<string, string>>;
}
interface Source {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly items?: readonly {
    readonly key: string;
    readonly path: string;
    readonly fieldRef?: { readonly fieldPath: string };
  }[];
  readonly path?: string;
  readonly type?: string;
}

/** Writes a pod's volumes to the node's disk, and tells where they go in a container. */
export function* mountsOf(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
): Call<{ readonly mounts: readonly Mount[] } | { readonly error: string }> {
  const base = `/var/lib/kubelet/pods/${record.uid}`;
  sys.files.makeDirectory(base, { parents: true });
  sys.files.write(`${base}/etc-hosts`, hostsFile(sys, record));
  const names = resolvConf(sys, record.pod);
  for (const warning of names.warnings) {
    yield* tell(sys, record, 'Warning', 'DNSConfigForming', warning);
  }
  sys.files.write(`${base}/resolv.conf`, names.text);
  const { hostNetwork, hostname } = record.pod.spec;
  const name = hostNetwork ? sys.hostname : (hostname ?? record.pod.metadata.name.slice(0, 63));
  sys.files.write(`${base}/hostname`, `${name}\n`);
  const mounts: Mount[] = [
    { path: '/etc/hosts', source: `${base}/etc-hosts` },
    { path: '/etc/hostname', source: `${base}/hostname` },
    { path: '/etc/resolv.conf', source: `${base}/resolv.conf` },
  ];
  for (const mount of container.volumeMounts ?? []) {
    const volume = record.pod.spec.volumes?.find(({ name }) => name === mount.name);
    if (!volume) continue;
    const source = yield* prepare(sys, record, volume, base);
    if (typeof source !== 'string') return source;
    const path = mount.subPath ? `${source}/${mount.subPath}` : source;
    mounts.push({
      path: mount.mountPath.replace(/\/$/, ''),
      source: path,
      ...(mount.readOnly && { readOnly: true }),
    });
  }
  return { mounts };
}

/** Brings what is mounted from ConfigMaps, Secrets and the pod itself up to date. */
export function* refreshVolumes(sys: DaemonSys): Call<void> {
  for (const record of allPods(sys)) {
    const used = new Set<string>();
    for (const { name, phase } of Object.values(record.containers)) {
      const { containers, initContainers = [] } = record.pod.spec;
      const container = [...containers, ...initContainers].find((each) => each.name === name);
      // What is mounted by a part of its path stays as it was, as upstream warns.
      for (const mount of phase === 'running' ? (container?.volumeMounts ?? []) : []) {
        if (!mount.subPath) used.add(mount.name);
      }
    }
    for (const volume of record.pod.spec.volumes ?? []) {
      if (!used.has(volume.name) || volume['hostPath']) continue;
      if (volume['persistentVolumeClaim']) continue;
      yield* prepare(sys, record, volume, `/var/lib/kubelet/pods/${record.uid}`);
    }
  }
}

function* prepare(
  sys: DaemonSys,
  record: PodRecord,
  volume: Volume,
  base: string,
): Call<string | { readonly error: string }> {
  const claim = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
  const claimed = claim && (yield* claimedPath(sys, record, claim.claimName ?? ''));
  if (claimed && 'error' in claimed) return claimed;
  const hostPath = claimed ?? (volume['hostPath'] as Source | undefined);
  if (hostPath) {
    const path = hostPath.path ?? '/';
    const missing = isErrno(sys.files.stat(path));
    if (missing && hostPath.type === 'DirectoryOrCreate')
      sys.files.makeDirectory(path, { parents: true });
    else if (missing && hostPath.type === 'FileOrCreate') sys.files.write(path, '');
    else if (missing && (hostPath.type === 'Directory' || hostPath.type === 'File')) {
      return {
        error:
          `MountVolume.SetUp failed for volume "${volume.name}" : ` +
          `hostPath type check failed: ${path} is not a ` +
          `${hostPath.type.toLowerCase()}`,
      };
    } else if (missing) sys.files.makeDirectory(path, { parents: true });
    return path;
  }
  const folder = `${base}/volumes/${volume.name}`;
  sys.files.makeDirectory(folder, { parents: true });
  const sources = (
    volume['projected'] as
      { readonly sources?: readonly Readonly<Record<string, unknown>>[] } | undefined
  )?.sources ?? [volume];
  for (const source of sources) {
    const failed = yield* fill(sys, record, source, folder, volume.name);
    if (failed) return failed;
  }
  return folder;
}

function* fill(
  sys: DaemonSys,
  record: PodRecord,
  source: Readonly<Record<string, unknown>>,
  folder: string,
  volume: string,
): Call<{ readonly error: string } | undefined> {
  const { namespace = 'default' } = record.pod.metadata;
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const write = (path: string, text: string) => {
    const parent = `${folder}/${path}`.replace(/\/[^/]*$/, '');
    sys.files.makeDirectory(parent, { parents: true });
    const before = sys.files.read(`${folder}/${path}`);
    if (isErrno(before) || before.text !== text) sys.files.write(`${folder}/${path}`, text);
  };
  for (const [field, resource, kind] of [
    ['configMap', 'configmaps', 'configmap'],
    ['secret', 'secrets', 'secret'],
  ] as const) {
    const given = source[field] as Source | undefined;
    if (!given) continue;
    const name = given.secretName ?? given.name ?? '';
    const found = yield* api.get<Data>(resource, namespace, name);
    if (!found && !given.optional)
      return {
        error: `MountVolume.SetUp failed for volume "${volume}" : ${kind} "${name}" not found`,
      };
    const text = (value: string) => (kind === 'secret' ? decodeBase64(value) : value);
    const data = found?.data ?? {};
    if (given.items) {
      for (const { key, path } of given.items)
        if (data[key] !== undefined) write(path, text(data[key]));
    } else for (const [key, value] of Object.entries(data)) write(key, text(value));
  }
  const downward = source['downwardAPI'] as Source | undefined;
  for (const { path, fieldRef } of downward?.items ?? [])
    if (fieldRef) write(path, fieldOf(sys, record, fieldRef.fieldPath));
  const token = source['serviceAccountToken'] as TokenSource | undefined;
  if (!token) return undefined;
  const path = token.path ?? 'token';
  // A token is asked for once: it holds for a year, longer than clusters here live.
  if (!isErrno(sys.files.read(`${folder}/${path}`))) return undefined;
  const made = yield* api.request(tokenRequest(record, namespace, token));
  if (made.status !== 201) {
    const why = (made.body as { readonly message?: string } | null)?.message ?? 'no answer';
    const text = `MountVolume.SetUp failed for volume "${volume}" : failed to fetch token:`;
    return { error: `${text} ${why}` };
  }
  write(path, (made.body as unknown as { readonly status: { token: string } }).status.token);
  return undefined;
}

interface TokenSource {
  readonly path?: string;
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

/** The kubelet asks for a token in the name of the pod that it is for. */
function tokenRequest(
  { pod }: PodRecord,
  namespace: string,
  { audience, expirationSeconds = 3_600 }: TokenSource,
): ApiRequest {
  const account = pod.spec.serviceAccountName ?? 'default';
  const { name, uid } = pod.metadata;
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name, uid };
  const audiences = audience === undefined ? {} : { audiences: [audience] };
  return {
    method: 'POST',
    url: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: { ...audiences, expirationSeconds, boundObjectRef },
    },
  };
}

function hostsFile(sys: DaemonSys, { pod, ip, ips = [ip ?? ''] }: PodRecord): string {
  if (pod.spec.hostNetwork) {
    const own = sys.files.read('/etc/hosts');
    return isErrno(own) ? '' : own.text;
  }
  const { metadata, spec } = pod;
  const host = spec.hostname ?? metadata.name;
  const full = spec.subdomain
    ? `${host}.${spec.subdomain}.${metadata.namespace}.svc.cluster.local\t${host}`
    : host;
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...ips.map((each) => `${each}\t${full}`),
  ];
  const aliases = spec.hostAliases ?? [];
  if (aliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.');
    for (const { ip: address, hostnames = [] } of aliases)
      lines.push(`${address}\t${hostnames.join('\t')}`);
  }
  return `${lines.join('\n')}\n`;
}
