// What the kubernetes plugin knows in upstream's own tests, as its informers would tell it.
import type {
  ClusterData,
  EndpointsData,
  PodData,
  ServiceData,
} from '../../../src/emulator/programs/coredns/cluster-data.ts';

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
}

interface FixtureService {
  readonly name: string;
  readonly namespace: string;
  readonly type?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalName?: string;
  readonly externalIPs?: readonly string[];
  readonly ports?: readonly Port[];
}

interface FixtureSlice {
  readonly subsets: readonly {
    readonly addresses?: readonly { readonly ip: string; readonly hostname?: string }[];
    readonly ports: readonly Port[];
  }[];
}

export interface Fixture {
  readonly services:
    readonly FixtureService[] | { readonly [name: string]: readonly FixtureService[] };
  readonly endpoints?: { readonly [service: string]: readonly FixtureSlice[] };
  readonly pods?: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly podIP: string;
  }[];
}

const portOf = ({ name = '', port, protocol = '' }: Port) => ({ name, port, protocol });

/** Puts a fixture into the shape of the informers' data. */
export function fixtureCluster(fixture: Fixture, synced: boolean): ClusterData {
  const { services: given } = fixture;
  const listed = Array.isArray(given) ? given : Object.values(given).flat();
  const services: ServiceData[] = (listed as readonly FixtureService[]).map((each) => ({
    namespace: each.namespace,
    name: each.name,
    type: each.type ?? 'ClusterIP',
    clusterIPs: each.clusterIPs ?? [],
    ...(each.externalName !== undefined && { externalName: each.externalName }),
    externalIPs: each.externalIPs ?? [],
    ports: (each.ports ?? [{ port: -1 }]).map(portOf),
  }));
  const endpoints: EndpointsData[] = Object.entries(fixture.endpoints ?? {}).flatMap(
    ([key, slices]) => {
      const [service = '', namespace = ''] = key.split('.');
      return slices.flatMap(({ subsets }) =>
        subsets.map(({ addresses = [], ports }) => ({
          namespace,
          service,
          addresses: addresses.map(({ ip, hostname }) => ({
            address: ip,
            ...(hostname !== undefined && { hostname }),
          })),
          ports: ports.map(portOf),
        })),
      );
    },
  );
  const pods: PodData[] = (fixture.pods ?? []).map(({ namespace, name, podIP }) => ({
    namespace,
    name,
    address: podIP,
  }));
  return {
    synced,
    serial: 1_499_347_823,
    service: (namespace, name) =>
      services.find((each) => each.namespace === namespace && each.name === name),
    endpoints: (namespace, service) =>
      endpoints.filter((each) => each.namespace === namespace && each.service === service),
    servicesByAddress: (address) => services.filter((each) => each.clusterIPs.includes(address)),
    endpointsByAddress: (address) =>
      endpoints.filter(({ addresses }) => addresses.some((each) => each.address === address)),
    namespace: (name) => (/^(pod-nons|nsnoexist)$/.test(name) ? undefined : { labels: {} }),
    podsByAddress: (address) => pods.filter((each) => each.address === address),
  };
}
