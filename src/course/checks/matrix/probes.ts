import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';

const labels = z.record(z.string(), z.string());

export const probeSchema = z.strictObject({
  /** `namespace/name`; a namespace that is not there is made. */
  name: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  labels: labels.default({}),
  /** Labels of the namespace, where it is made. */
  namespaceLabels: labels.default({}),
  /** Whether it lives in its node's own network. */
  hostNetwork: z.boolean().default(false),
  /** The node it runs on; the scheduler's choice without. */
  node: z.string().optional(),
  /** TCP ports on which it answers, so that it can be asked as well (`pod/namespace/name:port`). */
  listens: z.array(z.number().int()).default([]),
});

type ProbePod = z.infer<typeof probeSchema>;

/** Makes the probe pods, and namespaces they lack, on a copy of the cluster. */
export function addProbes(copy: Cluster, probes: readonly ProbePod[]): void {
  for (const probe of probes) {
    const [namespace = '', name = ''] = probe.name.split('/');
    if (!copy.objects('namespaces').some((each) => each.metadata.name === namespace)) {
      const metadata = { name: namespace, labels: probe.namespaceLabels };
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
      copy.api({ method: 'POST', url: '/api/v1/namespaces', body });
      copy.settle(5_000_000);
    }
    const url = `/api/v1/namespaces/${namespace}/pods`;
    copy.api({ method: 'POST', url, body: podOf(probe, namespace, name) });
  }
}

function podOf(probe: ProbePod, namespace: string, name: string) {
  const servers = probe.listens.map((port) => ({
    name: `port-${port}`,
    image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
    args: ['netexec', `--http-port=${port}`, '--udp-port=-1'],
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: probe.labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      ...(probe.hostNetwork && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      ...(probe.node !== undefined && { nodeName: probe.node }),
      containers: [
        { name: 'probe', image: 'nicolaka/netshoot', command: ['sleep', '3600'] },
        ...servers,
      ],
    },
  };
}
