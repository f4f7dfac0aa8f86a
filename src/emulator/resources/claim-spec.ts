import {
  at,
  forbidden,
  invalid,
  keyed,
  notSupported,
  required,
  type FieldError,
} from '../apimachinery/field-error.ts';
import type { LabelSelector } from '../apimachinery/object.ts';
import { formatQuantity, parseQuantity } from '../apimachinery/quantity.ts';
import { equal } from '../world/json.ts';
import { dnsLabel, dnsSubdomain, needed, textOf, type Fields } from './checks.ts';
import { validateLabelSelector } from './label-selector.ts';
import { accessModes } from './volume.ts';

/** What a claim asks for, wherever it is written (`PersistentVolumeClaimSpec`). */
export interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly selector?: LabelSelector;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly volumeAttributesClassName?: string;
  readonly dataSource?: object;
  readonly dataSourceRef?: object;
}

/** How volumes are given to containers. */
export const volumeModes = ['Block', 'Filesystem'];

/**
 * `ValidatePersistentVolumeClaimSpec`. `lenient` is for objects that had an odd API group of their
 * data source before it was looked at.
 */
export function validateClaimSpec(spec: ClaimSpec, path: string, lenient = false): FieldError[] {
  const modes = spec.accessModes ?? [];
  const errors: FieldError[] = [];
  if (modes.length === 0) {
    errors.push(required(at(path, 'accessModes'), 'at least 1 access mode is required'));
  }
  errors.push(...validateLabelSelector(spec.selector, at(path, 'selector')));
  errors.push(...validateModes(modes, at(path, 'accessModes')));
  errors.push(...validateSize(spec, keyed(at(path, 'resources'), 'storage')));
  const { storageClassName, volumeMode, volumeAttributesClassName } = spec;
  if (storageClassName)
    errors.push(...dnsSubdomain(storageClassName, at(path, 'storageClassName')));
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported(at(path, 'volumeMode'), volumeMode, volumeModes));
  }
  errors.push(...validateSources(spec, path, lenient));
  if (volumeAttributesClassName) {
    const place = at(path, 'volumeAttributesClassName');
    errors.push(...dnsSubdomain(volumeAttributesClassName, place));
  }
  return errors;
}

/** Access modes of claims and volumes: known, and ReadWriteOncePod only alone. */
export function validateModes(modes: readonly string[], path: string): FieldError[] {
  const errors = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported(path, mode, accessModes));
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateSize({ resources }: ClaimSpec, path: string): FieldError[] {
  const size = resources?.requests?.['storage'];
  if (size === undefined) return [required(path, '')];
  const amount = parseQuantity(String(size));
  if (!amount || amount.nano > 0n) return [];
  return [invalid(path, formatQuantity(amount), 'must be greater than zero')];
}

function validateSources(spec: ClaimSpec, path: string, lenient: boolean): FieldError[] {
  const source = spec.dataSource as Fields | undefined;
  const ref = spec.dataSourceRef as Fields | undefined;
  const errors: FieldError[] = [];
  if (source) errors.push(...validateSource(source, at(path, 'dataSource'), lenient));
  if (ref) errors.push(...validateSource(ref, at(path, 'dataSourceRef'), lenient));
  const namespace = ref ? textOf(ref, 'namespace') : '';
  if (namespace) errors.push(...dnsLabel(namespace, at(path, 'dataSourceRef', 'namespace')));
  if (!source || !ref) return errors;
  // The value of these is the path of a field, which Go prints as text.
  const shown = at(path, 'dataSource');
  if (namespace) {
    const why = 'may not be specified when dataSourceRef.namespace is specified';
    return [...errors, invalid(path, shown, why)];
  }
  const own = (each: Fields) => ['apiGroup', 'kind', 'name'].map((name) => each[name] ?? null);
  return equal(own(source), own(ref))
    ? errors
    : [...errors, invalid(path, shown, 'must match dataSourceRef')];
}

function validateSource(source: Fields, path: string, lenient: boolean): FieldError[] {
  const errors = needed(source, path, 'name', 'kind');
  const [group, kind] = [textOf(source, 'apiGroup'), textOf(source, 'kind')];
  if (!group && kind !== 'PersistentVolumeClaim') {
    const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, kind, why));
  }
  if (group && !lenient) errors.push(...dnsSubdomain(group, at(path, 'apiGroup')));
  return errors;
}
