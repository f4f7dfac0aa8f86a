import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import {
  bindingCells,
  bindingColumns,
  defaultBinding,
  describeBinding,
  validateBinding,
  type Binding,
} from '../rbac/bindings.ts';

/** RoleBinding: gives the rules of a role to users, groups and service accounts. */
export default defineKind<Binding>({
  names: kindNames('RoleBinding', 'rolebindings', { group: 'rbac.authorization.k8s.io' }),
  definition: 'V1RoleBinding',
  hasGeneration: false,
  subresources: [],
  defaults: defaultBinding,
  prepare: (binding) => binding,
  validate: (binding, old) => validateBinding(binding, old, true),
  columns: bindingColumns,
  cells: bindingCells,
  describe: describeBinding,
});
