import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import { meets, parseSelector } from '../../../../apimachinery/selector.ts';
import {
  isHeadless,
  type ClusterData,
  type EndpointAddress,
  type ServiceData,
} from '../../cluster-data.ts';
import { addressFromReverse, isReverse } from '../../zones.ts';
import type { KubernetesConfig } from './setup.ts';

/** One thing that a name stands for: an address or another name, with a port (msg.Service). */
export interface Found {
  /** Address or host name. */
  readonly host: string;
  /** The name of its own that an address has: the target of SRV records. */
  readonly key: string;
  /** -1: no port is declared; 0: unknown. */
  readonly port: number;
  readonly text?: string;
}

/** `missing` is NXDOMAIN; an empty list is NODATA. */
export type Records = readonly Found[] | 'missing';

/** The parts of a name below its zone (parse.go). */
interface Parts {
  readonly port: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly service: string;
  readonly namespace: string;
  readonly kind: string;
}

/** What a name of a zone stands for, whatever the type (Kubernetes.Records). */
export function findRecords(
  config: KubernetesConfig,
  cluster: ClusterData,
  name: string,
  zone: string,
): Records {
  const parts = parseName(name, zone);
  if (parts === 'missing') return 'missing';
  if (parts.kind === '') return [];
  if (isReverse(name)) return 'missing';
  if (parts.namespace !== '' && !isExposed(config, cluster, parts.namespace)) return 'missing';
  if (parts.namespace === '') return [];
  return parts.kind === 'pod'
    ? findPods(config, cluster, parts, zone)
    : findServices(config, cluster, parts, zone);
}

/**
 * `[[[_port._]protocol.]|endpoint.]service.namespace.svc`: read from the right. Without namespace,
 * service or all of it, there is no data.
 */
export function parseName(name: string, zone: string): Parts | 'missing' {
  const base = name === zone ? '' : name.slice(0, zone === '.' ? -1 : -zone.length - 1);
  const none = { port: '', protocol: '', endpoint: '', service: '', namespace: '', kind: '' };
  if (base === '') return none;
  const labels = base.split('.');
  const kind = labels.pop() as string;
  if (kind !== 'svc' && kind !== 'pod') return 'missing';
  const namespace = labels.pop() ?? '';
  const service = labels.pop() ?? '';
  const found = { ...none, kind, namespace, service };
  if (labels.length === 0) return found;
  if (labels.length === 1) return { ...found, endpoint: labels[0] as string };
  if (labels.length === 2) {
    const [port = '', protocol = ''] = labels;
    return { ...found, port: port.replace(/^_/, ''), protocol: protocol.replace(/^_/, '') };
  }
  return 'missing';
}

export function isExposed(config: KubernetesConfig, cluster: ClusterData, name: string): boolean {
  const found = cluster.namespace(name);
  if (config.namespaces.length > 0) return config.namespaces.includes(name);
  if (!found) return false;
  if (config.namespaceLabels === undefined) return true;
  return selects(config.namespaceLabels, found.labels);
}

function selects(text: string, labels: Readonly<Record<string, string>> | undefined): boolean {
  const parsed = parseSelector(text);
  return parsed.ok && meets(parsed.value, labels);
}

/** `1-2-3-4.namespace.pod`: by the mode, anything that is an address, or only what pods have. */
function findPods(
  config: KubernetesConfig,
  cluster: ClusterData,
  { service, namespace, endpoint, port }: Parts,
  zone: string,
): Records {
  if (config.podMode === 'disabled') return 'missing';
  if (service === '') return [];
  void [endpoint, port];
  const dashes = service.split('-').length - 1;
  const dotted = dashes === 3 && !service.includes('--');
  const address = service.replaceAll('-', dotted ? '.' : ':');
  const key = `${service}.${namespace}.pod.${zone}`;
  if (config.podMode === 'insecure') {
    const valid =
      cluster.namespace(namespace) !== undefined && (isIPv4(address) || isAddress6(address));
    return valid ? [{ host: address, key, port: 0 }] : 'missing';
  }
  const pods = cluster.podsByAddress(address).filter((pod) => pod.namespace === namespace);
  return pods.length > 0 ? pods.map(() => ({ host: address, key, port: 0 })) : 'missing';
}

