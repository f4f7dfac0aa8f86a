import type { ApiObject } from '../../apimachinery/object.ts';
import { parseJson } from '../../cni/go-json.ts';
import type { Json } from '../../world/json.ts';

const PREFIX = 'flannel.alpha.coreos.com/';

export interface Node extends ApiObject {
  readonly spec: { readonly podCIDR?: string; readonly podCIDRs?: readonly string[] };
}

/** What a node tells the others of itself. */
export interface Lease {
  readonly node: string;
  readonly subnet: string;
  readonly publicIP: string;
  readonly backendType: string;
  readonly backendData: Json;
  /** The same for IPv6, where the node has it. */
  readonly second?: {
    readonly subnet: string;
    readonly publicIP: string;
    readonly backendData: Json;
  };
}

/** A node's pod network of IPv6. */
export const subnet6Of = ({ spec }: Node) => spec.podCIDRs?.find((cidr) => cidr.includes(':'));

/** The annotations of a lease, as flanneld writes them onto its Node. */
export function annotationsOf(lease: Omit<Lease, 'node' | 'subnet'>): Record<string, string> {
  return {
    [`${PREFIX}backend-data`]: JSON.stringify(lease.backendData),
    [`${PREFIX}backend-type`]: lease.backendType,
    ...(lease.second && {
      [`${PREFIX}backend-v6-data`]: JSON.stringify(lease.second.backendData),
      [`${PREFIX}public-ipv6`]: lease.second.publicIP,
    }),
    [`${PREFIX}kube-subnet-manager`]: 'true',
    [`${PREFIX}public-ip`]: lease.publicIP,
  };
}

/** The lease of a node; undefined while no flanneld has written one there. */
export function leaseOf(node: Node): Lease | undefined {
  const { metadata, spec } = node;
  const annotation = (name: string) => metadata.annotations?.[PREFIX + name];
  if (annotation('kube-subnet-manager') !== 'true' || !spec.podCIDR) return undefined;
  const data = parseJson(annotation('backend-data') ?? 'null');
  const subnet6 = subnet6Of(node);
  const public6 = annotation('public-ipv6-overwrite') ?? annotation('public-ipv6');
  const data6 = parseJson(annotation('backend-v6-data') ?? 'null');
  return {
    node: metadata.name,
    subnet: spec.podCIDR,
    publicIP: annotation('public-ip-overwrite') ?? annotation('public-ip') ?? '',
    backendType: annotation('backend-type') ?? '',
    backendData: 'value' in data ? (data.value as Json) : null,
    ...(subnet6 !== undefined && public6 !== undefined
      ? {
          second: {
            subnet: subnet6,
            publicIP: public6,
            backendData: 'value' in data6 ? (data6.value as Json) : null,
          },
        }
      : {}),
  };
}
