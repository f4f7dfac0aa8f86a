import type { Call } from '../../../../host/syscalls.ts';
import type { Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import type { Generator } from '../../generator.ts';

const GROUP = 'rbac.authorization.k8s.io';
const VERSION = `${GROUP}/v1`;
const DRY = '[--dry-run=server|client|none]';

/** One rule for each API group that the named resources are of. */
function* rulesOf(context: Context): Call<readonly object[]> {
  const { flags } = context;
  const verbs = [...new Set(flags.list('verb'))];
  if (verbs.length === 0) throw failed('at least one verb must be specified');
  const paths = flags.has('non-resource-url') ? flags.list('non-resource-url') : [];
  const wanted = flags.list('resource');
  if (wanted.length === 0 && paths.length === 0)
    throw failed('at least one resource must be specified');
  const names = [...new Set(flags.list('resource-name'))];
  const groups = new Map<string, string[]>();
  for (const text of wanted) {
    const [argument = '', subresource] = text.split('/');
    const mapper = yield* context.mapper();
    const { group, plural } = yield* mapper.forArgument(argument);
    const resource = subresource ? `${plural}/${subresource}` : plural;
    groups.set(group, [...(groups.get(group) ?? []), resource]);
  }
  const rules: object[] = [...groups].map(([group, resources]) => ({
    verbs,
    apiGroups: [group],
    resources,
    ...(names.length > 0 && { resourceNames: names }),
  }));
  if (paths.length > 0) rules.push({ verbs, nonResourceURLs: paths });
  return rules;
}

function subjectsOf({ flags }: Context): readonly object[] {
  const subjects: object[] = [];
  for (const name of flags.list('user')) subjects.push({ kind: 'User', apiGroup: GROUP, name });
  for (const name of flags.list('group')) subjects.push({ kind: 'Group', apiGroup: GROUP, name });
  for (const text of flags.list('serviceaccount')) {
    const [namespace, name, ...rest] = text.split(':');
    if (!namespace || !name || rest.length > 0) {
      throw failed('serviceaccount must be <namespace>:<name>');
    }
    subjects.push({ kind: 'ServiceAccount', name, namespace });
  }
  return subjects;
}

const subjectFlags = 'group=[*] serviceaccount=[*] user=[*]';
const SUBJECTS =
  '[--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]';

/** Generators of roles and bindings. */
export const rbacGenerators: readonly Generator[] = [
  {
    name: 'role',
    use:
      'create role NAME --verb=verb --resource=resource.group/subresource ' +
      `[--resource-name=resourcename] ${DRY}`,
    short: 'Create a role with single rule',
    flags: 'resource=[] resource-name=[*] verb=[]',
    namespaced: true,
    failure: 'failed to create role: ',
    *build(context, name) {
      return {
        kind: 'Role',
        apiVersion: VERSION,
        metadata: { name },
        rules: yield* rulesOf(context),
      };
    },
  },
  {
    name: 'clusterrole',
    use:
      'create clusterrole NAME --verb=verb --resource=resource.group ' +
      `[--resource-name=resourcename] ${DRY}`,
    short: 'Create a cluster role',
    flags: 'aggregation-rule= non-resource-url=[] resource=[] resource-name=[*] verb=[]',
    namespaced: false,
    failure: 'failed to create clusterrole: ',
    *build(context, name) {
      return {
        kind: 'ClusterRole',
        apiVersion: VERSION,
        metadata: { name },
        rules: yield* rulesOf(context),
      };
    },
  },
  {
    name: 'rolebinding',
    use: `create rolebinding NAME --clusterrole=NAME|--role=NAME ${SUBJECTS} ${DRY}`,
    short: 'Create a role binding for a particular role or cluster role',
    flags: `clusterrole='' role='' ${subjectFlags}`,
    namespaced: true,
    failure: 'failed to create rolebinding: ',
    *build(context, name) {
      const [role, clusterRole] = [context.flags.text('role'), context.flags.text('clusterrole')];
      if ((role === '') === (clusterRole === '')) {
        throw failed('exactly one of clusterrole or role must be specified');
      }
      const kind = role === '' ? 'ClusterRole' : 'Role';
      return binding('RoleBinding', name, kind, role || clusterRole, subjectsOf(context));
    },
  },
  {
    name: 'clusterrolebinding',
    use: `create clusterrolebinding NAME --clusterrole=NAME ${SUBJECTS} ${DRY}`,
    short: 'Create a cluster role binding for a particular cluster role',
    flags: `clusterrole='' ${subjectFlags}`,
    required: ['clusterrole'],
    namespaced: false,
    failure: 'failed to create clusterrolebinding: ',
    *build(context, name) {
      const role = context.flags.text('clusterrole');
      return binding('ClusterRoleBinding', name, 'ClusterRole', role, subjectsOf(context));
    },
  },
];

function binding(
  kind: string,
  name: string,
  roleKind: string,
  role: string,
  subjects: readonly object[],
) {
  return {
    kind,
    apiVersion: VERSION,
    metadata: { name },
    ...(subjects.length > 0 && { subjects }),
    roleRef: { apiGroup: GROUP, kind: roleKind, name: role },
  };
}
