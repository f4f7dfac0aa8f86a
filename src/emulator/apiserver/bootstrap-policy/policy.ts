import type { Json } from '../../world/json.ts';
import { clusterBindings, clusterRoles } from './cluster-roles.ts';
import { controllerRoles } from './controller-roles.ts';
import { ruleOf } from './lines.ts';
import { namespaceBindings, namespaceRoles } from './namespace-roles.ts';

const GROUP = 'rbac.authorization.k8s.io';
const VERSION = `${GROUP}/v1`;
const AGGREGATE = `${GROUP}/aggregate-to-`;

/** An object as it is posted, and where to. */
export interface PolicyObject {
  readonly url: string;
  readonly body: Json;
}

/** Which role is a part of which: each is gathered by the label that names it. */
const gathers: Readonly<Record<string, string>> = {
  edit: 'admin',
  'system:aggregate-to-admin': 'admin',
  view: 'edit',
  'system:aggregate-to-edit': 'edit',
  'system:aggregate-to-view': 'view',
};

const metadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

/** All roles and bindings that the API server makes when there are none. */
export function bootstrapPolicy(): readonly PolicyObject[] {
  const prefixed = Object.entries(controllerRoles).map(
    ([name, lines]) => [`system:controller:${name}`, lines] as const,
  );
  return [
    ...['admin', 'edit', 'view'].map(gatheringRole),
    ...[...Object.entries(clusterRoles), ...prefixed].map(([name, lines]) =>
      clusterRole(name, lines),
    ),
    ...Object.entries(clusterBindings).map(([name, subjects]) => clusterBinding(name, subjects)),
    ...Object.keys(controllerRoles).map((name) =>
      clusterBinding(`system:controller:${name}`, [`ServiceAccount kube-system/${name}`]),
    ),
    ...Object.entries(namespaceRoles).flatMap(([namespace, roles]) =>
      Object.entries(roles).map(([name, lines]) => role(namespace, name, lines)),
    ),
    ...namespaceBindings.map(({ namespace, name, role: bound, subjects }) =>
      binding(namespace, name, 'Role', bound, subjects),
    ),
  ];
}

const labelsOf = (name: string): Readonly<Record<string, string>> =>
  gathers[name] === undefined ? {} : { [`${AGGREGATE}${gathers[name]}`]: 'true' };

function gatheringRole(name: string): PolicyObject {
  const selector = { matchLabels: { [`${AGGREGATE}${name}`]: 'true' } };
  return posted('clusterroles', 'ClusterRole', {
    metadata: metadata(name, labelsOf(name)),
    aggregationRule: { clusterRoleSelectors: [selector] },
    rules: [],
  });
}

function clusterRole(name: string, lines: readonly string[]): PolicyObject {
  return posted('clusterroles', 'ClusterRole', {
    metadata: metadata(name, labelsOf(name)),
    rules: lines.map(ruleOf) as unknown as Json,
  });
}

function clusterBinding(name: string, subjects: readonly string[]): PolicyObject {
  return posted('clusterrolebindings', 'ClusterRoleBinding', {
    metadata: metadata(name),
    ...bound('ClusterRole', name, subjects),
  });
}

function role(namespace: string, name: string, lines: readonly string[]): PolicyObject {
  return posted(`namespaces/${namespace}/roles`, 'Role', {
    metadata: metadata(name),
    rules: lines.map(ruleOf) as unknown as Json,
  });
}

function binding(
  namespace: string,
  name: string,
  kind: string,
  to: string,
  subjects: readonly string[],
): PolicyObject {
  return posted(`namespaces/${namespace}/rolebindings`, 'RoleBinding', {
    metadata: metadata(name),
    ...bound(kind, to, subjects),
  });
}

function posted(path: string, kind: string, body: Readonly<Record<string, Json>>): PolicyObject {
  return { url: `/apis/${VERSION}/${path}`, body: { apiVersion: VERSION, kind, ...body } };
}

/** The two ends of a binding; subjects read `Group x`, `User x`, `ServiceAccount namespace/x`. */
export function bound(kind: string, name: string, subjects: readonly string[]) {
  const list: Json[] = subjects.map((text) => {
    const cut = text.indexOf(' ');
    const [sort, whom] = [text.slice(0, cut), text.slice(cut + 1)];
    if (sort !== 'ServiceAccount') return { kind: sort, apiGroup: GROUP, name: whom };
    const [namespace = '', account = ''] = whom.split('/');
    return { kind: sort, name: account, namespace };
  });
  return {
    roleRef: { apiGroup: GROUP, kind, name },
    ...(list.length > 0 && { subjects: list }),
  };
}
