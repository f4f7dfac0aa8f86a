import {
  at,
  invalid,
  keyed,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { inclusiveRange } from '../../apimachinery/names.ts';
import type { Json } from '../../world/json.ts';
import { dnsLabel, needed, oneOf, textOf, type Fields } from '../checks.ts';
import { descendingPath, noBacksteps } from './paths.ts';
import { iscsi } from './iscsi.ts';

/** What is wrong with one source of a volume, as a pod's volume or a PersistentVolume has it. */
export type SourceCheck = (source: Fields, path: string) => FieldError[];

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const hostPath: SourceCheck = (source, path) => {
  const missing = needed(source, path, 'path');
  if (missing.length > 0) return missing;
  return [
    ...noBacksteps(textOf(source, 'path'), at(path, 'path')),
    ...oneOf(source['type'] as string | undefined, hostPathTypes, at(path, 'type')),
  ];
};

const gitRepo: SourceCheck = (source, path) => [
  ...needed(source, path, 'repository'),
  ...descendingPath(textOf(source, 'directory'), at(path, 'directory')),
];

const disk =
  (name: string): SourceCheck =>
  (source, path) => {
    const partition = (source['partition'] ?? 0) as number;
    const wrong = partition < 0 || partition > 255;
    const place = at(path, 'partition');
    const range = inclusiveRange(1, 255);
    return [...needed(source, path, name), ...(wrong ? [invalid(place, partition, range)] : [])];
  };

const nfs: SourceCheck = (source, path) => {
  const errors = needed(source, path, 'server', 'path');
  const where = textOf(source, 'path');
  if (where.startsWith('/')) return errors;
  return [...errors, invalid(at(path, 'path'), where, 'must be an absolute path')];
};

const quobyte: SourceCheck = (source, path) => {
  const registry = textOf(source, 'registry');
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(at(path, 'registry'), pairs));
  else if (textOf(source, 'tenant').length >= 65) {
    const why = 'must be a UUID and may not exceed a length of 64 characters';
    errors.push(required(at(path, 'tenant'), why));
  } else {
    const wrong = registry.split(',').filter((pair) => !/^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(pair));
    errors.push(...wrong.map(() => invalid(at(path, 'registry'), registry, pairs)));
  }
  return [...errors, ...needed(source, path, 'volume')];
};

const flocker: SourceCheck = (source, path) => {
  const name = textOf(source, 'datasetName');
  const uuid = textOf(source, 'datasetUUID');
  const errors: FieldError[] = [];
  if (!name && !uuid) {
    errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  }
  if (name && uuid) {
    const both = 'datasetName and datasetUUID can not be specified simultaneously';
    errors.push(invalid(path, 'resource', both));
  }
  if (name.includes('/')) {
    errors.push(invalid(at(path, 'datasetName'), name, "must not contain '/'"));
  }
  return errors;
};

const monitors =
  (...others: readonly string[]): SourceCheck =>
  (source, path) => {
    const list = (source['monitors'] ?? []) as readonly string[];
    const errors = list.length === 0 ? [required(at(path, 'monitors'), '')] : [];
    return [...errors, ...needed(source, path, ...others)];
  };

const fc: SourceCheck = (source, path) => {
  const names = (source['targetWWNs'] ?? []) as readonly string[];
  const ids = (source['wwids'] ?? []) as readonly string[];
  const place = at(path, 'targetWWNs');
  const errors: FieldError[] = [];
  if (names.length === 0 && ids.length === 0) {
    errors.push(required(place, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (names.length > 0 && ids.length > 0) {
    const both = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalid(place, names, both));
  }
  const lun = source['lun'] as number | undefined;
  if (names.length === 0) return errors;
  if (lun === undefined) {
    errors.push(required(at(path, 'lun'), 'lun is required if targetWWNs is specified'));
  } else if (lun < 0 || lun > 255) {
    errors.push(invalid(at(path, 'lun'), lun, inclusiveRange(0, 255)));
  }
  return errors;
};

const flexVolume: SourceCheck = (source, path) => {
  const options = Object.keys((source['options'] ?? {}) as Fields);
  const reserved = options.filter((key) =>
    /\.(kubernetes|k8s)\.io$/.test(`.${(key.split('/')[0] as string).toLowerCase()}`),
  );
  const why = 'kubernetes.io and k8s.io namespaces are reserved';
  return [
    ...needed(source, path, 'driver'),
    ...reserved.map((key) => invalid(keyed(at(path, 'options'), key), key, why)),
  ];
};

const azureDisk: SourceCheck = (source, path) => {
  const kind = source['kind'] as string | undefined;
  const uri = textOf(source, 'diskURI');
  const place = at(path, 'diskURI');
  const caching = source['cachingMode'] as string | undefined;
  const errors = [
    ...needed(source, path, 'diskName', 'diskURI'),
    ...oneOf(caching, ['None', 'ReadOnly', 'ReadWrite'], at(path, 'cachingMode')),
    ...oneOf(kind, ['Dedicated', 'Managed', 'Shared'], at(path, 'kind')),
  ];
  if (kind === 'Managed' && !uri.startsWith('/subscriptions/')) {
    const form =
      '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/' +
      '{disk-id}';
    errors.push(notSupported(place, uri, [form]));
  }
  if (kind !== undefined && kind !== 'Managed' && !uri.startsWith('https://')) {
    const form = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
    errors.push(notSupported(place, uri, [form]));
  }
  return errors;
};

const storageos: SourceCheck = (source, path) => {
  const name = textOf(source, 'volumeName');
  const namespace = textOf(source, 'volumeNamespace');
  return [
    ...(name ? dnsLabel(name, at(path, 'volumeName')) : [required(at(path, 'volumeName'), '')]),
    ...(namespace ? dnsLabel(namespace, at(path, 'volumeNamespace')) : []),
    ...secretName(source, path),
  ];
};

const cinder: SourceCheck = (source, path) => [
  ...needed(source, path, 'volumeID'),
  ...secretName(source, path),
];

/** Where a reference to a Secret stands, it has a name. */
function secretName(source: Fields, path: string): FieldError[] {
  const secret = source['secretRef'] as Fields | undefined;
  return secret ? needed(secret, at(path, 'secretRef'), 'name') : [];
}

const texts =
  (...names: readonly string[]): SourceCheck =>
  (source, path) =>
    needed(source, path, ...names);

/** Sources that pods and PersistentVolumes have alike (`pkg/apis/core/validation`). */
export const sourceChecks: Readonly<Record<string, SourceCheck>> = {
  hostPath,
  gitRepo,
  gcePersistentDisk: disk('pdName'),
  awsElasticBlockStore: disk('volumeID'),
  nfs,
  iscsi,
  glusterfs: texts('endpoints', 'path'),
  flocker,
  rbd: monitors('image'),
  cinder,
  cephfs: monitors(),
  quobyte,
  fc,
  flexVolume,
  azureFile: texts('secretName', 'shareName'),
  vsphereVolume: texts('volumePath'),
  photonPersistentDisk: texts('pdID'),
  portworxVolume: texts('volumeID'),
  azureDisk,
  storageos,
  scaleIO: texts('gateway', 'system', 'volumeName'),
};

/** The source of a name in a volume, if it is there. */
export function sourceOf(volume: { readonly [name: string]: unknown }, name: string) {
  const source = volume[name];
  return source === undefined || source === null ? undefined : (source as Fields & Json);
}
