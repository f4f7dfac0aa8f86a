import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Candidate extends ApiObject {
  readonly spec?: {
    readonly leaseName?: string;
    readonly binaryVersion?: string;
    readonly emulationVersion?: string;
  };
}

/** LeaseCandidate: who would take a lease. */
export default storedKind<Candidate>({
  names: kindNames('LeaseCandidate', 'leasecandidates', {
    group: 'coordination.k8s.io',
    version: 'v1beta1',
  }),
  definition: 'V1beta1LeaseCandidate',
  gate: 'CoordinatedLeaderElection',
  columns: [
    nameColumn,
    column('LeaseName'),
    column('BinaryVersion'),
    column('EmulationVersion'),
    ageColumn,
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.leaseName ?? '',
    object.spec?.binaryVersion ?? '',
    object.spec?.emulationVersion ?? '',
    ageOf(object, now),
  ],
});
