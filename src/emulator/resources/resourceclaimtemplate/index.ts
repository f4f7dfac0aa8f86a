import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, nameColumn } from '../columns.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Template extends ApiObject {
  readonly spec?: object;
}

/** ResourceClaimTemplate: the form of the claims that pods would get. */
export default storedKind<Template>({
  names: kindNames('ResourceClaimTemplate', 'resourceclaimtemplates', {
    group: 'resource.k8s.io',
  }),
  definition: 'V1ResourceClaimTemplate',
  validate: ({ spec }, old) => (old ? immutable('spec', spec, old.spec) : []),
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, ageOf(object, now)],
});
