import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../apimachinery/field-error.ts';
import type { FailureRule, JobSpec } from './job-shapes.ts';
import { validateTemplate } from './pod-template/validate.ts';

/** The most pods of an Indexed Job that may run at once, and that it may fail of. */
const INDEXED_MAX = 100_000;
const MODES = ['NonIndexed', 'Indexed'];

/** `validateJobSpec`: what Jobs and the templates of CronJobs are both asked. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const) {
    const value = spec[field] ?? 0;
    if (value < 0) {
      errors.push(invalid(at(path, field), value, 'must be greater than or equal to 0'));
    }
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(at(path, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  errors.push(...validateMode(spec, path), ...validateFailurePolicy(spec, path));
  errors.push(...validateReplacement(spec, path));
  errors.push(...validateTemplate(spec.template, at(path, 'template')));
  const policy = spec.template.spec.restartPolicy ?? '';
  const place = at(path, 'template', 'spec', 'restartPolicy');
  if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.push(required(place, 'valid values: "OnFailure", "Never"'));
  } else if (spec.podFailurePolicy && policy !== 'Never') {
    const why = 'only "Never" is supported when podFailurePolicy is specified';
    errors.push(invalid(place, policy, why));
  }
  return errors;
}

function validateMode(spec: JobSpec, path: string): FieldError[] {
  const { completionMode: mode, completions, parallelism = 0 } = spec;
  const errors: FieldError[] = [];
  const indexed = mode === 'Indexed';
  if (mode !== undefined && !MODES.includes(mode)) {
    errors.push(notSupported(at(path, 'completionMode'), mode, MODES.toSorted()));
  }
  if (indexed && completions === undefined) {
    errors.push(required(at(path, 'completions'), 'when completion mode is Indexed'));
  }
  if (indexed && parallelism > INDEXED_MAX) {
    const why = `must be less than or equal to ${INDEXED_MAX} when completion mode is Indexed`;
    errors.push(invalid(at(path, 'parallelism'), parallelism, why));
  }
  if (!indexed && spec.backoffLimitPerIndex !== undefined) {
    const why = 'requires indexed completion mode';
    errors.push(invalid(at(path, 'backoffLimitPerIndex'), spec.backoffLimitPerIndex, why));
  }
  if (!indexed && spec.successPolicy) {
    const value = { ...spec.successPolicy } as never;
    errors.push(invalid(at(path, 'successPolicy'), value, 'requires indexed completion mode'));
  }
  return errors;
}

function validateReplacement(spec: JobSpec, path: string): FieldError[] {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  if (policy === undefined) return [];
  const known = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const place = at(path, 'podReplacementPolicy');
  return known.includes(policy) ? [] : [notSupported(place, policy, known)];
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const RULES_MAX = 20;

function validateFailurePolicy({ podFailurePolicy }: JobSpec, path: string): FieldError[] {
  if (!podFailurePolicy) return [];
  const { rules = [] } = podFailurePolicy;
  const place = at(path, 'podFailurePolicy', 'rules');
  if (rules.length > RULES_MAX) {
    return [
      {
        path: place,
        type: 'TooMany',
        value: rules.length,
        detail: `must have at most ${RULES_MAX} items`,
      },
    ];
  }
  return rules.flatMap((rule, index) => validateRule(rule, at(place, index)));
}

function validateRule(rule: FailureRule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { action = '', onExitCodes: codes, onPodConditions: conditions = [] } = rule;
  if (action === '') {
    const list = ACTIONS.map((each) => `"${each}"`).join(', ');
    errors.push(required(at(path, 'action'), `valid values: [${list}]`));
  } else if (!ACTIONS.includes(action)) {
    errors.push(notSupported(at(path, 'action'), action, ACTIONS));
  }
  if (codes && conditions.length > 0) {
    const why = 'specifying both OnExitCodes and OnPodConditions is not supported';
    errors.push(invalid(path, null, why));
  } else if (!codes && conditions.length === 0) {
    errors.push(
      invalid(path, null, 'specifying one of OnExitCodes and OnPodConditions is required'),
    );
  }
  if (codes) errors.push(...validateCodes(codes, at(path, 'onExitCodes')));
  return errors;
}

function validateCodes(
  { operator = '', values = [] }: NonNullable<FailureRule['onExitCodes']>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const known = ['In', 'NotIn'];
  const place = at(path, 'operator');
  if (operator === '') errors.push(required(place, 'valid values: ["In", "NotIn"]'));
  else if (!known.includes(operator)) errors.push(notSupported(place, operator, known));
  if (values.length === 0)
    errors.push(invalid(at(path, 'values'), [], 'at least one value is required'));
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(at(path, 'values', index), 0, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) !== index) {
      errors.push({ path: at(path, 'values', index), type: 'Duplicate', value, detail: '' });
    }
  });
  return errors;
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
