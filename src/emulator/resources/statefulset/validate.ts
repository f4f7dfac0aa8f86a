import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { equal, type Json } from '../../world/json.ts';
import { dnsLabel, nonNegative } from '../checks.ts';
import { notMoreThanAll, numberOf, positiveIntOrPercent } from '../int-or-percent.ts';
import type { PodTemplate } from '../pod-template/shapes.ts';
import { validateTemplate } from '../pod-template/validate.ts';
import {
  isUsable,
  validateCounts,
  validateEndless,
  validateMatch,
  validateSelector,
} from '../workload-validate.ts';
import type { StatefulSet } from './shapes.ts';

const FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
  "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and " +
  "'minReadySeconds' are forbidden";

/** `ValidateStatefulSet` and `ValidateStatefulSetUpdate` (`pkg/apis/apps/validation`). */
export function validate(set: StatefulSet, old: StatefulSet | undefined): FieldError[] {
  const { spec } = set;
  const { ordinals, serviceName = '' } = spec;
  const errors = [
    ...validatePolicies(set),
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(ordinals?.start, 'spec.ordinals.start'),
    // Names that services cannot have were let through once.
    ...(old || !serviceName ? [] : dnsLabel(serviceName, 'spec.serviceName')),
    ...validateSelector(spec.selector, 'statefulset'),
    ...templateErrors(set, old),
    ...validateEndless(spec.template, 'StatefulSet'),
  ];
  if (old && !equal(fixed(set), fixed(old))) errors.push(forbidden('spec', FIXED));
  return errors;
}

/** A template that was wrong before it was looked at stays as it may be. */
function templateErrors(set: StatefulSet, old: StatefulSet | undefined): FieldError[] {
  const { selector, template } = set.spec;
  if (!isUsable(selector)) return [invalid('spec.selector', selector as unknown as Json, '')];
  const check = (each: StatefulSet) => validateTemplate(withClaims(each), 'spec.template');
  const skip = old !== undefined && check(old).length > 0;
  return [...validateMatch(selector, template), ...(skip ? [] : check(set))];
}

/** Claims are volumes of each pod, although the template does not name them. */
function withClaims({ spec }: StatefulSet): PodTemplate {
  const { template, volumeClaimTemplates = [] } = spec;
  const claimed = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? '');
  if (claimed.length === 0) return template;
  const others = (template.spec.volumes ?? []).filter(({ name }) => !claimed.includes(name));
  const volumes = claimed.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...template.spec, volumes: [...others, ...volumes] } };
}

/** What of a spec may never change. */
function fixed({ spec }: StatefulSet): unknown {
  const {
    replicas: _replicas,
    ordinals: _ordinals,
    template: _template,
    updateStrategy: _strategy,
    revisionHistoryLimit: _limit,
    persistentVolumeClaimRetentionPolicy: _retention,
    minReadySeconds: _seconds,
    ...rest
  } = spec;
  return rest;
}

function validatePolicies({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'spec.podManagementPolicy';
  const { podManagementPolicy: policy = '', updateStrategy: strategy } = spec;
  if (policy === '') errors.push(required(path, ''));
  else if (!['OrderedReady', 'Parallel'].includes(policy)) {
    const why = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalid(path, policy, why));
  }
  const place = 'spec.updateStrategy';
  const type = strategy?.type ?? '';
  const rolling = strategy?.rollingUpdate;
  if (type === '') errors.push(required(place, ''));
  else if (type === 'OnDelete' && rolling) {
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(invalid(at(place, 'rollingUpdate'), internal(rolling), why));
  } else if (type === 'RollingUpdate') {
    errors.push(...validateRolling(rolling, at(place, 'rollingUpdate')));
  } else if (type !== 'OnDelete') {
    const shown = { Type: type, RollingUpdate: rolling ? internal(rolling) : null };
    errors.push(invalid(place, shown, "must be 'RollingUpdate' or 'OnDelete'"));
  }
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention?.[field] ?? 'Retain';
    const known = ['Retain', 'Delete'];
    if (known.includes(value)) continue;
    const where = at('spec', 'persistentVolumeClaimRetentionPolicy', field);
    errors.push(notSupported(where, value, known));
  }
  return errors;
}

type Rolling = NonNullable<StatefulSet['spec']['updateStrategy']>['rollingUpdate'];

/** The strategy as the API server keeps it inside. */
const internal = (rolling: Rolling) => ({
  Partition: rolling?.partition ?? 0,
  MaxUnavailable: rolling?.maxUnavailable ?? null,
});

function validateRolling(rolling: Rolling, path: string): FieldError[] {
  const { partition, maxUnavailable } = rolling ?? {};
  const errors = nonNegative(partition, at(path, 'partition'));
  if (maxUnavailable === undefined) return errors;
  const place = at(path, 'maxUnavailable');
  errors.push(...positiveIntOrPercent(maxUnavailable, place));
  if (numberOf(maxUnavailable) === 0) errors.push(invalid(place, maxUnavailable, 'cannot be 0'));
  return [...errors, ...notMoreThanAll(maxUnavailable, place)];
}

const counts = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
];

/** `ValidateStatefulSetStatusUpdate`. */
export function validateStatus({ status }: StatefulSet, old: StatefulSet): FieldError[] {
  return validateCounts(status, old.status, counts, [
    ['readyReplicas', 'replicas', 'status.replicas'],
    ['currentReplicas', 'replicas', 'status.replicas'],
    ['updatedReplicas', 'replicas', 'status.replicas'],
    ['availableReplicas', 'replicas', 'status.replicas'],
    ['availableReplicas', 'readyReplicas', 'status.readyReplicas'],
  ]);
}
