import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface PodGroup extends ApiObject {
  readonly spec?: {
    readonly schedulingPolicy?: { readonly gang?: object; readonly basic?: object };
    readonly podGroupTemplateRef?: { readonly workload?: { readonly workloadName?: string } };
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

/** PodGroup: pods that are scheduled all or none. */
export default storedKind<PodGroup>({
  names: kindNames('PodGroup', 'podgroups', {
    group: 'scheduling.k8s.io',
    version: 'v1alpha2',
  }),
  definition: 'V1alpha2PodGroup',
  gate: 'GenericWorkload',
  status: true,
  columns: [nameColumn, column('Policy'), column('Workload'), column('Status'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    policyOf(object),
    object.spec?.podGroupTemplateRef?.workload?.workloadName || '<none>',
    stateOf(object),
    ageOf(object, now),
  ],
});

function policyOf({ spec }: PodGroup): string {
  const { gang, basic } = spec?.schedulingPolicy ?? {};
  if (gang) return 'Gang';
  return basic ? 'Basic' : '<none>';
}

/** What disrupts a group counts more than whether it was scheduled. */
function stateOf({ status }: PodGroup): string {
  const conditions = status?.conditions ?? [];
  const disrupted = conditions.find(
    (each) => each.type === 'DisruptionTarget' && each.status === 'True',
  );
  if (disrupted) return disrupted.reason || 'DisruptionTarget';
  const scheduled = conditions.find(({ type }) => type === 'PodGroupScheduled');
  if (!scheduled) return 'Pending';
  return scheduled.status === 'True' ? 'Scheduled' : scheduled.reason || 'Pending';
}
