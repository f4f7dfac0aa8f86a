import type { ApiObject, Labels } from '../apimachinery/object.ts';
import type { ContainerPort, PolicyNamespace, PolicyNode, PolicyPod } from './types.ts';

/** What is read of a Pod. */
export interface PodObject extends ApiObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly serviceAccountName?: string;
    readonly containers: readonly {
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol?: string;
      }[];
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
  };
}

/** What is read of a Node. */
export interface NodeObject extends ApiObject {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/** A Pod as policies see it; undefined for one that is over and has no address any more. */
export function podOf({ metadata, spec, status = {} }: PodObject): PolicyPod | undefined {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return undefined;
  const addresses = status.podIPs?.map(({ ip }) => ip) ?? (status.podIP ? [status.podIP] : []);
  const ports = spec.containers.flatMap(({ ports: own = [] }) =>
    own.map(({ name, containerPort, protocol = 'TCP' }): ContainerPort => ({
      ...(name === undefined ? {} : { name }),
      port: containerPort,
      protocol,
    })),
  );
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    labels: metadata.labels ?? {},
    addresses,
    ...(spec.nodeName === undefined ? {} : { node: spec.nodeName }),
    ...(spec.hostNetwork ? { hostNetwork: true } : {}),
    serviceAccount: spec.serviceAccountName ?? 'default',
    ports,
  };
}

export function namespaceOf({ metadata }: ApiObject): PolicyNamespace {
  return { name: metadata.name, labels: (metadata.labels ?? {}) as Labels };
}

export function nodeOf({ metadata, status }: NodeObject): PolicyNode {
  const addresses = (status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP')
    .map(({ address }) => address);
  return { name: metadata.name, labels: metadata.labels ?? {}, addresses };
}
