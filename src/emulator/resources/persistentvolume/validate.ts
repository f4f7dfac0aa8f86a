import {
  at,
  forbidden,
  invalid,
  keyed,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/names.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { equal } from '../../world/json.ts';
import { immutable } from '../metadata.ts';
import { accessModes } from '../volume.ts';
import type { PersistentVolume } from './shapes.ts';

type Spec = NonNullable<PersistentVolume['spec']>;

const sources = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flocker',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];

/** `ValidatePersistentVolume` and `ValidatePersistentVolumeUpdate` (`pkg/apis/core/validation`). */
export function validate(
  volume: PersistentVolume,
  old: PersistentVolume | undefined,
): FieldError[] {
  const spec = volume.spec ?? {};
  const errors = [...validateModes(spec), ...validateCapacity(spec), ...validatePolicy(spec)];
  errors.push(...validateSources(spec));
  const { storageClassName: name } = spec;
  if (name) {
    const texts = isDns1123Subdomain(name);
    errors.push(...texts.map((each) => invalid('spec.storageClassName', name, each)));
  }
  const kinds = ['Block', 'Filesystem'];
  if (spec.volumeMode !== undefined && !kinds.includes(spec.volumeMode)) {
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, kinds));
  }
  return old ? [...errors, ...validateUpdate(spec, old.spec ?? {})] : errors;
}

function validateUpdate(spec: Spec, old: Spec): FieldError[] {
  const own = (given: Spec) => sources.map((name) => given[name] ?? null);
  const errors: FieldError[] = [];
  if (!equal(own(spec), own(old))) {
    const path = 'spec.persistentvolumesource';
    errors.push(forbidden(path, `${path} is immutable after creation`));
  }
  errors.push(...immutable('spec.volumeMode', spec.volumeMode, old.volumeMode));
  if (old.nodeAffinity && !equal(spec.nodeAffinity ?? null, old.nodeAffinity)) {
    errors.push(...immutable('spec.nodeAffinity', spec.nodeAffinity ?? null, old.nodeAffinity));
  }
  return errors;
}

function validateModes({ accessModes: modes = [] }: Spec): FieldError[] {
  const path = 'spec.accessModes';
  if (modes.length === 0) return [required(path, '')];
  const errors = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported(path, mode, accessModes));
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateCapacity({ capacity = {} }: Spec): FieldError[] {
  const path = 'spec.capacity';
  const names = Object.keys(capacity);
  if (names.length === 0) return [required(path, '')];
  if (capacity['storage'] === undefined || names.length > 1) {
    return [notSupported(path, { ...capacity }, ['storage'])];
  }
  const size = parseQuantity(capacity['storage']);
  if (size && size.nano > 0n) return [];
  return [invalid(keyed(path, 'storage'), capacity['storage'], 'must be greater than zero')];
}

function validatePolicy({ persistentVolumeReclaimPolicy: policy, hostPath }: Spec): FieldError[] {
  const path = 'spec.persistentVolumeReclaimPolicy';
  const known = ['Delete', 'Recycle', 'Retain'];
  if (policy && !known.includes(policy)) return [notSupported(path, policy, known)];
  if (policy !== 'Recycle' || hostPath?.path !== '/') return [];
  return [forbidden(path, "may not be 'recycle' for a hostPath mount of '/'")];
}

function validateSources(spec: Spec): FieldError[] {
  const given = sources.filter((name) => spec[name]);
  if (given.length === 0) return [required('spec', 'must specify a volume type')];
  const errors = given
    .slice(1)
    .map((name) => forbidden(at('spec', name), 'may not specify more than 1 volume type'));
  if (given.length > 1) return errors;
  const need = (path: string, value: unknown) => (value ? [] : [required(path, '')]);
  const { hostPath, local, nfs, csi } = spec;
  if (hostPath) errors.push(...need('spec.hostPath.path', hostPath.path));
  if (hostPath?.path?.split('/').includes('..')) {
    errors.push(invalid('spec.hostPath.path', hostPath.path, "must not contain '..'"));
  }
  if (nfs) {
    errors.push(...need('spec.nfs.server', nfs.server), ...need('spec.nfs.path', nfs.path));
    if (nfs.path && !nfs.path.startsWith('/')) {
      errors.push(invalid('spec.nfs.path', nfs.path, 'must be an absolute path'));
    }
  }
  if (local) {
    errors.push(...need('spec.local.path', local.path));
    if (!spec.nodeAffinity?.required) {
      errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    }
  }
  if (csi) {
    errors.push(...need('spec.csi.driver', csi.driver));
    errors.push(...need('spec.csi.volumeHandle', csi.volumeHandle));
  }
  return errors;
}
