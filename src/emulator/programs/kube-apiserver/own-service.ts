import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { createApi, flagOf } from '../component.ts';

/** What is kept: the Service of the API server itself, its Endpoints and its slice. */
const NAME = 'kubernetes';
const NAMESPACE = 'default';

/**
 * Makes the Service `kubernetes`, its Endpoints and its slice anew where one is gone
 * (pkg/controlplane/controller/kubernetesservice).
 */
export function* keepOwnService(sys: DaemonSys, port: number): Call<void> {
  const ip = flagOf(sys.argv, 'advertise-address');
  const range = flagOf(sys.argv, 'service-cluster-ip-range')?.split(',')[0];
  if (!ip || !range) return;
  const server = { address: '127.0.0.1', port };
  const user = { certificate: 'system:apiserver', groups: ['system:masters'] };
  const api = createApi(sys, 'kube-apiserver', { server, user });
  const own = (labels: object) => ({ name: NAME, namespace: NAMESPACE, labels });
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const wanted = {
    services: {
      metadata: own({ component: 'apiserver', provider: 'kubernetes' }),
      spec: {
        clusterIP: firstOf(range),
        sessionAffinity: 'None',
        type: 'ClusterIP',
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      },
    },
    'endpointslices.discovery.k8s.io': {
      metadata: own({ 'kubernetes.io/service-name': NAME }),
      addressType: 'IPv4',
      endpoints: [{ addresses: [ip], conditions: { ready: true } }],
      ports,
    },
    endpoints: {
      metadata: own({ 'endpointslice.kubernetes.io/skip-mirror': 'true' }),
      subsets: [{ addresses: [{ ip }], ports }],
    },
  };
  for (const [resource, object] of Object.entries(wanted)) {
    if (yield* api.get(resource, NAMESPACE, NAME)) continue;
    yield* api.create(resource, object, NAMESPACE);
  }
}

/** The first address of a range of Services belongs to the API server. */
function firstOf(range: string): string {
  const base = (range.split('/')[0] as string).split('.');
  return [...base.slice(0, 3), Number(base[3]) + 1].join('.');
}
