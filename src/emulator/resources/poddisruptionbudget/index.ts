import { invalid, notSupported, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject, LabelSelector } from '../../apimachinery/object.ts';
import { formatSelector } from '../../apimachinery/selector.ts';
import type { Json } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { createWriter, eventLines } from '../describe/writer.ts';
import { validateIntOrPercent } from '../int-or-percent.ts';
import { defineKind } from '../kind.ts';
import { validateLabelSelector } from '../label-selector.ts';
import { kindNames } from '../names.ts';

interface PodDisruptionBudget extends ApiObject {
  readonly spec: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly expectedPods?: number;
  };
}

const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

/** What the counts are before the controller has counted. */
const uncounted = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

/** PodDisruptionBudget: how many pods may be evicted at a time. */
export default defineKind<PodDisruptionBudget>({
  names: kindNames('PodDisruptionBudget', 'poddisruptionbudgets', {
    group: 'policy',
    shortNames: ['pdb'],
  }),
  definition: 'V1PodDisruptionBudget',
  hasGeneration: true,
  subresources: ['status'],
  defaults: (budget) => ({
    ...budget,
    spec: budget.spec ?? {},
    status: { ...uncounted, ...budget.status },
  }),
  prepare: (budget, old) => ({ ...budget, status: old?.status ?? uncounted }),
  validate: ({ spec }) => [
    ...bothErrors(spec),
    ...(spec.minAvailable === undefined
      ? []
      : validateIntOrPercent(spec.minAvailable, 'spec.minAvailable')),
    ...(spec.maxUnavailable === undefined
      ? []
      : validateIntOrPercent(spec.maxUnavailable, 'spec.maxUnavailable')),
    ...policyErrors(spec),
    ...validateLabelSelector(spec.selector, 'spec.selector'),
  ],
  validateStatus: ({ status }) =>
    counts.flatMap((field) => {
      const value = status?.[field] ?? 0;
      const path = `status.${field}`;
      return value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
    }),
  columns: [
    nameColumn,
    column('Min Available'),
    column('Max Unavailable'),
    column('Allowed Disruptions', 'integer'),
    ageColumn,
  ],
  cells: (budget, now) => [
    budget.metadata.name,
    String(budget.spec.minAvailable ?? 'N/A'),
    String(budget.spec.maxUnavailable ?? 'N/A'),
    budget.status?.disruptionsAllowed ?? 0,
    ageOf(budget, now),
  ],
  describe(budget, related) {
    const { metadata, spec, status } = budget;
    const { minAvailable, maxUnavailable, selector } = spec;
    const writer = createWriter();
    writer.line(0, `Name:\t${metadata.name}`);
    writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
    if (minAvailable !== undefined) writer.line(0, `Min available:\t${minAvailable}`);
    else if (maxUnavailable !== undefined) writer.line(0, `Max unavailable:\t${maxUnavailable}`);
    writer.line(0, `Selector:\t${selector ? formatSelector(selector) : '<unset>'}`);
    writer.line(0, 'Status:');
    writer.line(2, `Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}`);
    writer.line(2, `Current:\t${status?.currentHealthy ?? 0}`);
    writer.line(2, `Desired:\t${status?.desiredHealthy ?? 0}`);
    writer.line(2, `Total:\t${status?.expectedPods ?? 0}`);
    eventLines(writer, budget, related);
    return writer.text();
  },
});

function bothErrors(spec: PodDisruptionBudget['spec']): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable === undefined || maxUnavailable === undefined) return [];
  const internal = {
    MinAvailable: minAvailable,
    Selector: selector ?? null,
    MaxUnavailable: maxUnavailable,
    UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
  };
  const why = 'minAvailable and maxUnavailable cannot be both set';
  return [invalid('spec', internal as unknown as Json, why)];
}

function policyErrors({ unhealthyPodEvictionPolicy: policy }: PodDisruptionBudget['spec']) {
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy === undefined || policies.includes(policy)) return [];
  return [notSupported('spec.unhealthyPodEvictionPolicy', policy, policies)];
}
