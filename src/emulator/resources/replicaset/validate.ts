import type { FieldError } from '../../apimachinery/field-error.ts';
import { nonNegative } from '../checks.ts';
import { immutable } from '../metadata.ts';
import type { Workload } from '../pod-template/shapes.ts';
import { validateCounts, validateReplicaTemplate, validateSelector } from '../workload-validate.ts';

/** `ValidateReplicaSet` and `ValidateReplicaSetUpdate` (`pkg/apis/apps/validation`). */
export function validate({ spec }: Workload, old: Workload | undefined): FieldError[] {
  const { minReadySeconds } = spec as { readonly minReadySeconds?: number };
  return [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(minReadySeconds, 'spec.minReadySeconds'),
    // Upstream calls it a Deployment here, too.
    ...validateSelector(spec.selector, 'deployment'),
    ...validateReplicaTemplate(spec.selector, spec.template),
    ...(old ? immutable('spec.selector', spec.selector, old.spec.selector) : []),
  ];
}

const counts = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
];

/** `ValidateReplicaSetStatusUpdate`, also of ReplicationControllers. */
export function validateStatus(
  { status }: { readonly status?: unknown },
  old: { readonly status?: unknown },
): FieldError[] {
  return validateCounts((status ?? {}) as object, (old.status ?? {}) as object, counts, [
    ['fullyLabeledReplicas', 'replicas', 'status.replicas'],
    ['readyReplicas', 'replicas', 'status.replicas'],
    ['availableReplicas', 'replicas', 'status.replicas'],
    ['availableReplicas', 'readyReplicas', 'readyReplicas'],
  ]);
}
