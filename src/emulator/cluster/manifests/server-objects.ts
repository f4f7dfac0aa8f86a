import type { Topology } from '../topology.ts';
import type { Manifest } from './manifest.ts';

const API_PORT = 6443;

/** What the API server makes for itself when it starts: namespaces and the Service `kubernetes`. */
export function serverObjects({ machines, serviceAddress }: Topology): Manifest[] {
  const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
  const address = machines.find(({ role }) => role === 'control-plane')?.address ?? '';
  const own = { name: 'kubernetes', namespace: 'default' };
  return [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...own, labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: {
        clusterIP: serviceAddress,
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: API_PORT }],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...own, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: 'https', port: API_PORT, protocol: 'TCP' }],
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...own, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [
        {
          addresses: [{ ip: address }],
          ports: [{ name: 'https', port: API_PORT, protocol: 'TCP' }],
        },
      ],
    },
  ];
}
