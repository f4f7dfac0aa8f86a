import type { PolicyRule } from '../../resources/rbac/rules.ts';

/** Names that stand for lists of verbs in the lines. */
const verbs: Readonly<Record<string, string>> = {
  READ: 'get,list,watch',
  WRITE: 'create,delete,deletecollection,patch,update',
  ALL: 'create,delete,deletecollection,get,list,patch,update,watch',
  TELL: 'create,patch,update',
};

const split = (text: string) => text.split(',').map((each) => each.trim());

/**
 * A rule from its line: `READ | apps | deployments,replicasets`, with `core` for the group that has
 * no name, names in a fourth part, or paths in place of groups and resources: `get | /version`.
 */
export function ruleOf(line: string): PolicyRule {
  const [given = '', second = '', resources, names] = line.split('|').map((each) => each.trim());
  const rule = { verbs: split(verbs[given] ?? given) };
  if (resources === undefined) return { nonResourceURLs: split(second), ...rule };
  return {
    apiGroups: split(second).map((group) => (group === 'core' ? '' : group)),
    ...(names !== undefined && { resourceNames: split(names) }),
    resources: split(resources),
    ...rule,
  };
}
