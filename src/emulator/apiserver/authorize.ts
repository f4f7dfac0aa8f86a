import type { ApiStatus } from '../apimachinery/status.ts';
import {
  attributesOf,
  forbiddenTo,
  pathAttributes,
  type Attributes,
  type Decision,
} from './authorization/attributes.ts';
import { actingUser, type Acting } from './authorization/impersonate.ts';
import { authorizeNode } from './authorization/node.ts';
import { authorizeByRoles } from './authorization/rbac.ts';
import type { ApiRequest, User } from './request.ts';
import type { Target } from './route.ts';
import type { Server } from './server.ts';

const yes: Decision = { allowed: true, reason: '' };

/**
 * Asks the authorizers in their order (`--authorization-mode=Node,RBAC`, and before them the group
 * that may do everything): the first yes counts, else the reasons of all come together.
 */
export function decide(server: Server, asked: Attributes): Decision {
  if (asked.user.groups.includes('system:masters')) return yes;
  const node = authorizeNode(server, asked);
  if (node.allowed) return node;
  const roles = authorizeByRoles(server, asked);
  if (roles.allowed || node.reason === '') return roles;
  return { allowed: false, reason: [node.reason, roles.reason].filter(Boolean).join('\n') };
}

/** Who a request is made for, after impersonation. */
export function actingFor(server: Server, request: ApiRequest, user: User): Acting {
  return actingUser(request, user, (asked) => decide(server, asked));
}

/** 403 of a request about objects, or nothing where it is allowed. */
export function authorize(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiStatus | undefined {
  const asked = attributesOf(target, request, user);
  return isKnown(server, asked) ? undefined : refusal(server, asked);
}

/** A name that no object has: what is allowed for it is allowed for every one. */
const NO_NAME = '\u0000';

/** What users may do whatever the object's name, as long as these lists of objects are the same. */
interface Known {
  readonly lists: readonly unknown[];
  readonly answers: WeakMap<User, Map<string, boolean>>;
}

const known = new WeakMap<Server, Known>();

const rbac = ['clusterrolebindings', 'rolebindings', 'clusterroles', 'roles'].map(
  (plural) => `/registry/${plural}.rbac.authorization.k8s.io/`,
);

/**
 * Whether a user may do something with all objects of a resource in a namespace: the same few ask
 * for the same all the time. Where not, the name decides.
 */
function isKnown(server: Server, asked: Attributes): boolean {
  const { store } = server.world;
  let now = known.get(server);
  if (!now || rbac.some((prefix, index) => store.list(prefix) !== now?.lists[index])) {
    now = { lists: rbac.map((prefix) => store.list(prefix)), answers: new WeakMap() };
    known.set(server, now);
  }
  const { user, verb, group, resource, subresource, namespace } = asked;
  let answers = now.answers.get(user);
  if (!answers) now.answers.set(user, (answers = new Map()));
  const key = `${verb} ${group} ${resource} ${subresource} ${namespace}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = decide(server, { ...asked, name: NO_NAME }).allowed;
    answers.set(key, answer);
  }
  return answer;
}

/** 403 of a request at any other path. */
export function authorizePath(
  server: Server,
  request: ApiRequest,
  user: User,
): ApiStatus | undefined {
  return refusal(server, pathAttributes(request, user));
}

/** 403 where something is not allowed. */
export function refusal(server: Server, asked: Attributes): ApiStatus | undefined {
  const { allowed, reason } = decide(server, asked);
  return allowed ? undefined : forbiddenTo(asked, reason);
}
