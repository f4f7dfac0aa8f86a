import { invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import {
  badRequestStatus,
  invalidStatus,
  methodNotAllowedStatus,
  type Outcome,
} from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import { kindNames } from '../resources/names.ts';
import type { Attributes, Decision } from './authorization/attributes.ts';
import { grantsOf } from './authorization/rbac.ts';
import { decide, refusal } from './authorize.ts';
import type { ApiRequest, ApiResponse, User } from './request.ts';
import { answer, refuse } from './responses.ts';
import { splitUrl } from './route.ts';
import type { Server } from './server.ts';
import { ISSUER } from './tokens.ts';
import { managerOf, objectData, readObject } from './write/body.ts';
import { entriesAfter } from './write/finish.ts';

/** Questions that are asked by creating an object, which is answered and not kept. */
export interface Review {
  readonly group: string;
  readonly kind: string;
  readonly namespaced?: true;
  status(asked: ApiObject, user: User, server: Server, namespace: string): Outcome<object>;
}

const authorization = 'authorization.k8s.io';
const authentication = 'authentication.k8s.io';
const good = (value: object): Outcome<object> => ({ ok: true, value });

interface AccessSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly resourceAttributes?: Partial<Omit<Attributes, 'user' | 'path'>>;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

/** Questions by their plural, as discovery lists them. */
export const reviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: {
    group: authorization,
    kind: 'SelfSubjectAccessReview',
    status: (asked, user, server) =>
      access(server, 'SelfSubjectAccessReview', asked['spec'] as AccessSpec, user),
  },
  subjectaccessreviews: {
    group: authorization,
    kind: 'SubjectAccessReview',
    status: (asked, _user, server) => subjectAccess(server, 'SubjectAccessReview', asked),
  },
  localsubjectaccessreviews: {
    group: authorization,
    kind: 'LocalSubjectAccessReview',
    namespaced: true,
    status(asked, _user, server, namespace) {
      const spec = (asked['spec'] ?? {}) as AccessSpec;
      if ((spec.resourceAttributes?.namespace ?? '') !== namespace) {
        const message = `spec.resourceAttributes.namespace must match namespace: ${namespace}`;
        return { ok: false, status: badRequestStatus(message) };
      }
      return subjectAccess(server, 'LocalSubjectAccessReview', asked);
    },
  },
  selfsubjectrulesreviews: {
    group: authorization,
    kind: 'SelfSubjectRulesReview',
    status(asked, user, server) {
      const { namespace = '' } = (asked['spec'] ?? {}) as { readonly namespace?: string };
      if (namespace === '')
        return { ok: false, status: badRequestStatus('no namespace on request') };
      return good(rulesStatus(server, user, namespace));
    },
  },
  selfsubjectreviews: {
    group: authentication,
    kind: 'SelfSubjectReview',
    status: (_asked, user) => good({ userInfo: userInfo(user) }),
  },
  tokenreviews: {
    group: authentication,
    kind: 'TokenReview',
    status: (asked, _user, server) => tokenStatus(server, asked),
  },
};

function userInfo({ name, groups, uid, extra }: User): object {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}

/** Names one user and one question (`ValidateSubjectAccessReviewSpec`), then asks. */
function subjectAccess(server: Server, kind: string, asked: ApiObject): Outcome<object> {
  const spec = (asked['spec'] ?? {}) as AccessSpec;
  const { user = '', groups = [], uid, extra } = spec;
  const why = 'at least one of user or group must be specified';
  const missing = user === '' && groups.length === 0 ? [required('spec.user', why)] : [];
  const subject = { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
  return access(server, kind, spec, subject, missing);
}

function access(
  server: Server,
  kind: string,
  spec: AccessSpec = {},
  user: User,
  earlier: readonly FieldError[] = [],
): Outcome<object> {
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec;
  const errors = [...earlier];
  const at = 'spec.resourceAttributes';
  const both = 'cannot be specified in combination with resourceAttributes';
  if (resource && other) errors.push(invalid('spec.nonResourceAttributes', null, both));
  const one = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  if (!resource && !other) errors.push(invalid(at, null, one));
  if (errors.length > 0) {
    return { ok: false, status: invalidStatus({ group: authorization, kind }, '', errors) };
  }
  const asked: Attributes = {
    user,
    verb: resource?.verb ?? other?.verb ?? '',
    group: resource?.group ?? '',
    resource: resource?.resource ?? '',
    subresource: resource?.subresource ?? '',
    namespace: resource?.namespace ?? '',
    name: resource?.name ?? '',
    path: other?.path ?? '',
  };
  return good(accessStatus(decide(server, asked)));
}

function accessStatus({ allowed, reason }: Decision): object {
  return { allowed, ...(reason && { reason }) };
}

/** What `auth can-i --list` shows (`RBACAuthorizer.RulesFor`). */
function rulesStatus(server: Server, user: User, namespace: string): object {
  const all = user.groups.includes('system:masters');
  const grants = all ? [] : [...grantsOf(server, user, namespace)];
  const rules = grants.flatMap((grant) => grant.rules);
  const everything = all ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : [];
  const anywhere = all ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [];
  const resourceRules = rules.filter(({ resources = [] }) => resources.length > 0);
  const nonResourceRules = rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0);
  const broken = grants.flatMap(({ missing }) => missing ?? []);
  const list = broken.length > 1 ? `[${broken.join(', ')}]` : (broken[0] ?? '');
  return {
    resourceRules: [...everything, ...resourceRules],
    nonResourceRules: [
      ...anywhere,
      ...nonResourceRules.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    ],
    incomplete: broken.length > 0,
    ...(broken.length > 0 && { evaluationError: list }),
  };
}

function tokenStatus(server: Server, asked: ApiObject): Outcome<object> {
  const { token = '', audiences = [] } = (asked['spec'] ?? {}) as {
    readonly token?: string;
    readonly audiences?: readonly string[];
  };
  if (token === '') {
    return {
      ok: false,
      status: badRequestStatus('token is required for TokenReview in authentication'),
    };
  }
  const found = server.tokens.read(token);
  const wanted = audiences.length > 0 ? audiences : [ISSUER];
  const shared = wanted.filter((each) => found?.audiences.includes(each));
  if (!found) {
    const error = '[invalid bearer token, service account token is not valid]';
    return good({ user: {}, error });
  }
  if (shared.length === 0) {
    const names = (list: readonly string[]) => `["${list.join('" "')}"]`;
    const error =
      '[invalid bearer token, token audiences ' +
      `${names(found.audiences)} is invalid for the target audiences ${names(wanted)}]`;
    return good({ user: {}, error });
  }
  return good({ authenticated: true, user: userInfo(found.user), audiences: shared });
}

/** Answers a review; undefined for any other path. */
export function review(server: Server, request: ApiRequest, user: User): ApiResponse | undefined {
  const { path, query } = splitUrl(request.url);
  const shape = /^\/apis\/([^/]+)\/([^/]+)(?:\/namespaces\/([^/]+))?\/(\w+)\/?$/;
  const [, group = '', version, namespace = '', plural = ''] = shape.exec(path) ?? [];
  const found = reviews[plural];
  if (!found || found.group !== group || version !== 'v1') return undefined;
  if ((namespace !== '') !== (found.namespaced === true)) return undefined;
  const asking = { user, verb: 'create', group, resource: plural, subresource: '' };
  const denied = refusal(server, { ...asking, namespace, name: '', path: '' });
  if (denied) return refuse(denied);
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
  const status = found.status(asked, user, server, namespace);
  if (!status.ok) return refuse(status.status);
  return answer(201, { ...asked, metadata, status: status.value }, body.value.warnings);
}
