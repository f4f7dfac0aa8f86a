import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { generic } from '../describe/simple.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface Lease extends ApiObject {
  readonly spec?: { readonly holderIdentity?: string };
}

/** Lease: who holds something, and until when; nodes show by it that they live. */
export default defineKind<Lease>({
  names: kindNames('Lease', 'leases', { group: 'coordination.k8s.io' }),
  definition: 'V1Lease',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => object,
  prepare: (object) => object,
  validate: () => [],
  columns: [nameColumn, column('Holder'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.holderIdentity ?? '',
    ageOf(object, now),
  ],
  describe: generic,
});
