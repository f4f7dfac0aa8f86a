import ipaddr from 'ipaddr.js';
import type { ApiObject, Labels } from '../apimachinery/object.ts';
import { matchesMap } from '../apimachinery/selector.ts';
import type { Pod } from '../resources/pod-template/shapes.ts';
import type { Service, ServicePort } from '../resources/service/shapes.ts';
import { isReady } from './pods.ts';

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: {
    readonly kind: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
  };
  readonly zone?: string;
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[];
    readonly forNodes?: readonly { readonly name: string }[];
  };
}

export interface SlicePort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

const ZONE = 'topology.kubernetes.io/zone';

/** Whether a Service has a cluster IP; without one its endpoints are labelled headless. */
export const hasClusterIP = ({ spec }: Service) =>
  spec.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';

/** Uids of the pods that an object of endpoints names, found once per record. */
const named = new WeakMap<object, ReadonlySet<string>>();

/** Whether an EndpointSlice or Endpoints names a pod as the target of an address. */
export function namesPod(holder: ApiObject, uid: string): boolean {
  let uids = named.get(holder);
  if (!uids) {
    const { endpoints, subsets } = holder as unknown as {
      readonly endpoints?: readonly Target[] | null;
      readonly subsets?: readonly Readonly<Record<string, readonly Target[] | undefined>>[];
    };
    const targets = [
      ...(endpoints ?? []),
      ...(subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [] }) => [
        ...addresses,
        ...notReadyAddresses,
      ]),
    ];
    uids = new Set(targets.flatMap(({ targetRef }) => targetRef?.uid ?? []));
    named.set(holder, uids);
  }
  return uids.has(uid);
}

interface Target {
  readonly targetRef?: { readonly uid?: string };
}

/**
 * Keys of the Services that a change of a pod concerns: those that select it, and those whose
 * `holders` still name it though a label has changed (`GetServicesToUpdateOnPodChange`).
 */
export function servicesOf(
  pod: ApiObject,
  services: readonly Service[],
  holders: readonly ApiObject[],
  serviceOf: (holder: ApiObject) => string | undefined,
): string[] {
  const { namespace, labels, uid } = pod.metadata;
  const left = new Set(holders.filter((each) => namesPod(each, uid)).map(serviceOf));
  return services
    .filter(({ spec, metadata }) => matchesMap(spec.selector, labels) || left.has(metadata.name))
    .map(({ metadata }) => `${namespace}/${metadata.name}`);
}

/** Pods of lists by their labels, `key=value`; a list is kept until something changes. */
const labelled = new WeakMap<object, Map<string, Pod[]>>();

/** Pods of a Service's selector; one without a selector has none. */
export function podsOf({ spec: { selector } }: Service, pods: readonly Pod[]): Pod[] {
  const [first] = Object.entries(selector ?? {});
  if (!first) return [];
  let byLabel = labelled.get(pods);
  if (!byLabel) {
    byLabel = new Map();
    for (const pod of pods) {
      for (const [key, value] of Object.entries(pod.metadata.labels ?? {})) {
        const group = byLabel.get(`${key}=${value}`);
        if (group) group.push(pod);
        else byLabel.set(`${key}=${value}`, [pod]);
      }
    }
    labelled.set(pods, byLabel);
  }
  const some = byLabel.get(`${first[0]}=${first[1]}`) ?? [];
  return some.filter(({ metadata }) => matchesMap(selector, metadata.labels));
}

/**
 * Whether a pod may be an endpoint: it has an address and has not ended
 * (`ShouldPodBeInEndpoints`).
 */
export function mayBeEndpoint(pod: Pod, includeTerminating: boolean): boolean {
  const { phase, podIP, podIPs } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') return false;
  if (!podIP && (podIPs ?? []).length === 0) return false;
  return includeTerminating || !pod.metadata.deletionTimestamp;
}

/** The hostname of an endpoint: only where the pod's subdomain is the Service. */
export function hostnameOf({ metadata, spec }: Pod, service: Service): string | undefined {
  const named =
    spec.hostname &&
    spec.subdomain === service.metadata.name &&
    service.metadata.namespace === metadata.namespace;
  return named ? spec.hostname : undefined;
}

/**
 * The number behind a Service port's target in a pod: the number itself, or a container port of
 * that name and protocol; undefined where the pod has none (`FindPort`).
 */
export function findPort(pod: Pod, { targetPort, protocol }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? 0;
  const sidecars = (pod.spec.initContainers ?? []).filter(
    (each) => each.restartPolicy === 'Always',
  );
  for (const { ports } of [...(pod.spec.containers ?? []), ...sidecars]) {
    const found = ports?.find(
      (each) => each.name === targetPort && (each.protocol ?? 'TCP') === (protocol ?? 'TCP'),
    );
    if (found) return found.containerPort;
  }
  return undefined;
}

/** Ports of a Service as a pod answers them; a named one that it lacks is left out. */
export function portsOf(service: Service, pod: Pod): SlicePort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = findPort(pod, port);
    if (number === undefined) return [];
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol && { appProtocol: port.appProtocol }),
      },
    ];
  });
}

/** Address types that a Service has slices of; one that tells no families has both. */
export function addressTypesOf({ spec }: Service): ('IPv4' | 'IPv6')[] {
  const families = (['IPv4', 'IPv6'] as const).filter((each) => spec.ipFamilies?.includes(each));
  if (families.length > 0) return families;
  if (!spec.clusterIP || spec.clusterIP === 'None') return ['IPv4', 'IPv6'];
  return [spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4'];
}

/** A pod's addresses of one family, in their usual form; a wrong one is Go's nil. */
export function addressesOf({ status }: Pod, addressType: string): string[] {
  const ips = status?.podIPs ?? (status?.podIP ? [{ ip: status.podIP }] : []);
  return ips
    .filter(({ ip }) => ip.includes(':') === (addressType === 'IPv6'))
    .map(({ ip }) => (ipaddr.isValid(ip) ? ipaddr.parse(ip).toString() : '<nil>'));
}

/** A pod as an endpoint (`podToEndpoint`). */
export function endpointOf(
  pod: Pod,
  node: ApiObject | undefined,
  service: Service,
  addressType: string,
): SliceEndpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = (node?.metadata.labels as Labels | undefined)?.[ZONE];
  const { namespace, name, uid } = pod.metadata;
  const hostname = hostnameOf(pod, service);
  return {
    addresses: addressesOf(pod, addressType),
    conditions: { ready, serving, terminating },
    ...(hostname && { hostname }),
    targetRef: { kind: 'Pod', ...(namespace && { namespace }), name, ...(uid && { uid }) },
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    ...(zone && { zone }),
  };
}
