import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Scale extends ApiObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

/** Scale: what `/scale` answers; it is no resource of its own. */
export default storedKind<Scale>({
  names: kindNames('Scale', 'scales', { group: 'autoscaling' }),
  definition: 'V1Scale',
  gate: 'subresource only',
  columns: [
    column('Name'),
    column('Desired', 'integer'),
    column('Available', 'integer'),
    ageColumn,
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.replicas ?? 0,
    object.status?.replicas ?? 0,
    ageOf(object, now),
  ],
});
