import { at, required, type FieldError } from '../../apimachinery/field-error.ts';
import type { LabelSelector } from '../../apimachinery/object.ts';
import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineKind } from '../kind.ts';
import { validateLabelSelector } from '../label-selector.ts';
import { kindNames } from '../names.ts';
import { describeRole, validateRules, withRules, type RoleShape } from '../rbac/rules.ts';

interface ClusterRole extends RoleShape {
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

/** ClusterRole: what may be done in the whole cluster, or in namespaces that bind it. */
export default defineKind<ClusterRole>({
  names: kindNames('ClusterRole', 'clusterroles', {
    group: 'rbac.authorization.k8s.io',
    namespaced: false,
  }),
  definition: 'V1ClusterRole',
  hasGeneration: false,
  subresources: [],
  defaults: withRules,
  prepare: (role) => role,
  validate: (role) => [...validateRules(role.rules, false), ...validateAggregation(role)],
  columns: [nameColumn, createdAtColumn],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ''],
  describe: describeRole,
});

function validateAggregation({ aggregationRule }: ClusterRole): FieldError[] {
  if (!aggregationRule) return [];
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  if (selectors.length === 0) return [required(path, why)];
  return selectors.flatMap((each, index) => validateLabelSelector(each, at(path, index)));
}
