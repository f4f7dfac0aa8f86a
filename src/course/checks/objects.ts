import type { ApiObject, Labels } from '../../emulator/apimachinery/object.ts';
import type { Cluster } from '../../emulator/cluster/api.ts';

/** What checks read of a Service. */
export interface ServiceObject extends ApiObject {
  readonly spec: {
    readonly selector?: Labels;
    readonly clusterIP?: string;
    readonly type?: string;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number | string;
      readonly protocol?: string;
    }[];
  };
}

export interface PodObject extends ApiObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface SliceObject extends ApiObject {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
    readonly targetRef?: { readonly kind?: string; readonly name?: string };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}

/** One endpoint of a Service, as its slices hold it. */
export interface ServiceEndpoint {
  readonly address: string;
  readonly ports: readonly number[];
  readonly ready: boolean;
  readonly pod?: string;
}

export function service(cluster: Cluster, namespace: string, name: string) {
  return cluster.objects('services', namespace).find((each) => each.metadata.name === name) as
    ServiceObject | undefined;
}

export function pods(cluster: Cluster, namespace: string): readonly PodObject[] {
  const all = cluster.objects('pods', namespace) as readonly PodObject[];
  return all.filter((pod) => !pod.metadata.deletionTimestamp);
}

/** Endpoints of a Service from all its slices. */
export function endpoints(cluster: Cluster, namespace: string, name: string): ServiceEndpoint[] {
  const slices = cluster.objects('endpointslices.discovery.k8s.io', namespace) as SliceObject[];
  return slices
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap((slice) =>
      (slice.endpoints ?? []).map((each) => ({
        address: each.addresses[0] ?? '',
        ports: (slice.ports ?? []).flatMap(({ port }) => (port === undefined ? [] : [port])),
        ready: each.conditions?.ready !== false,
        ...(each.targetRef?.name && { pod: each.targetRef.name }),
      })),
    );
}

export function isReady(pod: PodObject): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True';
}

/** `app=web,tier=front`, or `<none>`. */
export function labelText(labels: Labels | undefined): string {
  const entries = Object.entries(labels ?? {});
  return entries.length === 0
    ? '<none>'
    : entries.map(([key, value]) => `${key}=${value}`).join(',');
}

export function selects(selector: Labels, labels: Labels | undefined): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

/** Splits `namespace/name`. */
export function split(reference: string): { namespace: string; name: string } {
  const [namespace = 'default', name = ''] = reference.split('/');
  return { namespace, name };
}
