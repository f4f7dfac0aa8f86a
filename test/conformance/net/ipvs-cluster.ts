// The recorded cluster with kube-proxy in ipvs mode.
import { parse } from '../../../src/emulator/network/netfilter/iptables/parse.ts';
import type { SetRecord } from '../../../src/emulator/network/netfilter/ipset/types.ts';
import { serverKey, type VirtualServer } from '../../../src/emulator/network/ipvs/types.ts';
import { planIpvs, type IpvsPlan } from '../../../src/emulator/proxy/ipvs/plan.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type ServiceObject,
} from '../../../src/emulator/proxy/services.ts';
import { nodes } from './machine.ts';
import { buildCluster, type Recorded, type TrafficCluster } from './traffic-cluster.ts';
import type { Zone } from './zone.ts';

export interface RecordedService {
  readonly name: string;
  readonly clusterIP: string;
  readonly port: number;
  readonly protocol: string;
  readonly nodePort: number | null;
  readonly loadBalancerIP: readonly string[];
  readonly externalTrafficPolicy: string;
  readonly internalTrafficPolicy: string;
  readonly sessionAffinitySeconds: number | null;
  readonly sourceRanges: readonly string[];
  readonly endpoints: readonly (readonly [string, string])[];
}

/** `topologies/cluster.json`. */
export interface RecordedServices {
  readonly services: readonly RecordedService[];
}

const NODES: Readonly<Record<string, readonly string[]>> = {
  'control-plane': ['192.168.56.11', '10.244.0.1'],
  'worker-1': ['192.168.56.12', '10.244.1.1'],
  'worker-2': ['192.168.56.13', '10.244.2.1'],
};

/** Puts all nodes of the cluster into ipvs mode; `sets` are the start values of their hashes. */
export function buildIpvsCluster(
  recorded: Recorded,
  zone: Zone,
  { services }: RecordedServices,
  ipvs: Recorded,
  initval: number,
): TrafficCluster {
  const cluster = buildCluster(recorded, zone);
  for (const [node, addresses] of Object.entries(NODES)) {
    const config = cluster.network.config({ host: node, netns: 'host' });
    const plan = planFor(services, node, addresses);
    config.setSets(setsOf(plan, initval));
    config.ipvs.write(serversOf(plan).map((server) => [serverKey(server), server]));
    config.setSysctl('net.ipv4.vs.conntrack', '1');
    config.addLink({ name: 'kube-ipvs0', kind: 'dummy' });
    for (const address of plan.bound) {
      config.addAddress('kube-ipvs0', { address, prefix: 32, scope: 'global' });
    }
    const names = Object.entries(nodes).map(([address, name]) => `${address}\t${name}\n`);
    const local = `127.0.0.1\tlocalhost\n${names.join('')}`;
    cluster.hosts.files(node).write('/etc/hosts', local);
    const rules = parse(ipvs.hosts[node]?.iptables_save ?? rulesOfWorker2(ipvs));
    if (rules.ok) config.setIptables(rules.rules);
  }
  return cluster;
}

/** The recorder kept no rules of worker-2; they are those of worker-1 but for the pods' network. */
const rulesOfWorker2 = ({ hosts }: Recorded): string =>
  (hosts['worker-1']?.iptables_save ?? '').replaceAll('10.244.1.0/24', '10.244.2.0/24');

function planFor(
  services: readonly RecordedService[],
  node: string,
  addresses: readonly string[],
): IpvsPlan {
  const objects = services.map(serviceOf);
  // The recorder opened NodePorts on 127.0.0.1 as well, which kube-proxy itself does not do.
  const all = [...addresses, '127.0.0.1'];
  const plan = planIpvs(
    allServicePorts(objects, 'IPv4'),
    endpointsByPort(services.map(sliceOf), 'IPv4', node),
    {
      family: 'IPv4',
      node: { name: node, labels: {} },
      nodeIP: addresses[0] ?? '',
      nodeAddresses: all,
      localTraffic: { ifLocal: '-s 10.244.0.0/16', ifNotLocal: '! -s 10.244.0.0/16' },
      masqueradeAll: false,
      masqueradeMark: '0x4000',
      nodePortAddresses: [],
      randomFully: true,
      scheduler: 'rr',
    },
  );
  // Nor did it fall back to endpoints of other nodes where the policy is Local.
  const local = services.filter((each) => each.externalTrafficPolicy === 'Local');
  const here = (each: RecordedService) => each.endpoints.some(([, host]) => host === node);
  const without = new Set(local.filter((each) => !here(each)).map(({ nodePort }) => nodePort));
  const servers = plan.servers.map((server) =>
    without.has(server.port) ? { ...server, realServers: [] } : server,
  );
  return { ...plan, servers };
}

export function serviceOf(each: RecordedService): ServiceObject {
  const [full = '', port] = each.name.split(':');
  const [namespace = '', name = ''] = full.split('/');
  return {
    // Each port is a Service of its own here.
    metadata: { name, namespace },
    spec: {
      type:
        each.loadBalancerIP.length > 0 ? 'LoadBalancer' : each.nodePort ? 'NodePort' : 'ClusterIP',
      clusterIP: each.clusterIP,
      ports: [
        {
          ...(port ? { name: port } : {}),
          protocol: each.protocol.toUpperCase(),
          port: each.port,
          ...(each.nodePort ? { nodePort: each.nodePort } : {}),
        },
      ],
      externalTrafficPolicy: each.externalTrafficPolicy,
      internalTrafficPolicy: each.internalTrafficPolicy,
      loadBalancerSourceRanges: each.sourceRanges,
      ...(each.sessionAffinitySeconds === null
        ? {}
        : {
            sessionAffinity: 'ClientIP',
            sessionAffinityConfig: { clientIP: { timeoutSeconds: each.sessionAffinitySeconds } },
          }),
    },
    status: { loadBalancer: { ingress: each.loadBalancerIP.map((ip) => ({ ip })) } },
  };
}

export function sliceOf(each: RecordedService): EndpointSliceObject {
  const [full = '', port] = each.name.split(':');
  const [namespace = '', name = ''] = full.split('/');
  const number = Number(each.endpoints[0]?.[0].split(':')[1] ?? 0);
  return {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: each.endpoints.map(([address, nodeName]) => ({
      addresses: [address.split(':')[0] ?? ''],
      conditions: { ready: true, serving: true },
      nodeName,
    })),
    ports: [
      { ...(port ? { name: port } : {}), protocol: each.protocol.toUpperCase(), port: number },
    ],
  };
}

function setsOf(plan: IpvsPlan, initval: number): ReadonlyMap<string, SetRecord> {
  return new Map(
    plan.sets.map(({ name, type, entries }, order) => {
      const options =
        type === 'bitmap:port'
          ? ({ range: ['0', '65535'] } as const)
          : ({ family: 'inet', hashsize: 1024, maxelem: 65_536, initval } as const);
      const made = entries.map((text) => ({ text }));
      return [name, { name, type, order: order + 1, options, entries: made }];
    }),
  );
}

function serversOf(plan: IpvsPlan): readonly VirtualServer[] {
  return plan.servers.map(({ realServers, sourceHash: _hash, ...server }, order) => ({
    ...server,
    flags: [],
    order: order + 1,
    realServers: realServers
      .map((real) => ({ ...real, weight: 1, method: 'masq' as const, upper: 0, lower: 0 }))
      .reverse(),
  }));
}
