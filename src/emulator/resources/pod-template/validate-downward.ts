import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import { qualifiedName, textOf, type Fields } from '../checks.ts';

/** Fields of a pod that environment variables may take. */
export const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields of a pod that files of a volume may hold. */
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Labels of fields that there are at all (`ConvertDownwardAPIFieldLabel`). */
const known = new Set([
  ...envFields,
  ...volumeFields,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

/** `validateObjectFieldSelector`. */
export function fieldSelector(ref: Fields, allowed: readonly string[], path: string): FieldError[] {
  const place = at(path, 'fieldPath');
  const [version, label] = [textOf(ref, 'apiVersion'), textOf(ref, 'fieldPath')];
  if (!version) return [required(at(path, 'apiVersion'), '')];
  if (!label) return [required(place, '')];
  const cannot = (why: string) => [invalid(place, label, `error converting fieldPath: ${why}`)];
  if (version !== 'v1') return cannot(`unsupported pod version: ${version}`);
  const [, field, subscript] = /^(.+?)\['(.*)'\]$/s.exec(label) ?? [];
  if (field !== undefined && subscript !== undefined) {
    if (field === 'metadata.annotations') return qualifiedName(subscript.toLowerCase(), path);
    if (field === 'metadata.labels') return qualifiedName(subscript, path);
    return cannot(`field label does not support subscript: ${label}`);
  }
  const name = label === 'spec.host' ? 'spec.nodeName' : label;
  if (!known.has(name)) return cannot(`field label not supported: ${label}`);
  return allowed.includes(name) ? [] : [notSupported(place, name, allowed)];
}

const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const isHuge = (name: string) => /^(requests|limits)\.hugepages-/.test(name);
const units = '1 1k 1M 1G 1T 1P 1E 1Ki 1Mi 1Gi 1Ti 1Pi 1Ei'.split(' ');

/** `validateContainerResourceFieldSelector`; files of volumes must name a container. */
export function resourceSelector(ref: Fields, path: string, volume: boolean): FieldError[] {
  const resource = textOf(ref, 'resource');
  const errors: FieldError[] = [];
  if (volume && !textOf(ref, 'containerName')) errors.push(required(at(path, 'containerName'), ''));
  else if (!resource) errors.push(required(at(path, 'resource'), ''));
  else if (!resources.includes(resource) && !isHuge(resource)) {
    errors.push(notSupported(at(path, 'resource'), resource, resources));
  }
  return [...errors, ...divisorErrors(resource, ref['divisor'], at(path, 'divisor'))];
}

function divisorErrors(resource: string, given: unknown, path: string): FieldError[] {
  const divisor = parseQuantity(String(given ?? '0'));
  if (!divisor || divisor.nano === 0n) return [];
  const text = formatQuantity(divisor);
  const what = resource.split('.')[1] ?? '';
  const only = (values: readonly string[], of: string): FieldError[] => {
    if (values.includes(text)) return [];
    const list = values.length === 2 ? values.join(' and ') : values.join(', ');
    const why = `only divisor's values ${list} are supported with the ${of} resource`;
    return [invalid(path, resource, why)];
  };
  if (isHuge(resource)) return only(units, 'hugepages');
  if (!resources.includes(resource)) return [];
  if (what === 'cpu') return only(['1m', '1'], 'cpu');
  return only(units, what === 'memory' ? 'memory' : 'local ephemeral storage');
}
