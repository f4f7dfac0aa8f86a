import {
  at,
  forbidden,
  invalid,
  notSupported,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { nonNegative } from '../checks.ts';
import { notMoreThanAll, numberOf, positiveIntOrPercent } from '../int-or-percent.ts';
import { immutable } from '../metadata.ts';
import { validateCounts, validateReplicaTemplate, validateSelector } from '../workload-validate.ts';
import type { Deployment } from './shapes.ts';

/** `ValidateDeployment` and `ValidateDeploymentUpdate` (`pkg/apis/apps/validation`). */
export function validate({ spec }: Deployment, old: Deployment | undefined): FieldError[] {
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec;
  const errors = [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...validateSelector(spec.selector, 'deployment'),
    ...validateReplicaTemplate(spec.selector, spec.template),
    ...validateStrategy(spec.strategy),
    ...nonNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...nonNegative(deadline, 'spec.progressDeadlineSeconds'),
  ];
  if (deadline !== undefined && deadline <= minReadySeconds) {
    const why = 'must be greater than minReadySeconds';
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, why));
  }
  return old
    ? [...errors, ...immutable('spec.selector', spec.selector, old.spec.selector)]
    : errors;
}

function validateStrategy(strategy: Deployment['spec']['strategy']): FieldError[] {
  const path = 'spec.strategy';
  const { type = '', rollingUpdate: rolling } = strategy ?? {};
  if (type === 'Recreate') {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rolling ? [forbidden(at(path, 'rollingUpdate'), why)] : [];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rolling ?? {};
  if (type !== 'RollingUpdate') {
    const inner = rolling ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null;
    const shown = { Type: type, RollingUpdate: inner };
    return [notSupported(path, shown, ['Recreate', 'RollingUpdate'])];
  }
  const place = at(path, 'rollingUpdate', 'maxUnavailable');
  const errors = [
    ...positiveIntOrPercent(maxUnavailable, place),
    ...positiveIntOrPercent(maxSurge, at(path, 'rollingUpdate', 'maxSurge')),
  ];
  if (numberOf(maxUnavailable) === 0 && numberOf(maxSurge) === 0) {
    errors.push(invalid(place, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...notMoreThanAll(maxUnavailable, place)];
}

const counts = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'collisionCount',
];

/** `ValidateDeploymentStatusUpdate`. */
export function validateStatus({ status }: Deployment, old: Deployment): FieldError[] {
  return validateCounts(status, old.status, counts, [
    ['updatedReplicas', 'replicas', 'status.replicas'],
    ['readyReplicas', 'replicas', 'status.replicas'],
    ['availableReplicas', 'replicas', 'status.replicas'],
    ['availableReplicas', 'readyReplicas', 'readyReplicas'],
  ]);
}
