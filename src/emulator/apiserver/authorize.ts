import { forbiddenStatus, type ApiStatus } from '../apimachinery/status.ts';
import type { ApiRequest, User } from './request.ts';
import { header, type Target } from './route.ts';

/** Groups that may do everything; kubeadm binds the second one to `cluster-admin`. */
const administrators = new Set(['system:masters', 'kubeadm:cluster-admins']);

/**
 * Who may do what. Roles and their bindings are not modelled: administrators and the cluster's own
 * components may do everything, other users and the accounts that pods get by default nothing.
 */
export function isAllowed({ name, groups }: User): boolean {
  if (groups.some((group) => administrators.has(group))) return true;
  if (name === 'system:anonymous' || /^system:serviceaccount:[^:]+:default$/.test(name)) {
    return false;
  }
  return name.startsWith('system:');
}

/** The user that a request is made for: its own, or the one that its headers name. */
export function actingUser(request: ApiRequest, user: User): User {
  const name = header(request, 'impersonate-user');
  if (name === '') return user;
  const asked = header(request, 'impersonate-group').split(',').filter(Boolean);
  const [, , namespace = ''] = name.split(':');
  const account = name.startsWith('system:serviceaccount:')
    ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
    : [];
  return { name, groups: [...asked, ...account, 'system:authenticated'] };
}

/** 403 of a request about objects, or nothing where it is allowed. */
export function authorize(target: Target, request: ApiRequest, user: User): ApiStatus | undefined {
  const asked = header(request, 'impersonate-user');
  if (asked !== '' && !isAllowed(user)) {
    const why = `User "${user.name}" cannot impersonate resource "users" in API group ""`;
    const users = { group: '', plural: 'users' };
    return forbiddenStatus(users, asked, `${why} at the cluster scope`);
  }
  const acting = actingUser(request, user);
  if (isAllowed(acting)) return undefined;
  const { kind, namespace, name = '', subresource } = target;
  const { group, plural } = kind.names;
  const resource = subresource ? `${plural}/${subresource}` : plural;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const what = `resource "${resource}" in API group "${group}" ${where}`;
  const why = `User "${acting.name}" cannot ${verbOf(target, request)} ${what}`;
  return forbiddenStatus(kind.names, name, why);
}

function verbOf({ name, query }: Target, { method }: ApiRequest): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      if (query.flag('watch')) return 'watch';
      return name === undefined ? 'list' : 'get';
  }
}
