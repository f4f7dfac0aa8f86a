import { forbiddenStatus, type ApiStatus } from '../../apimachinery/status.ts';
import { isValidPathSegmentName } from '../../resources/path-segment.ts';
import type { ApiRequest, User } from '../request.ts';
import { splitUrl, type Query, type Target } from '../route.ts';

/** What somebody wants to do (`authorizer.Attributes`): with a resource, or at a path. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  readonly group: string;
  /** Empty where the request is of a path that is no resource. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** A yes or a no, with the reason that the authorizers give. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Attributes of a request about objects, as `RequestInfo` reads them. */
export function attributesOf(target: Target, request: ApiRequest, user: User): Attributes {
  const { kind, name, subresource = '', query } = target;
  const { group, plural } = kind.names;
  // A namespace is itself in the namespace of its name.
  const namespace = plural === 'namespaces' && group === '' ? name : target.namespace;
  const collection = name === undefined;
  return {
    user,
    verb: verbOf(request.method, collection, query),
    group,
    resource: plural,
    subresource,
    namespace: namespace ?? '',
    name: name ?? (request.method === 'POST' ? '' : selectedName(query)),
    path: '',
  };
}

/** Attributes of a request at a path that is no resource: `/version`, `/apis`. */
export function pathAttributes(request: ApiRequest, user: User): Attributes {
  const none = { group: '', resource: '', subresource: '', namespace: '', name: '' };
  const { path } = splitUrl(request.url);
  return { ...none, user, verb: request.method.toLowerCase(), path };
}

function verbOf(method: ApiRequest['method'], collection: boolean, query: Query): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return collection ? 'deletecollection' : 'delete';
    default:
      if (query.flag('watch')) return 'watch';
      return collection ? 'list' : 'get';
  }
}

/** A list of the one object of a name is about that name. */
function selectedName(query: Query): string {
  const text = query.get('fieldSelector');
  if (!text) return '';
  const name = /(?:^|,)metadata\.name==?([^,]*)/.exec(text)?.[1] ?? '';
  return isValidPathSegmentName(name).length === 0 ? name : '';
}

/** 403, as `responsewriters.ForbiddenStatusError` words it. */
export function forbiddenTo(attributes: Attributes, reason: string): ApiStatus {
  const { user, verb, group, resource, subresource, namespace, name, path } = attributes;
  const end = reason === '' ? '' : `: ${reason}`;
  if (resource === '') {
    const what = `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
    const status = forbiddenStatus({ group: '', plural: '' }, '', what + end);
    return { ...status, message: `forbidden: ${what}${end}`, details: {} };
  }
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `resource "${full}" in API group "${group}" ${where}`;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  return forbiddenStatus({ group, plural: resource }, name, `${who} ${what}${end}`);
}
