import type { ApiObject } from '../../apimachinery/object.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { GROUP, type Binding, type Subject } from '../../resources/rbac/bindings.ts';
import type { PolicyRule, RoleShape } from '../../resources/rbac/rules.ts';
import type { User } from '../request.ts';
import type { Server } from '../server.ts';
import type { Attributes, Decision } from './attributes.ts';
import { ruleAllows } from './rules.ts';

interface Entry {
  readonly binding: Binding;
  readonly subject: Subject;
}
type Index = ReadonlyMap<string, readonly Entry[]>;

/** Bindings by whom they name; a list is the same as long as nothing in it changes. */
const indexes = new WeakMap<object, Index>();

const userKey = (name: string) => `user/${name}`;
const groupKey = (name: string) => `group/${name}`;

function subjectKey({ kind, name, namespace }: Subject, binding: Binding): string {
  if (kind === 'Group') return groupKey(name);
  if (kind === 'User') return userKey(name);
  const home = namespace || binding.metadata.namespace;
  return home ? userKey(`system:serviceaccount:${home}:${name}`) : '';
}

function indexOf(bindings: readonly ApiObject[]): Index {
  const known = indexes.get(bindings);
  if (known) return known;
  const index = new Map<string, Entry[]>();
  for (const binding of bindings as readonly Binding[]) {
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, binding);
      const found = index.get(key);
      if (found) found.push({ binding, subject });
      else index.set(key, [{ binding, subject }]);
    }
  }
  indexes.set(bindings, index);
  return index;
}

/** The rules that one binding gives to a user; `missing` where its role is not there. */
export interface Grant extends Entry {
  readonly rules: readonly PolicyRule[];
  readonly missing?: string;
}

const kindOf = (server: Server, plural: string) =>
  server.byResource.get(`${plural}.${GROUP}`) as ResourceKind;

/** The role that a binding means; undefined where it is not there. */
export function roleOf(
  server: Server,
  { roleRef, metadata }: Pick<Binding, 'roleRef' | 'metadata'>,
): RoleShape | undefined {
  const cluster = roleRef.kind === 'ClusterRole';
  const kind = kindOf(server, cluster ? 'clusterroles' : 'roles');
  const namespace = cluster ? undefined : metadata.namespace;
  return server.storage.get(kind, namespace, roleRef.name) as RoleShape | undefined;
}

/** All that bindings give to a user: in the cluster, then in a namespace if one is told. */
export function* grantsOf(server: Server, user: User, namespace: string): Generator<Grant> {
  const keys = [userKey(user.name), ...user.groups.map(groupKey)];
  const cluster = server.storage.list(kindOf(server, 'clusterrolebindings'), undefined);
  yield* grantsIn(server, cluster, keys);
  if (namespace === '') return;
  const local = server.storage.list(kindOf(server, 'rolebindings'), namespace);
  yield* grantsIn(server, local, keys);
}

function* grantsIn(
  server: Server,
  bindings: readonly ApiObject[],
  keys: readonly string[],
): Generator<Grant> {
  if (bindings.length === 0) return;
  const index = indexOf(bindings);
  for (const key of keys) {
    for (const entry of index.get(key) ?? []) {
      const role = roleOf(server, entry.binding);
      if (role) yield { ...entry, rules: role.rules ?? [] };
      else yield { ...entry, rules: [], missing: notFound(entry.binding) };
    }
  }
}

/** The lister's own words for a role that is not there. */
function notFound({ roleRef }: Binding): string {
  return `${roleRef.kind.toLowerCase()}.${GROUP} "${roleRef.name}" not found`;
}

/** Asks the bindings (`RBACAuthorizer.Authorize`). */
export function authorizeByRoles(server: Server, asked: Attributes): Decision {
  const missing = new Set<string>();
  for (const grant of grantsOf(server, asked.user, asked.namespace)) {
    if (grant.missing !== undefined) missing.add(grant.missing);
    else if (grant.rules.some((rule) => ruleAllows(rule, asked))) {
      return { allowed: true, reason: `RBAC: allowed by ${describe(grant)}` };
    }
  }
  if (missing.size === 0) return { allowed: false, reason: '' };
  const texts = [...missing];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return { allowed: false, reason: `RBAC: ${list}` };
}

function describe({ binding, subject }: Entry): string {
  const { metadata, roleRef } = binding;
  const local = metadata.namespace;
  const name = local
    ? `RoleBinding "${metadata.name}/${local}"`
    : `ClusterRoleBinding "${metadata.name}"`;
  const home = subject.kind === 'ServiceAccount' ? `/${subject.namespace || local || ''}` : '';
  return `${name} of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${subject.name}${home}"`;
}