const isAddress6 = (text: string) =>
  isIPv6(text) && text.split(':').length >= 3 && text.split(':').length <= 8 && !/:::/.test(text);

function findServices(
  config: KubernetesConfig,
  cluster: ClusterData,
  parts: Parts,
  zone: string,
): Records {
  const { service: name, namespace, endpoint } = parts;
  if (name === '') return [];
  const service = cluster.service(namespace, name);
  if (!service || (config.labels !== undefined && !selects(config.labels, service.labels)))
    return 'missing';
  const key = `${service.name}.${service.namespace}.svc.${zone}`;
  if (config.ignoreEmpty && service.type !== 'ExternalName' && !isHeadless(service)) {
    const slices = cluster.endpoints(namespace, name);
    if (slices.every(({ addresses }) => addresses.length === 0)) return 'missing';
  }
  if (service.type === 'ExternalName') {
    const target = service.externalName ?? '';
    // It has neither endpoints nor ports.
    const own = endpoint === '' && parts.port === '' && parts.protocol === '';
    const isName = own && !isIPv4(target) && !isIPv6(target);
    return isName ? [{ host: target, key, port: 0 }] : 'missing';
  }
  if (isHeadless(service) || endpoint !== '') return findEndpoints(config, cluster, parts, key);
  const found = matchingPorts(service.ports, parts).flatMap(({ port }) =>
    service.clusterIPs.map((host) => ({ host, key, port })),
  );
  return found.length > 0 ? found : 'missing';
}

function findEndpoints(
  config: KubernetesConfig,
  cluster: ClusterData,
  parts: Parts,
  key: string,
): Records {
  if (!config.endpoints) return 'missing';
  const found: Found[] = [];
  for (const slice of cluster.endpoints(parts.namespace, parts.service)) {
    for (const address of slice.addresses) {
      const own = endpointName(address, config.podNames);
      if (parts.endpoint !== '' && parts.endpoint !== own.toLowerCase()) continue;
      for (const { port } of matchingPorts(slice.ports, parts)) {
        found.push({ host: address.address, key: `${own}.${key}`, port });
      }
    }
  }
  return found.length > 0 ? found : 'missing';
}

function matchingPorts(
  ports: ServiceData['ports'],
  { port, protocol }: Parts,
): ServiceData['ports'] {
  return ports.filter(
    (each) =>
      (port === '' || each.name.toLowerCase() === port) &&
      (protocol === '' || each.protocol.toLowerCase() === protocol),
  );
}

/** Name of an endpoint below its Service: its host name, its pod's, or its address with dashes. */
export function endpointName(
  { address, hostname, target }: EndpointAddress,
  podNames: boolean,
): string {
  if (hostname) return hostname;
  if (podNames && target) return target;
  return address.replaceAll(/[.:]/g, '-');
}

/** Names of an address: of the Service that has it, else of all endpoints that have it. */
export function findReverse(
  config: KubernetesConfig,
  cluster: ClusterData,
  name: string,
): readonly string[] | 'missing' | undefined {
  const address = addressFromReverse(name);
  if (address === undefined) return undefined;
  const shown = (namespace: string) =>
    config.namespaces.length === 0 || isExposed(config, cluster, namespace);
  const suffix = `svc.${config.primary}`;
  const service = cluster.servicesByAddress(address).find((each) => shown(each.namespace));
  if (service) return [`${service.name}.${service.namespace}.${suffix}`];
  if (!config.endpoints) return 'missing';
  const names = cluster
    .endpointsByAddress(address)
    .filter((slice) => shown(slice.namespace))
    .flatMap((slice) =>
      slice.addresses
        .filter((each) => each.address === address)
        .map(
          (each) =>
            `${endpointName(each, config.podNames)}.${slice.service}.${slice.namespace}.${suffix}`,
        ),
    );
  return names.length > 0 ? names : 'missing';
}
