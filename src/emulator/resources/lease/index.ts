import { invalid, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { nonNegative } from '../checks.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { generic } from '../describe/simple.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface Lease extends ApiObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
  };
}

/** Lease: who holds something, and until when; nodes show by it that they live. */
export default defineKind<Lease>({
  names: kindNames('Lease', 'leases', { group: 'coordination.k8s.io' }),
  definition: 'V1Lease',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => object,
  prepare: (object) => object,
  validate,
  columns: [nameColumn, column('Holder'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.holderIdentity ?? '',
    ageOf(object, now),
  ],
  describe: generic,
});

/** `ValidateLeaseSpec`. */
function validate({ spec = {} }: Lease): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions } = spec;
  const short = seconds !== undefined && seconds <= 0;
  return [
    ...(short ? [invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')] : []),
    ...nonNegative(leaseTransitions, 'spec.leaseTransitions'),
  ];
}
