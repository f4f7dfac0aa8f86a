import { groupOf, type Obj } from '../object.ts';

/** An object on its way through a kustomization. */
export interface Resource {
  object: Obj;
  /** Every name that it had, in the order it had them. */
  readonly names: string[];
  /** Where it comes from: a file, or what generated it. */
  origin?: string;
  /** Its name gets the hash of its content in the end. */
  hashed: boolean;
}

/** A resource around an object. */
export function resourceOf(object: Obj, hashed = false): Resource {
  return { object, names: [object.metadata?.name ?? ''], hashed };
}

const clusterKinds = new Set(
  (
    'Namespace Node PersistentVolume ClusterRole ClusterRoleBinding CustomResourceDefinition ' +
    'APIService StorageClass IngressClass PriorityClass CSIDriver CSINode RuntimeClass ' +
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ' +
    'ValidatingAdmissionPolicyBinding CertificateSigningRequest FlowSchema GatewayClass ' +
    'PriorityLevelConfiguration VolumeAttachment ServiceCIDR IPAddress'
  ).split(' '),
);

/** Whether a kind lives in no namespace. */
export function isClusterScoped({ kind = '' }: Obj): boolean {
  return clusterKinds.has(kind);
}

/** `Deployment.v1.apps/web.prod`, as errors name an object. */
export function idText(object: Obj): string {
  const group = groupOf(object.apiVersion ?? '');
  const version = (object.apiVersion ?? '').split('/').at(-1) ?? '';
  const gvk = `${object.kind}.${version || '[noVer]'}.${group || '[noGrp]'}`;
  return `${gvk}/${object.metadata?.name ?? ''}.${object.metadata?.namespace || '[noNs]'}`;
}

/** What an object is, or was, called. */
export interface Identity {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** An object's identity now, and those that it had under other names. */
export function identitiesOf({ object, names }: Resource): readonly Identity[] {
  const { apiVersion = '', kind = '', metadata } = object;
  const common = {
    group: groupOf(apiVersion),
    version: apiVersion.split('/').at(-1) ?? '',
    kind,
    namespace: metadata?.namespace ?? '',
  };
  return [...new Set([metadata?.name ?? '', ...names])].map((name) => ({ ...common, name }));
}

/** Whether two objects are one: kind, group, name and namespace agree. */
export function isSame(a: Obj, b: Obj): boolean {
  return idText(a).replace(/\.default$/, '.[noNs]') === idText(b).replace(/\.default$/, '.[noNs]');
}

type Fields = Record<string, unknown>;

/**
 * Calls `change` on each place that a path leads to, such as `spec/containers[]/image`:
 * `[]` goes through a list, `*` through the members of a map. With `create`, maps on the way that
 * are missing are made.
 */
export function eachAt(
  object: unknown,
  path: string,
  change: (holder: Fields, name: string) => void,
  create = false,
): void {
  const [first = '', ...rest] = path.split('/');
  if (typeof object !== 'object' || object === null) return;
  const holder = object as Fields;
  const list = first.endsWith('[]');
  const name = list ? first.slice(0, -2) : first;
  if (rest.length === 0 && !list && first !== '*') {
    if (create || holder[name] !== undefined) change(holder, name);
    return;
  }
  if (list) {
    const items = holder[name];
    for (const item of Array.isArray(items) ? items : []) {
      eachAt(item, rest.join('/'), change, create);
    }
    return;
  }
  if (first === '*') {
    for (const key of Object.keys(holder)) {
      if (rest.length === 0) change(holder, key);
      else eachAt(holder[key], rest.join('/'), change, create);
    }
    return;
  }
  if (holder[name] === undefined && create) holder[name] = {};
  eachAt(holder[name], rest.join('/'), change, create);
}
