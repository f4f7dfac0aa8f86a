import type { ApiObject } from '../../apimachinery/object.ts';
import { parseJson } from '../../cni/go-json.ts';
import type { Json } from '../../world/json.ts';

const PREFIX = 'flannel.alpha.coreos.com/';

export interface Node extends ApiObject {
  readonly spec: { readonly podCIDR?: string };
}

/** What a node tells the others of itself. */
export interface Lease {
  readonly node: string;
  readonly subnet: string;
  readonly publicIP: string;
  readonly backendType: string;
  readonly backendData: Json;
}

/** The annotations of a lease, as flanneld writes them onto its Node. */
export function annotationsOf(lease: Omit<Lease, 'node' | 'subnet'>): Record<string, string> {
  return {
    [`${PREFIX}backend-data`]: JSON.stringify(lease.backendData),
    [`${PREFIX}backend-type`]: lease.backendType,
    [`${PREFIX}kube-subnet-manager`]: 'true',
    [`${PREFIX}public-ip`]: lease.publicIP,
  };
}

/** The lease of a node; undefined while no flanneld has written one there. */
export function leaseOf({ metadata, spec }: Node): Lease | undefined {
  const annotation = (name: string) => metadata.annotations?.[PREFIX + name];
  if (annotation('kube-subnet-manager') !== 'true' || !spec.podCIDR) return undefined;
  const data = parseJson(annotation('backend-data') ?? 'null');
  return {
    node: metadata.name,
    subnet: spec.podCIDR,
    publicIP: annotation('public-ip-overwrite') ?? annotation('public-ip') ?? '',
    backendType: annotation('backend-type') ?? '',
    backendData: 'value' in data ? (data.value as Json) : null,
  };
}
