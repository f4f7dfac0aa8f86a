import {
  at,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../apimachinery/names.ts';
import { invalids, nonNegative } from './checks.ts';
import { validateFailurePolicy, validateSuccessPolicy } from './job-rules.ts';
import type { JobSpec } from './job-shapes.ts';
import { validateTemplate } from './pod-template/validate.ts';

/** The most pods of an Indexed Job that may run at once, and that it may fail of. */
const INDEXED_MAX = 100_000;
/** The same for Jobs with more completions than that. */
const MANY_MAX = 10_000;
const MANAGER_MAX = 63;
const MODES = ['NonIndexed', 'Indexed'];

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** `validateJobSpec`: what Jobs and the templates of CronJobs are both asked. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = counts.flatMap((field) => nonNegative(spec[field], at(path, field)));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(at(path, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  errors.push(
    ...validateManager(spec, at(path, 'managedBy')),
    ...validateMode(spec, path),
    ...validateFailurePolicy(spec, path),
    ...validateSuccessPolicy(spec, path),
    ...validateReplacement(spec, path),
    ...validateTemplate(spec.template, at(path, 'template')),
  );
  const policy = spec.template.spec.restartPolicy ?? '';
  const place = at(path, 'template', 'spec', 'restartPolicy');
  if (policy === 'Always' || policy === '') {
    errors.push(required(place, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.push(notSupported(place, policy, ['OnFailure', 'Never']));
  } else if (spec.podFailurePolicy && policy !== 'Never') {
    const why = 'only "Never" is supported when podFailurePolicy is specified';
    errors.push(invalid(place, policy, why));
  }
  return errors;
}

/** `IsDomainPrefixedPath`: who looks after the Job, if not its own controller. */
function validateManager({ managedBy: manager }: JobSpec, path: string): FieldError[] {
  if (manager === undefined) return [];
  const long = manager.length > MANAGER_MAX ? [tooLong(path, MANAGER_MAX)] : [];
  if (manager === '') return [required(path, '')];
  const cut = manager.indexOf('/');
  const [host, rest] = [manager.slice(0, Math.max(cut, 0)), manager.slice(cut + 1)];
  if (host === '' || rest === '') {
    const why = 'must be a domain-prefixed path (such as "acme.io/foo")';
    return [invalid(path, manager, why), ...long];
  }
  const errors = invalids(path, host, isDns1123Subdomain(host));
  const form = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  if (!new RegExp(`^${form}$`).test(rest)) {
    const why = `Invalid path (regex used for validation is '${form}')`;
    errors.push(invalid(path, rest, why));
  }
  return [...errors, ...long];
}

function validateMode(spec: JobSpec, path: string): FieldError[] {
  const { completionMode: mode, maxFailedIndexes: failed, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  if (mode !== undefined && !MODES.includes(mode)) {
    errors.push(notSupported(at(path, 'completionMode'), mode, MODES));
  }
  if (mode === 'Indexed') return [...errors, ...validateIndexed(spec, path)];
  if (mode !== undefined && mode !== 'NonIndexed') return errors;
  const why = 'requires indexed completion mode';
  if (backoffLimitPerIndex !== undefined) {
    errors.push(invalid(at(path, 'backoffLimitPerIndex'), backoffLimitPerIndex, why));
  }
  if (failed !== undefined) errors.push(invalid(at(path, 'maxFailedIndexes'), failed, why));
  return errors;
}

function validateIndexed(spec: JobSpec, path: string): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes: failed } = spec;
  const errors: FieldError[] = [];
  const [ways, failures] = [at(path, 'parallelism'), at(path, 'maxFailedIndexes')];
  const most = (count: number) => `must be less than or equal to ${count}`;
  if (completions === undefined) {
    errors.push(required(at(path, 'completions'), 'when completion mode is Indexed'));
  }
  if (parallelism > INDEXED_MAX) {
    const why = `${most(INDEXED_MAX)} when completion mode is Indexed`;
    errors.push(invalid(ways, parallelism, why));
  }
  if (failed !== undefined && completions !== undefined && failed > completions) {
    errors.push(invalid(failures, failed, 'must be less than or equal to completions'));
  }
  if ((failed ?? 0) > INDEXED_MAX) errors.push(invalid(failures, failed, most(INDEXED_MAX)));
  if ((completions ?? 0) <= INDEXED_MAX || spec.backoffLimitPerIndex === undefined) return errors;
  const many = `when completions are above ${INDEXED_MAX} and used with backoff limit per index`;
  if (failed === undefined) {
    const why = `must be specified when completions is above ${INDEXED_MAX}`;
    errors.push(required(failures, why));
  }
  if (parallelism > MANY_MAX) errors.push(invalid(ways, parallelism, `${most(MANY_MAX)} ${many}`));
  if ((failed ?? 0) > MANY_MAX) errors.push(invalid(failures, failed, `${most(MANY_MAX)} ${many}`));
  return errors;
}

function validateReplacement(spec: JobSpec, path: string): FieldError[] {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  if (policy === undefined) return [];
  const known = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const place = at(path, 'podReplacementPolicy');
  return known.includes(policy) ? [] : [notSupported(place, policy, known)];
}

/** Why a template's own selector is refused in a CronJob. */
export function validateGenerated(spec: JobSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.selector) {
    const value = { ...spec.selector } as never;
    errors.push(invalid(at(path, 'selector'), value, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector) {
    errors.push(notSupported(at(path, 'manualSelector'), true, ['nil', 'false']));
  }
  return errors;
}
