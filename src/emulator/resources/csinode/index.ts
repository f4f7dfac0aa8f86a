import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { describe } from './describe.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

export interface CsiNode extends ApiObject {
  readonly spec?: {
    readonly drivers?:
      | readonly {
          readonly name: string;
          readonly nodeID: string;
          readonly allocatable?: { readonly count?: number };
          readonly topologyKeys?: readonly string[];
        }[]
      | null;
  };
}

/** CSINode: storage drivers that a node has. */
export default storedKind<CsiNode>({
  names: kindNames('CSINode', 'csinodes', { group: 'storage.k8s.io', namespaced: false }),
  definition: 'V1CSINode',
  columns: [nameColumn, column('Drivers', 'integer'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.drivers?.length ?? 0,
    ageOf(object, now),
  ],
  describe,
});
