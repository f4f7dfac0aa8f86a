import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface ResourceClaim extends ApiObject {
  readonly spec?: object;
  readonly status?: { readonly allocation?: object; readonly reservedFor?: readonly object[] };
}

/** ResourceClaim: devices that a pod asks for; nobody allocates them here. */
export default storedKind<ResourceClaim>({
  names: kindNames('ResourceClaim', 'resourceclaims', { group: 'resource.k8s.io' }),
  definition: 'ResourceV1ResourceClaim',
  status: true,
  validate: ({ spec }, old) => (old ? immutable('spec', spec, old.spec) : []),
  columns: [
    nameColumn,
    column(
      'State',
      'string',
      'A summary of the current state (allocated, pending, reserved, etc.).',
    ),
    ageColumn,
  ],
  cells: (object, now) => [object.metadata.name, stateOf(object), ageOf(object, now)],
});

function stateOf({ metadata, status }: ResourceClaim): string {
  const states = metadata.deletionTimestamp ? ['deleted'] : [];
  if (!status?.allocation) states.push(...(metadata.deletionTimestamp ? [] : ['pending']));
  else states.push('allocated', ...(status.reservedFor?.length ? ['reserved'] : []));
  return states.join(',');
}
