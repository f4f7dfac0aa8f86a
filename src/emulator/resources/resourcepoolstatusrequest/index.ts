import type { ApiObject } from '../../apimachinery/object.ts';
import { column, nameColumn, since } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Pool {
  readonly totalDevices?: number;
  readonly availableDevices?: number;
  readonly allocatedDevices?: number;
  readonly unavailableDevices?: number;
  readonly validationError?: string;
}

interface Request extends ApiObject {
  readonly spec?: { readonly driver?: string };
  readonly status?: {
    readonly poolCount?: number;
    readonly pools?: readonly Pool[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string | null;
    }[];
  };
}

/** ResourcePoolStatusRequest: asks how many devices are left in the pools of a driver. */
export default storedKind<Request>({
  names: kindNames('ResourcePoolStatusRequest', 'resourcepoolstatusrequests', {
    group: 'resource.k8s.io',
    version: 'v1alpha3',
    namespaced: false,
  }),
  definition: 'V1alpha3ResourcePoolStatusRequest',
  gate: 'DRAResourcePoolStatus',
  status: true,
  columns: [
    nameColumn,
    column('Driver'),
    column('Total'),
    column('Available'),
    column('Allocated'),
    column('Unavailable'),
    column('Errors'),
    column('Pools', 'integer'),
    column('Status'),
    column('Completed'),
  ],
  cells({ metadata, spec, status }, now) {
    const pools = status?.pools ?? [];
    const sum = (field: Exclude<keyof Pool, 'validationError'>) =>
      status ? String(pools.reduce((all, pool) => all + (pool[field] ?? 0), 0)) : '-';
    const wrong = pools.filter(({ validationError }) => validationError).length;
    const held = (name: string) =>
      status?.conditions?.find((each) => each.type === name && each.status === 'True');
    const complete = held('Complete');
    const count = status?.poolCount ?? 0;
    const partial = pools.length < count ? ` (${pools.length}/${count} pools)` : '';
    const state = complete ? `Complete${partial}` : held('Failed') ? 'Failed' : 'Pending';
    const ended = complete ?? held('Failed');
    return [
      metadata.name,
      spec?.driver ?? '',
      sum('totalDevices'),
      sum('availableDevices'),
      sum('allocatedDevices'),
      sum('unavailableDevices'),
      status ? String(wrong) : '-',
      count,
      state,
      ended ? since(ended.lastTransitionTime, now) : '<none>',
    ];
  },
});
