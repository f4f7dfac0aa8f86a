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
  return refusal(server, attributesOf(target, request, user));
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
