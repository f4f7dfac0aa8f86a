import type { ApiObject } from '../../apimachinery/object.ts';
import type { Micros } from '../../world/json.ts';
import type { Amounts } from '../describe/quota.ts';
import { addAll, count, readAmounts, type Usage } from './amounts.ts';
import { podUsage, type QuotaPod } from './pods.ts';
import { isInScope, type ScopeRequirement } from './scopes.ts';

/** A ResourceQuota as far as it is counted. */
export interface Quota extends ApiObject {
  readonly spec?: {
    readonly hard?: Amounts;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

interface Service extends ApiObject {
  readonly spec?: {
    readonly type?: string;
    readonly ports?: readonly { readonly nodePort?: number }[];
    readonly allocateLoadBalancerNodePorts?: boolean;
  };
}
interface Claim extends ApiObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: Amounts };
  };
}

/** Resources with a name of their own beside `count/…`. */
const aliases = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);
const STORAGE = '.storageclass.storage.k8s.io/';

/** What one object of a resource (`pods`, `deployments.apps`) counts in quotas. */
export function usageOf(resource: string, object: ApiObject, now: Micros): Usage {
  const one = count(1);
  const counted = new Map([[`count/${resource}`, one]]);
  if (aliases.has(resource)) counted.set(resource, one);
  if (resource === 'pods') return podUsage(object as QuotaPod, now);
  if (resource === 'services') return serviceUsage(object, counted);
  if (resource !== 'persistentvolumeclaims') return counted;
  const { storageClassName = '', resources } = (object as Claim).spec ?? {};
  counted.set(resource, one);
  const storage = readAmounts(resources?.requests).get('storage');
  if (storage) counted.set('requests.storage', storage);
  if (storageClassName === '') return counted;
  counted.set(`${storageClassName}${STORAGE}persistentvolumeclaims`, one);
  if (storage) counted.set(`${storageClassName}${STORAGE}requests.storage`, storage);
  return counted;
}

function serviceUsage(object: ApiObject, counted: Map<string, ReturnType<typeof count>>): Usage {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = (object as Service).spec ?? {};
  const nodePorts =
    type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts)
      ? ports.length
      : ports.filter(({ nodePort }) => type === 'LoadBalancer' && nodePort).length;
  return counted
    .set('services', count(1))
    .set('services.nodeports', count(nodePorts))
    .set('services.loadbalancers', count(type === 'LoadBalancer' ? 1 : 0));
}

/** Which of a quota's resources objects of a resource count in. */
export function namesFor(resource: string, names: readonly string[]): string[] {
  return names.filter((name) => resourceOfName(name) === resource);
}

/** The resource whose objects a quota's resource counts: `pods` of `requests.cpu`. */
export function resourceOfName(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length);
  if (aliases.has(name)) return name;
  if (name.startsWith('services')) return 'services';
  const storage = /^(requests\.storage|persistentvolumeclaims)$/.test(name);
  return storage || name.includes(STORAGE) ? 'persistentvolumeclaims' : 'pods';
}

/** Whether an object is in all scopes of a quota; only pods are in any. */
export function isInScopes(quota: Quota, resource: string, object: ApiObject): boolean {
  const { scopes = [], scopeSelector } = quota.spec ?? {};
  const requirements = [
    ...scopes.map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...(scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  return resource === 'pods' && requirements.every((each) => isInScope(object as QuotaPod, each));
}

/** What a namespace uses of a quota's resources, from its objects by resource. */
export function usedOf(
  quota: Quota,
  objects: (resource: string) => readonly ApiObject[],
  now: Micros,
): Usage {
  const names = Object.keys(quota.spec?.hard ?? {});
  const used = new Map(names.map((name) => [name, count(0)]));
  for (const resource of new Set(names.map(resourceOfName))) {
    const mine = namesFor(resource, names);
    const counted = objects(resource)
      .filter((object) => isInScopes(quota, resource, object))
      .map((object) => usageOf(resource, object, now));
    const total = addAll(counted);
    for (const name of mine) used.set(name, total.get(name) ?? count(0));
  }
  return used;
}
