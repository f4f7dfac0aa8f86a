import type { CiliumNodeState } from '../../cni/cilium-cni/state.ts';
import type { LbBackend, LbEntry } from '../../network/bpf/maps.ts';
import type { Json } from '../../world/json.ts';
import type { EndpointSlice, Listed, Service } from './shapes.ts';

type Port = NonNullable<Service['spec']['ports']>[number];

interface Frontend {
  readonly address: string;
  readonly port: number;
  readonly type: string;
  /** Only endpoints of this node count. */
  readonly local: boolean;
}

/** The map of Services: a frontend for each of their addresses and ports. */
export function serviceEntries(
  state: CiliumNodeState,
  { services, slices }: Listed,
): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  const ids = new Map<string, number>();
  const backendId = (key: string) => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return id;
  };
  for (const service of services.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const own = slices.filter(
      ({ metadata, addressType }) =>
        addressType === 'IPv4' &&
        metadata.namespace === service.metadata.namespace &&
        metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
    );
    for (const port of service.spec.ports ?? []) {
      for (const { address, port: number, type, local } of frontendsOf(state, service, port)) {
        const backends = backendsOf(own, port, local ? state.name : undefined, backendId);
        const entry: LbEntry = {
          id: found.size + 1,
          type,
          name: nameOf(service),
          backends,
          ...(state.kubeProxyReplacement ? {} : { podsOnly: true }),
          ...(service.spec.sessionAffinity === 'ClientIP'
            ? {
                affinity: service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800,
              }
            : {}),
        };
        const key = `${address}:${number}/${port.protocol ?? 'TCP'}`;
        found.set(key, entry as unknown as Json);
      }
    }
  }
  return found;
}

const nameOf = ({ metadata }: Service) => `${metadata.namespace}/${metadata.name}`;

function frontendsOf(state: CiliumNodeState, { spec, status }: Service, port: Port): Frontend[] {
  const found: Frontend[] = [];
  const { clusterIP } = spec;
  const inside = spec.internalTrafficPolicy === 'Local';
  const outside = spec.externalTrafficPolicy === 'Local';
  if (clusterIP && clusterIP !== 'None') {
    found.push({ address: clusterIP, port: port.port, type: 'ClusterIP', local: inside });
  }
  // kube-proxy, where it runs, answers for all that comes from outside.
  if (!state.kubeProxyReplacement) return found;
  if (port.nodePort) {
    for (const address of [state.address, '0.0.0.0']) {
      found.push({ address, port: port.nodePort, type: 'NodePort', local: outside });
    }
  }
  for (const address of spec.externalIPs ?? []) {
    found.push({ address, port: port.port, type: 'ExternalIPs', local: outside });
  }
  for (const { ip } of status?.loadBalancer?.ingress ?? []) {
    if (ip) found.push({ address: ip, port: port.port, type: 'LoadBalancer', local: outside });
  }
  return found;
}

function backendsOf(
  slices: readonly EndpointSlice[],
  port: Port,
  node: string | undefined,
  idOf: (key: string) => number,
): readonly LbBackend[] {
  return slices.flatMap(({ ports, endpoints }) => {
    const number = ports?.find(({ name = '' }) => name === (port.name ?? ''))?.port;
    if (number === undefined) return [];
    return (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .filter(({ nodeName }) => node === undefined || nodeName === node)
      .flatMap(({ addresses }) =>
        addresses.map((address) => {
          const key = `${address}:${number}/${port.protocol ?? 'TCP'}`;
          return { id: idOf(key), address, port: number };
        }),
      );
  });
}
