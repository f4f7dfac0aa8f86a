import type { ApiObject } from '../apimachinery/object.ts';
import { methodNotAllowedStatus } from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import { kindNames } from '../resources/names.ts';
import { actingUser, isAllowed } from './authorize.ts';
import type { ApiRequest, ApiResponse, User } from './request.ts';
import { answer, refuse } from './responses.ts';
import { splitUrl } from './route.ts';
import type { Server } from './server.ts';
import { managerOf, objectData, readObject } from './write/body.ts';
import { entriesAfter } from './write/finish.ts';

/** Questions that are asked by creating an object, which is answered and not kept. */
interface Review {
  readonly group: string;
  readonly kind: string;
  status(asked: ApiObject, user: User): object;
}

const authorization = 'authorization.k8s.io';
const all = { verbs: ['*'], resourceNames: [] };

const reviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: {
    group: authorization,
    kind: 'SelfSubjectAccessReview',
    status: (_asked, user) => ({ allowed: isAllowed(user) }),
  },
  subjectaccessreviews: {
    group: authorization,
    kind: 'SubjectAccessReview',
    status(asked) {
      const { user = '', groups = [] } = (asked['spec'] ?? {}) as {
        readonly user?: string;
        readonly groups?: readonly string[];
      };
      return { allowed: isAllowed({ name: user, groups }) };
    },
  },
  selfsubjectrulesreviews: {
    group: authorization,
    kind: 'SelfSubjectRulesReview',
    status: (_asked, user) => ({
      resourceRules: isAllowed(user) ? [{ ...all, apiGroups: ['*'], resources: ['*'] }] : [],
      nonResourceRules: isAllowed(user) ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [],
      incomplete: false,
    }),
  },
  selfsubjectreviews: {
    group: 'authentication.k8s.io',
    kind: 'SelfSubjectReview',
    status: (_asked, { name, groups, uid }) => ({
      userInfo: { username: name, ...(uid && { uid }), groups },
    }),
  },
};

/** Answers a review; undefined for any other path. */
export function review(server: Server, request: ApiRequest, user: User): ApiResponse | undefined {
  const { path, query } = splitUrl(request.url);
  const [, group, version, plural = ''] = /^\/apis\/([^/]+)\/([^/]+)\/(\w+)\/?$/.exec(path) ?? [];
  const found = reviews[plural];
  if (!found || found.group !== group || version !== 'v1') return undefined;
  if (request.method !== 'POST') return refuse(methodNotAllowedStatus());
  const kind = {
    names: kindNames(found.kind, plural, { group }),
    definition: `V1${found.kind}`,
    subresources: [],
  } as unknown as ResourceKind;
  const data = objectData(request, kind);
  if (!data.ok) return refuse(data.status);
  const body = readObject(server, kind, data.value, query);
  if (!body.ok) return refuse(body.status);
  const asked = { ...body.value.object, metadata: { ...body.value.object.metadata } };
  const entries = entriesAfter(server, kind, undefined, asked, managerOf(request, query));
  const metadata = { ...(entries.length > 0 && { managedFields: entries }) };
  const status = found.status(asked, actingUser(request, user));
  return answer(201, { ...asked, metadata, status }, body.value.warnings);
}
