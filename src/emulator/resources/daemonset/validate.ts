import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import type { Json } from '../../world/json.ts';
import { nonNegative } from '../checks.ts';
import { notMoreThanAll, numberOf, positiveIntOrPercent } from '../int-or-percent.ts';
import { validateLabelSelector } from '../label-selector.ts';
import { immutable } from '../metadata.ts';
import { validateTemplate } from '../pod-template/validate.ts';
import {
  isEmpty,
  isUsable,
  validateCounts,
  validateEndless,
  validateMatch,
} from '../workload-validate.ts';
import type { DaemonSet } from './shapes.ts';

/** `ValidateDaemonSet` and `ValidateDaemonSetUpdate` (`pkg/apis/apps/validation`). */
export function validate({ spec }: DaemonSet, old: DaemonSet | undefined): FieldError[] {
  const { selector, template } = spec;
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (isUsable(selector)) errors.push(...validateMatch(selector, template));
  if (selector && isEmpty(selector)) {
    const why = 'empty selector is invalid for daemonset';
    errors.push(invalid('spec.selector', selector as unknown as Json, why));
  }
  errors.push(
    ...validateTemplate(template, 'spec.template'),
    ...validateEndless(template, 'DaemonSet'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateStrategy(spec.updateStrategy),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  );
  return old ? [...errors, ...immutable('spec.selector', selector, old.spec.selector)] : errors;
}

function validateStrategy(strategy: DaemonSet['spec']['updateStrategy']): FieldError[] {
  const path = 'spec.updateStrategy';
  const { type = '', rollingUpdate: rolling } = strategy ?? {};
  if (type === 'OnDelete') return [];
  const place = at(path, 'rollingUpdate');
  const { maxUnavailable = 0, maxSurge = 0 } = rolling ?? {};
  if (type !== 'RollingUpdate') {
    const inner = rolling ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null;
    const shown = { Type: type, RollingUpdate: inner };
    return [notSupported(path, shown, ['RollingUpdate', 'OnDelete'])];
  }
  if (!rolling) return [required(place, '')];
  const [gone, more] = [at(place, 'maxUnavailable'), at(place, 'maxSurge')];
  const errors = [
    ...positiveIntOrPercent(maxUnavailable, gone),
    ...positiveIntOrPercent(maxSurge, more),
    ...notMoreThanAll(maxUnavailable, gone),
    ...notMoreThanAll(maxSurge, more),
  ];
  const [some, extra] = [numberOf(maxUnavailable) !== 0, numberOf(maxSurge) !== 0];
  if (some && extra) {
    errors.push(invalid(more, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (!some && !extra) errors.push(required(gone, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

/** `ValidateDaemonSetStatusUpdate`. */
export function validateStatus({ status }: DaemonSet, old: DaemonSet): FieldError[] {
  return validateCounts(status, old.status, counts, []);
}
