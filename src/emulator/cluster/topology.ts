import { fromCivil } from '../world/time.ts';
import type { Micros } from '../world/json.ts';

/** A machine of a topology. */
export interface Machine {
  readonly name: string;
  readonly address: string;
  /** Its address of the second family, in a cluster that has two. */
  readonly address6?: string;
  readonly role: 'control-plane' | 'worker' | 'workstation' | 'outside';
}

/** Which machines there are, and which ranges they use. */
export interface Topology {
  readonly name: string;
  readonly start: Micros;
  readonly machines: readonly Machine[];
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** Ranges of IPv6, in a cluster of two families. */
  readonly podCidr6?: string;
  readonly serviceCidr6?: string;
  /** Cluster IP of the Service `kubernetes`: the first of the range. */
  readonly serviceAddress: string;
  /** Cluster IP of the Service `kube-dns`. */
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  readonly version: string;
  /** What joins the pods of the nodes; `none`: `kubeadm init` has run, and nothing after it. */
  readonly network: 'flannel' | 'calico' | 'none';
}

/** One control plane and so many workers, on 192.168.49.0/24, with a workstation beside them. */
function workers(name: string, count: number, network: Topology['network'] = 'flannel'): Topology {
  const machines: Machine[] = [
    { name: 'control-plane', address: '192.168.49.2', role: 'control-plane' },
  ];
  for (let i = 1; i <= count; i++) {
    machines.push({ name: `worker-${i}`, address: `192.168.49.${i + 2}`, role: 'worker' });
  }
  machines.push({ name: 'gateway', address: '192.168.49.1', role: 'outside' });
  machines.push({ name: 'workstation', address: '192.168.49.200', role: 'workstation' });
  return {
    name,
    start: fromCivil(2026, 11, 25, 9, 0, 0),
    machines,
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.96.0.0/12',
    serviceAddress: '10.96.0.1',
    dnsAddress: '10.96.0.10',
    clusterDomain: 'cluster.local',
    version: 'v1.36.2',
    network,
  };
}

/** The same with IPv6 beside IPv4: on the segment, for pods and for Services. */
function dualStack(topology: Topology): Topology {
  return {
    ...topology,
    name: `${topology.name}-dual-stack`,
    machines: topology.machines.map((machine) => ({
      ...machine,
      address6: `fd00:49::${Number(machine.address.split('.')[3]).toString(16)}`,
    })),
    podCidr6: 'fd00:10:244::/56',
    serviceCidr6: 'fd00:10:96::/112',
  };
}

/** Ranges of pods, or of Services, as flags and configurations name them. */
export function rangesOf(topology: Topology, of: 'pod' | 'service'): readonly string[] {
  const { podCidr, podCidr6, serviceCidr, serviceCidr6 } = topology;
  const pair = of === 'pod' ? [podCidr, podCidr6] : [serviceCidr, serviceCidr6];
  return pair.filter((range) => range !== undefined);
}

const topologies: readonly Topology[] = [
  workers('two-nodes', 2),
  workers('ten-nodes', 10),
  workers('two-nodes-calico', 2, 'calico'),
  dualStack(workers('two-nodes', 2)),
  workers('kubeadm-fresh', 2, 'none'),
];

export function topologyNames(): string[] {
  return topologies.map(({ name }) => name);
}

/** A topology by its name; undefined if there is none. */
export function findTopology(name: string): Topology | undefined {
  return topologies.find((each) => each.name === name);
}
