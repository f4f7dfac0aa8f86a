import { at, required, tooLong, type FieldError } from '../../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/names.ts';
import { dnsLabel, dnsSubdomain, invalids, needed, textOf, type Fields } from '../checks.ts';

const MAX = 63;

/** `ValidateCSIDriverName`: also of CSIDriver and CSINode objects. */
export function csiDriverName(name: string, path: string): FieldError[] {
  return [
    ...(name ? [] : [required(path, '')]),
    ...(name.length > MAX ? [tooLong(path, MAX)] : []),
    ...invalids(path, name, isDns1123Subdomain(name.toLowerCase())),
  ];
}

/** `validateCSIVolumeSource`: a volume that is made for one pod. */
export function inlineCsi(source: Fields, path: string): FieldError[] {
  const errors = csiDriverName(textOf(source, 'driver'), at(path, 'driver'));
  const secret = source['nodePublishSecretRef'] as Fields | undefined;
  if (!secret) return errors;
  const name = textOf(secret, 'name');
  if (!name) return [...errors, required(at(path, 'nodePublishSecretRef', 'name'), '')];
  return [...errors, ...dnsSubdomain(name, at(path, 'name'))];
}

const secrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

/** `validateCSIPersistentVolumeSource`. */
export function persistentCsi(source: Fields, path: string): FieldError[] {
  return [
    ...csiDriverName(textOf(source, 'driver'), at(path, 'driver')),
    ...needed(source, path, 'volumeHandle'),
    ...secrets.flatMap((name) => {
      const secret = source[name] as Fields | undefined;
      return secret ? secretReference(secret, at(path, name)) : [];
    }),
  ];
}

function secretReference(secret: Fields, path: string): FieldError[] {
  const [name, namespace] = [textOf(secret, 'name'), textOf(secret, 'namespace')];
  return [
    ...(name ? dnsSubdomain(name, at(path, 'name')) : needed(secret, path, 'name')),
    ...(namespace ? dnsLabel(namespace, at(path, 'namespace')) : needed(secret, path, 'namespace')),
  ];
}
