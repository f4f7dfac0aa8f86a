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

/** ClusterRoleBinding: gives the rules of a role to users, groups and service accounts. */
export default defineKind<Binding>({
  names: kindNames('ClusterRoleBinding', 'clusterrolebindings', {
    group: 'rbac.authorization.k8s.io',
    namespaced: false,
  }),
  definition: 'V1ClusterRoleBinding',
  hasGeneration: false,
  subresources: [],
  defaults: defaultBinding,
  prepare: (binding) => binding,
  validate: (binding, old) => validateBinding(binding, old, false),
  columns: bindingColumns,
  cells: bindingCells,
  describe: describeBinding,
});
