import type { ApiObject } from '../../apimachinery/object.ts';
import { column } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Migration extends ApiObject {
  readonly spec?: { readonly resource?: { readonly group?: string; readonly resource?: string } };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** StorageVersionMigration: objects that are to be stored anew. */
export default storedKind<Migration>({
  names: kindNames('StorageVersionMigration', 'storageversionmigrations', {
    group: 'storagemigration.k8s.io',
    version: 'v1beta1',
    namespaced: false,
  }),
  definition: 'V1beta1StorageVersionMigration',
  gate: 'StorageVersionMigrator',
  status: true,
  columns: [column('Name'), column('Resource'), column('Status')],
  cells({ metadata, spec, status }) {
    const { group = '', resource = '' } = spec?.resource ?? {};
    const held = (status?.conditions ?? []).filter((each) => each.status === 'True');
    const state = ['Succeeded', 'Failed', 'Running'].find((name) =>
      held.some(({ type }) => type === name),
    );
    return [metadata.name, group ? `${resource}.${group}` : resource, state ?? 'Pending'];
  },
});
