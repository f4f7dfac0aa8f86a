import type { Writer } from './writer.ts';

interface VolumeShape {
  readonly name: string;
  readonly [source: string]: unknown;
}

type Source = Readonly<Record<string, unknown>>;

/** Volumes with what backs them (`describeVolumes`); inside a template names are set in deeper. */
export function volumeLines(
  writer: Writer,
  volumes: readonly VolumeShape[] | null | undefined,
  template = false,
): void {
  const level = template ? 1 : 0;
  if (!volumes || volumes.length === 0) {
    writer.line(level, 'Volumes:\t<none>');
    return;
  }
  writer.line(level, 'Volumes:');
  for (const volume of volumes) {
    writer.line(1, `${template ? ' ' : ''}${volume.name}:`);
    const type = Object.keys(sources).find((name) => volume[name]);
    if (!type) writer.line(1, '<unknown>');
    else {
      const lines = (sources[type] as (source: Source) => readonly string[])(
        volume[type] as Source,
      );
      for (const line of lines) writer.line(2, line);
    }
  }
}

const text = (value: unknown, missing = '') => (value === undefined ? missing : String(value));
const bool = (value: unknown) => text(value, 'false');

/** One printer for each source that a cluster without storage plugins can hold. */
const sources: Readonly<Record<string, (source: Source) => readonly string[]>> = {
  hostPath: (source) => [
    'Type:\tHostPath (bare host directory volume)',
    `Path:\t${text(source['path'])}`,
    `HostPathType:\t${text(source['type'])}`,
  ],
  emptyDir: (source) => [
    "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
    `Medium:\t${text(source['medium'])}`,
    `SizeLimit:\t${text(source['sizeLimit'], '<unset>')}`,
  ],
  secret: (source) => [
    'Type:\tSecret (a volume populated by a Secret)',
    `SecretName:\t${text(source['secretName'])}`,
    `Optional:\t${bool(source['optional'])}`,
  ],
  configMap: (source) => [
    'Type:\tConfigMap (a volume populated by a ConfigMap)',
    `Name:\t${text(source['name'])}`,
    `Optional:\t${bool(source['optional'])}`,
  ],
  nfs: (source) => [
    'Type:\tNFS (an NFS mount that lasts the lifetime of a pod)',
    `Server:\t${text(source['server'])}`,
    `Path:\t${text(source['path'])}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
  ],
  persistentVolumeClaim: (source) => [
    'Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    `ClaimName:\t${text(source['claimName'])}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
  ],
  downwardAPI: (source) => [
    'Type:\tDownwardAPI (a volume populated by information about the pod)',
    'Items:',
    ...list(source['items']).map((item) => {
      const from = item['fieldRef'] as Source | undefined;
      const path = from?.['fieldPath'] ?? (item['resourceFieldRef'] as Source)?.['resource'];
      return `  ${text(path)} -> ${text(item['path'])}`;
    }),
  ],
  projected: (source) => [
    'Type:\tProjected (a volume that contains injected data from multiple sources)',
    ...list(source['sources']).flatMap(projectedText),
  ],
  csi: (source) => [
    'Type:\tCSI (a Container Storage Interface (CSI) volume source)',
    `Driver:\t${text(source['driver'])}`,
    `FSType:\t${text(source['fsType'])}`,
    `ReadOnly:\t${bool(source['readOnly'])}`,
    ...attributes(source['volumeAttributes']),
  ],
  image: (source) => [
    'Type:\tImage (a container image or OCI artifact)',
    `Reference:\t${text(source['reference'])}`,
    `PullPolicy:\t${text(source['pullPolicy'])}`,
  ],
};

const list = (value: unknown) => (value ?? []) as readonly Source[];

function projectedText(source: Source): string[] {
  const read = (name: string) => source[name] as Source | undefined;
  const secret = read('secret');
  if (secret)
    return [`SecretName:\t${text(secret['name'])}`, `Optional:\t${bool(secret['optional'])}`];
  if (read('downwardAPI')) return ['DownwardAPI:\ttrue'];
  const map = read('configMap');
  if (map) return [`ConfigMapName:\t${text(map['name'])}`, `Optional:\t${bool(map['optional'])}`];
  const token = read('serviceAccountToken');
  return token ? [`TokenExpirationSeconds:\t${text(token['expirationSeconds'])}`] : [];
}

function attributes(value: unknown): string[] {
  const entries = Object.entries((value ?? {}) as Source).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return ['VolumeAttributes:\t<none>'];
  return entries.map(([key, each], index) => {
    const line = `${key}=${text(each)}`;
    const short = line.length > 140 ? `${line.slice(0, 140)}...` : line;
    return `${index === 0 ? 'VolumeAttributes:' : ''}\t${short}`;
  });
}
