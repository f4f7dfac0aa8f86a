import { forbiddenStatus, notFoundStatus, type ApiStatus } from '../../apimachinery/status.ts';
import { GROUP, type Binding } from '../../resources/rbac/bindings.ts';
import { compact, type PolicyRule, type RoleShape } from '../../resources/rbac/rules.ts';
import { equal } from '../../world/json.ts';
import type { Admission } from '../admission-order.ts';
import { decide } from '../authorize.ts';
import type { User } from '../request.ts';
import type { Server } from '../server.ts';
import { grantsOf, roleOf } from './rbac.ts';
import { uncovered } from '../../resources/rbac/covers.ts';

/** All there is: what an aggregating role may come to hold. */
const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Nobody gives what they do not have (`policybased` of `pkg/registry/rbac`): 403 for a role with
 * more rules than its writer holds, or a binding to one. undefined where nothing is wrong.
 */
export function refuseEscalation(server: Server, admission: Admission): ApiStatus | undefined {
  const { kind, object, old, user, operation } = admission;
  if (kind.names.group !== GROUP || operation === 'DELETE') return undefined;
  if (user.groups.includes('system:masters')) return undefined;
  const roles = kind.names.plural.endsWith('roles');
  if (roles) return roleError(server, admission, object as RoleShape, old as RoleShape | undefined);
  const binding = object as Binding;
  const before = old as Binding | undefined;
  if (
    before &&
    equal(before.roleRef, binding.roleRef) &&
    equal(before.subjects, binding.subjects)
  ) {
    return undefined;
  }
  const { namespace = '', name } = object.metadata;
  const { kind: roleKind, name: role } = binding.roleRef;
  const plural = roleKind === 'Role' ? 'roles' : 'clusterroles';
  if (may(server, user, 'bind', plural, namespace, role)) return undefined;
  const found = roleOf(server, binding);
  if (!found) return notFoundStatus({ group: GROUP, plural: roleKind.toLowerCase() }, role);
  const why = excess(server, user, namespace, found.rules ?? []);
  return why === undefined ? undefined : forbiddenStatus(kind.names, name, why);
}

function roleError(
  server: Server,
  { kind, user, operation }: Admission,
  role: RoleShape,
  old: RoleShape | undefined,
): ApiStatus | undefined {
  const { namespace = '', name } = role.metadata;
  const aggregation = (each: RoleShape | undefined) => each?.['aggregationRule'] ?? undefined;
  const same = old && equal(old.rules, role.rules) && equal(aggregation(old), aggregation(role));
  if (same) return undefined;
  const { plural } = kind.names;
  if (may(server, user, 'escalate', plural, namespace, operation === 'UPDATE' ? name : '')) {
    return undefined;
  }
  const why = excess(server, user, namespace, role.rules ?? []);
  if (why !== undefined) return forbiddenStatus(kind.names, name, why);
  const gathers = aggregation(role) !== undefined || aggregation(old) !== undefined;
  if (!gathers || excess(server, user, '', everything) === undefined) return undefined;
  const all = 'must have cluster-admin privileges to use an aggregationRule';
  return forbiddenStatus(kind.names, name, all);
}

function may(
  server: Server,
  user: User,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): boolean {
  const rest = { group: GROUP, subresource: '', path: '' };
  const home = resource === 'clusterroles' && verb === 'escalate' ? '' : namespace;
  return decide(server, { ...rest, user, verb, resource, namespace: home, name }).allowed;
}

/** What rules have more than a user has (`ConfirmNoEscalation`); undefined where nothing. */
function excess(
  server: Server,
  user: User,
  namespace: string,
  rules: readonly PolicyRule[],
): string | undefined {
  const grants = [...grantsOf(server, user, namespace)];
  const own = grants.flatMap((grant) => grant.rules);
  const missing = uncovered(own, rules);
  if (missing.length === 0) return undefined;
  const lines = [...new Set(compact(missing).map(ruleText))].sort();
  const groups = `[${user.groups.map((each) => JSON.stringify(each)).join(' ')}]`;
  const who = `user ${JSON.stringify(user.name)} (groups=${groups})`;
  const what = 'is attempting to grant RBAC permissions not currently held';
  const broken = grants.flatMap((grant) => grant.missing ?? []);
  const end = broken.length > 0 ? `; resolution errors: [${broken.join(', ')}]` : '';
  return `${who} ${what}:\n${lines.join('\n')}${end}`;
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` (`CompactString`). */
function ruleText(rule: PolicyRule): string {
  const fields = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ] as const;
  const parts = fields.flatMap(([name, list]) =>
    list?.length ? [`${name}:[${list.map((each) => JSON.stringify(each)).join(' ')}]`] : [],
  );
  return `{${parts.join(', ')}}`;
}
