import type { ApiObject } from '../../apimachinery/object.ts';
import type { PolicyRule, RoleShape } from '../../resources/rbac/rules.ts';
import type { Server } from '../server.ts';
import type { Attributes, Decision } from './attributes.ts';
import { ruleAllows } from './rules.ts';

const USER = 'system:node:';
const noOpinion: Decision = { allowed: false, reason: '' };

interface PodLike extends ApiObject {
  readonly spec: { readonly nodeName?: string };
}

/**
 * What a kubelet may do (`plugin/pkg/auth/authorizer/node`): what the role `system:node` allows, of
 * ConfigMaps, Secrets and claims only those that pods on its node name.
 */
export function authorizeNode(server: Server, asked: Attributes): Decision {
  const { user, resource, group } = asked;
  if (!user.name.startsWith(USER) || !user.groups.includes('system:nodes')) return noOpinion;
  const node = user.name.slice(USER.length);
  const named = { configmaps: 'configMap', secrets: 'secret', persistentvolumeclaims: 'claim' }[
    resource
  ];
  if (named !== undefined && group === '' && asked.subresource === '') {
    return authorizeNamed(server, asked, node, named);
  }
  const kind = server.byResource.get('clusterroles.rbac.authorization.k8s.io');
  const role = kind && (server.storage.get(kind, undefined, 'system:node') as RoleShape);
  const rules: readonly PolicyRule[] = role?.rules ?? [];
  return rules.some((rule) => ruleAllows(rule, asked)) ? { allowed: true, reason: '' } : noOpinion;
}

function authorizeNamed(server: Server, asked: Attributes, node: string, what: string): Decision {
  const { verb, name, namespace } = asked;
  if (!['get', 'list', 'watch'].includes(verb)) {
    return { allowed: false, reason: 'can only read resources of this type' };
  }
  if (name === '') {
    return { allowed: false, reason: 'No Object name found' };
  }
  const pods = server.byResource.get('pods');
  const all = (pods ? server.storage.list(pods, namespace) : []) as readonly PodLike[];
  const wanted = `${what}/${name}`;
  if (all.some((pod) => pod.spec.nodeName === node && referencesOf(pod).has(wanted))) {
    return { allowed: true, reason: '' };
  }
  return {
    allowed: false,
    reason: `no relationship found between node '${node}' and this object`,
  };
}

/** What each pod names; a pod's spec is the same object as long as it does not change. */
const references = new WeakMap<object, ReadonlySet<string>>();

function referencesOf({ spec }: PodLike): ReadonlySet<string> {
  const known = references.get(spec);
  if (known) return known;
  const found = new Set<string>();
  collect(spec, found);
  references.set(spec, found);
  return found;
}

/** Fields that name an object, by the sort of object. */
const fields: Readonly<Record<string, string>> = {
  configMap: 'configMap',
  configMapRef: 'configMap',
  configMapKeyRef: 'configMap',
  secret: 'secret',
  secretRef: 'secret',
  secretKeyRef: 'secret',
  persistentVolumeClaim: 'claim',
};

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const each of value as unknown[]) collect(each, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [field, each] of Object.entries(value)) {
    const sort = fields[field];
    const inner = each as Readonly<Record<string, string>> | null;
    const name = inner?.['name'] ?? inner?.['secretName'] ?? inner?.['claimName'];
    if (sort && name) found.add(`${sort}/${name}`);
    if (field === 'imagePullSecrets') {
      for (const { name: secret } of each as readonly { readonly name: string }[]) {
        found.add(`secret/${secret}`);
      }
    }
    collect(each, found);
  }
}
