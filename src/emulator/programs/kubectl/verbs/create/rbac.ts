import type { Call } from '../../../../host/syscalls.ts';
import type { Context } from '../../command.ts';
import { exit, failed, Failure } from '../../failure.ts';
import type { Generator } from '../../generator.ts';

const GROUP = 'rbac.authorization.k8s.io';
const VERSION = `${GROUP}/v1`;
const DRY = '[--dry-run=server|client|none]';

/** One rule for each API group that the named resources are of, in order of the groups. */
function* rulesOf(context: Context): Call<readonly object[]> {
  const { flags } = context;
  const verbs = verbsOf(context);
  const paths = flags.has('non-resource-url') ? flags.list('non-resource-url') : [];
  const resources = flags.list('resource');
  if (verbs.length === 0) throw failed('at least one verb must be specified');
  if (resources.length === 0 && paths.length === 0) {
    throw failed(
      flags.has('non-resource-url')
        ? 'one of resource or nonResourceURL must be specified'
        : 'at least one resource must be specified',
    );
  }
  const names = [...new Set(flags.list('resource-name'))];
  const groups = resources.length > 0 ? yield* resourcesOf(context, verbs) : new Map();
  if (paths.length > 0) checkPaths(paths, verbs);
  const rules: object[] = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, list]) => ({
      verbs,
      apiGroups: [group],
      resources: list,
      ...(names.length > 0 && { resourceNames: names }),
    }));
  if (paths.length > 0) rules.push({ verbs, nonResourceURLs: [...new Set(paths)] });
  return rules;
}

/** Verbs without repetition; `*` alone where it is among them. */
function verbsOf({ flags }: Context): readonly string[] {
  const verbs = [...new Set(flags.list('verb'))];
  return verbs.includes('*') ? ['*'] : verbs;
}

interface Wanted {
  readonly resource: string;
  readonly group: string;
  readonly subresource: string;
}

/** `deployments.apps/scale` taken apart; a lone `*` makes all others needless. */
function wantedOf(list: readonly string[]): readonly Wanted[] {
  const found = list.map((text) => {
    const [name = '', ...rest] = text.split('/');
    const [resource = '', ...group] = name.split('.');
    return { resource, group: group.join('.'), subresource: rest.join('/') };
  });
  const all = found.find(
    ({ resource, group, subresource }) => resource === '*' && group === '' && subresource === '',
  );
  return all ? [all] : found;
}

/** Resources by their API group, as discovery knows them. */
function* resourcesOf(
  context: Context,
  verbs: readonly string[],
): Call<ReadonlyMap<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  const wanted = wantedOf(context.flags.list('resource'));
  for (const verb of verbs) {
    if (resourceVerbs.has(verb)) continue;
    yield* context.err(`Warning: '${verb}' is not a standard resource verb\n`);
  }
  for (const { resource, group: asked, subresource } of wanted) {
    if (resource === '') {
      throw failed('resource must be specified if apiGroup/subresource specified');
    }
    const found =
      resource === '*'
        ? { plural: '*', group: asked }
        : yield* resourceOf(context, resource, asked, verbs);
    const shown = subresource === '' ? found.plural : `${found.plural}/${subresource}`;
    const known = groups.get(found.group) ?? [];
    if (!known.includes(shown)) groups.set(found.group, [...known, shown]);
  }
  return groups;
}

interface GroupResource {
  readonly plural: string;
  readonly group: string;
}

/** A resource by the name given; a verb of few resources may be asked of those alone. */
function* resourceOf(
  context: Context,
  resource: string,
  asked: string,
  verbs: readonly string[],
): Call<GroupResource> {
  let found: GroupResource = { plural: resource, group: asked };
  let failure: unknown;
  try {
    const mapper = yield* context.mapper();
    found = yield* mapper.forArgument(asked === '' ? resource : `${resource}.${asked}`);
  } catch (caught) {
    failure = caught;
  }
  for (const verb of verbs) {
    const allowed = specialVerbs[verb];
    if (!allowed) continue;
    if (!allowed.includes(`${found.plural}.${found.group}`)) {
      throw failed(`can not perform '${verb}' on '${found.plural}' in group '${found.group}'`);
    }
    failure = undefined;
  }
  // A type that there is not is told bare here, without `error:` before it.
  if (failure instanceof Failure && failure.problem.type === 'text') {
    const where = asked === '' ? '' : ` in group "${asked}"`;
    throw exit(1, `the server doesn't have a resource type "${resource}"${where}\n`);
  }
  if (failure !== undefined) throw failure;
  return found;
}

const resourceVerbs = new Set(
  (
    '* get delete list create update patch watch proxy deletecollection use bind escalate ' +
    'impersonate'
  ).split(' '),
);

const roles = [`roles.${GROUP}`, `clusterroles.${GROUP}`];
/** Verbs that only some resources have. */
const specialVerbs: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: roles,
  escalate: roles,
  impersonate: ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'],
};

const pathVerbs = new Set(['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options']);

function checkPaths(paths: readonly string[], verbs: readonly string[]): void {
  const wrong = verbs.find((verb) => !pathVerbs.has(verb));
  if (wrong !== undefined) throw failed(`invalid verb: '${wrong}' for nonResourceURL`);
  for (const path of paths) {
    if (path === '*') continue;
    if (!path.startsWith('/')) throw failed('nonResourceURL should start with /');
    if (path.slice(0, -1).includes('*')) {
      throw failed("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
  }
}

/** The rule of `--aggregation-rule`, which stands alone; undefined without one. */
function aggregationOf({ flags }: Context): object | undefined {
  if (!flags.changed('aggregation-rule')) return undefined;
  const others = ['non-resource-url', 'verb', 'resource', 'resource-name'];
  if (others.some((flag) => flags.list(flag).length > 0)) {
    throw failed(
      'aggregation rule must be specified without nonResourceURLs, verbs, resources or ' +
        'resourceNames',
    );
  }
  const labels: Record<string, string> = {};
  for (const pair of flags.text('aggregation-rule').split(',')) {
    const cut = pair.indexOf('=');
    if (cut < 0) throw failed(`invalid argument "${pair}": ${pair} must be formatted as key=value`);
    labels[pair.slice(0, cut)] = pair.slice(cut + 1);
  }
  return { clusterRoleSelectors: [{ matchLabels: labels }] };
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
    *build(context, name) {
      const aggregationRule = aggregationOf(context);
      return {
        kind: 'ClusterRole',
        apiVersion: VERSION,
        metadata: { name },
        rules: aggregationRule ? null : yield* rulesOf(context),
        ...(aggregationRule && { aggregationRule }),
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
