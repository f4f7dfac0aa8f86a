import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { describeRole, validateRules, withRules, type RoleShape } from '../rbac/rules.ts';

/** Role: what may be done in one namespace. */
export default defineKind<RoleShape>({
  names: kindNames('Role', 'roles', { group: 'rbac.authorization.k8s.io' }),
  definition: 'V1Role',
  hasGeneration: false,
  subresources: [],
  defaults: withRules,
  prepare: (role) => role,
  validate: ({ rules }) => validateRules(rules, true),
  columns: [nameColumn, createdAtColumn],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ''],
  describe: describeRole,
});
