import { ageColumn, ageOf, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

/** Workload: groups of pods that are scheduled together. */
export default storedKind({
  names: kindNames('Workload', 'workloads', {
    group: 'scheduling.k8s.io',
    version: 'v1alpha2',
  }),
  definition: 'V1alpha2Workload',
  gate: 'GenericWorkload',
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, ageOf(object, now)],
});
