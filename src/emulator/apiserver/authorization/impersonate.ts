import { internalStatus, type ApiStatus } from '../../apimachinery/status.ts';
import type { ApiRequest, User } from '../request.ts';
import { header } from '../route.ts';
import { forbiddenTo, type Attributes, type Decision } from './attributes.ts';

const ACCOUNT = 'system:serviceaccount:';
const AUTHENTICATION = 'authentication.k8s.io';

export type Acting =
  { readonly ok: true; readonly user: User } | { readonly ok: false; readonly status: ApiStatus };

/**
 * The user that a request is made for: its own, or the one that its headers name, if its own may
 * act as that one (`filters.WithImpersonation`).
 */
export function actingUser(
  request: ApiRequest,
  user: User,
  decide: (asked: Attributes) => Decision,
): Acting {
  const asked = askedUser(request);
  if (!asked) return { ok: true, user };
  if (asked.name === '') {
    const message = 'requested impersonation without impersonating a user';
    return { ok: false, status: internalStatus(message) };
  }
  for (const attributes of impersonations(asked, user)) {
    const { allowed, reason } = decide(attributes);
    if (!allowed) return { ok: false, status: forbiddenTo(attributes, reason) };
  }
  return { ok: true, user: withGroups(asked) };
}

interface Asked {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

function askedUser(request: ApiRequest): Asked | undefined {
  if (!Object.keys(request.headers ?? {}).some((name) => name.startsWith('impersonate-'))) {
    return undefined;
  }
  const name = header(request, 'impersonate-user');
  const groups = listOf(header(request, 'impersonate-group'));
  const uid = header(request, 'impersonate-uid');
  const extra = Object.fromEntries(
    Object.entries(request.headers ?? {})
      .filter(([key]) => key.startsWith('impersonate-extra-'))
      .map(([key, value]) => [
        decodeURIComponent(key.slice('impersonate-extra-'.length)),
        listOf(value),
      ]),
  );
  const nothing = !name && groups.length === 0 && !uid && Object.keys(extra).length === 0;
  return nothing ? undefined : { name, groups, uid, extra };
}

/** What must be allowed, in upstream's order: the user, the groups, further facts, the uid. */
function impersonations({ name, groups, uid, extra }: Asked, user: User): Attributes[] {
  const base = { user, verb: 'impersonate', subresource: '', namespace: '', path: '', group: '' };
  const [namespace = '', account = ''] = name.startsWith(ACCOUNT)
    ? name.slice(ACCOUNT.length).split(':')
    : [];
  const facts = Object.entries(extra).flatMap(([key, values]) =>
    values.map((value) => ({
      ...base,
      group: AUTHENTICATION,
      resource: 'userextras',
      subresource: key,
      name: value,
    })),
  );
  return [
    account !== ''
      ? { ...base, resource: 'serviceaccounts', namespace, name: account }
      : { ...base, resource: 'users', name },
    ...groups.map((each) => ({ ...base, resource: 'groups', name: each })),
    ...facts,
    ...(uid ? [{ ...base, group: AUTHENTICATION, resource: 'uids', name: uid }] : []),
  ];
}

function withGroups({ name, groups: given, uid, extra }: Asked): User {
  const groups = [...given];
  const [, , namespace = ''] = name.split(':');
  if (name.startsWith(ACCOUNT) && groups.length === 0) groups.push(...accountGroups(namespace));
  const anonymous = name === 'system:anonymous';
  const common = anonymous ? 'system:unauthenticated' : 'system:authenticated';
  const known = ['system:authenticated', 'system:unauthenticated'];
  if (!groups.some((each) => known.includes(each))) groups.push(common);
  return {
    name,
    groups,
    ...(uid && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** Groups that each service account of a namespace is in (`serviceaccount.MakeGroupNames`). */
export function accountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
