import { invalid, notSupported, type FieldError } from '../apimachinery/field-error.ts';
import { invalidStatus, timeoutStatus, type ApiStatus } from '../apimachinery/status.ts';
import type { Query } from './route.ts';

const MANAGER_MAX = 128;
const validations = ['', 'Ignore', 'Strict', 'Warn'];
const policies = ['Foreground', 'Background', 'Orphan'];

/** The options of a deletion that can be wrong. */
export interface DeletePropagation {
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly dryRun?: readonly string[];
}

/**
 * `ValidateCreateOptions`, `ValidateUpdateOptions`, `ValidatePatchOptions` of metav1: refuses a dry
 * run of an unknown sort, a field manager's name that is too long, a validation that is not known.
 */
export function checkWriteOptions(
  options: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  query: Query,
): ApiStatus | undefined {
  if (good.has(query)) return undefined;
  const errors: FieldError[] = [];
  const manager = query.get('fieldManager') ?? '';
  if (manager.length > MANAGER_MAX) {
    const detail = `may not be more than ${MANAGER_MAX} bytes`;
    errors.push({ path: 'fieldManager', type: 'TooLong', detail });
  }
  if ([...manager].some((letter) => /[\p{C}\p{Z}]/u.test(letter) && letter !== ' ')) {
    errors.push(invalid('fieldManager', manager, 'should only contain printable characters'));
  }
  errors.push(...dryRunErrors(query.all('dryRun')));
  const validation = query.get('fieldValidation') ?? '';
  if (!validations.includes(validation)) {
    errors.push(notSupported('fieldValidation', validation, validations));
  }
  if (errors.length > 0) return refusal(options, errors);
  good.add(query);
  return undefined;
}

/** Queries of kept URLs whose options are right. */
const good = new WeakSet<Query>();

/** `ValidateDeleteOptions`. */
export function checkDeleteOptions(options: DeletePropagation): ApiStatus | undefined {
  const { propagationPolicy: policy, orphanDependents, dryRun } = options;
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && policy !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(invalid('propagationPolicy', policy, why));
  }
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported('propagationPolicy', policy, [...policies, 'nil']));
  }
  errors.push(...dryRunErrors(dryRun ?? []));
  return errors.length > 0 ? refusal('DeleteOptions', errors) : undefined;
}

function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((each) => each === 'All')) return [];
  return [notSupported('dryRun', [...values], ['All'])];
}

function refusal(kind: string, errors: readonly FieldError[]): ApiStatus {
  return invalidStatus({ group: 'meta.k8s.io', kind }, '', errors);
}

/** What a read meets that asks for a version which is yet to come. */
export function tooLarge(version: string | undefined, current: number): ApiStatus | undefined {
  if (version === undefined || !/^\d+$/.test(version) || Number(version) <= current) {
    return undefined;
  }
  return timeoutStatus(`Too large resource version: ${version}, current: ${current}`, {
    reason: 'ResourceVersionTooLarge',
    message: 'Too large resource version',
  });
}
