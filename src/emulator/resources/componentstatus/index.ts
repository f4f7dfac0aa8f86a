import type { ApiObject } from '../../apimachinery/object.ts';
import { column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface ComponentStatus extends ApiObject {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly error?: string;
  }[];
}

const healthy = (name: string): ApiObject => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name } as ApiObject['metadata'],
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

/** ComponentStatus: an old way to ask whether scheduler, controllers and etcd are well. */
export default storedKind<ComponentStatus>({
  names: kindNames('ComponentStatus', 'componentstatuses', {
    namespaced: false,
    shortNames: ['cs'],
    verbs: ['get', 'list'],
  }),
  definition: 'V1ComponentStatus',
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  fixed: [healthy('controller-manager'), healthy('etcd-0'), healthy('scheduler')],
  columns: [
    nameColumn,
    column('Status', 'string', 'Status of the component conditions'),
    column('Message', 'string', 'Message of the component conditions'),
    column('Error', 'string', 'Error of the component conditions'),
  ],
  cells({ metadata, conditions }) {
    const found = conditions?.find(({ type }) => type === 'Healthy');
    const state = found?.status === 'True' ? 'Healthy' : 'Unhealthy';
    return [metadata.name, found ? state : 'Unknown', found?.message ?? '', found?.error ?? ''];
  },
});
