import {
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
import { validateLabelSelector } from '../label-selector.ts';
import { accessModes } from '../volume.ts';
import type { PersistentVolumeClaim } from './shapes.ts';

type Spec = NonNullable<PersistentVolumeClaim['spec']>;

/** `ValidatePersistentVolumeClaim` and its update (`pkg/apis/core/validation`). */
export function validate(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim | undefined,
): FieldError[] {
  const spec = claim.spec ?? {};
  const errors = [...validateModes(spec), ...validateLabelSelector(spec.selector, 'spec.selector')];
  errors.push(...validateSize(spec));
  const { storageClassName: name } = spec;
  if (name) {
    const texts = isDns1123Subdomain(name);
    errors.push(...texts.map((each) => invalid('spec.storageClassName', name, each)));
  }
  const kinds = ['Block', 'Filesystem'];
  if (spec.volumeMode !== undefined && !kinds.includes(spec.volumeMode)) {
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, kinds));
  }
  return old ? [...errors, ...validateUpdate(claim, old)] : errors;
}

function validateModes({ accessModes: modes = [] }: Spec): FieldError[] {
  const path = 'spec.accessModes';
  if (modes.length === 0) return [required(path, 'at least 1 access mode is required')];
  const errors = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported(path, mode, accessModes));
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateSize({ resources }: Spec): FieldError[] {
  const path = keyed('spec.resources', 'storage');
  const size = resources?.requests?.['storage'];
  if (size === undefined) return [required(path, '')];
  const amount = parseQuantity(size);
  return amount && amount.nano > 0n ? [] : [invalid(path, size, 'must be greater than zero')];
}

const FIXED =
  'spec is immutable after creation except resources.requests and ' +
  'volumeAttributesClassName for bound claims';

/** A pending claim may still be given its volume and its class; a bound one may only grow. */
function validateUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const [now, before] = [claim.spec ?? {}, old.spec ?? {}];
  const bound = old.status?.phase === 'Bound';
  if (!equal(fixed(now, before, bound), fixed(before, before, bound))) {
    errors.push(forbidden('spec', FIXED));
  }
  const [size, held] = [now, before].map(({ resources }) =>
    parseQuantity(resources?.requests?.['storage'] ?? ''),
  );
  if (size && held && size.nano < held.nano) {
    const why = 'field can not be less than previous value';
    errors.push(forbidden('spec.resources.requests.storage', why));
  }
  return errors;
}

function fixed(spec: Spec, before: Spec, bound: boolean): unknown {
  const { volumeName, storageClassName, resources, volumeAttributesClassName, ...rest } = spec;
  return {
    ...rest,
    volumeName: before.volumeName ? (volumeName ?? null) : null,
    storageClassName: before.storageClassName === undefined ? null : (storageClassName ?? null),
    limits: resources?.limits ?? null,
    requests: bound ? null : (resources?.requests ?? null),
    attributes: bound ? null : (volumeAttributesClassName ?? null),
  };
}
