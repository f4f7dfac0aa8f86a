import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import { defineCheck } from '../check.ts';

const probe = z.strictObject({
  /** `namespace/name` of a pod that the learner never sees; made on the copy only. */
  name: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  labels: z.record(z.string(), z.string()).default({}),
});
const args = z.strictObject({
  from: z.array(z.string()).default([]),
  probes: z.array(probe).default([]),
  /** `name:port` of what is asked. */
  to: z.array(z.string().regex(/^[a-z0-9.-]+:\d+$/)).min(1),
  /** Pairs `from -> to` that must be open; every other pair must be shut. */
  open: z.array(z.string()).default([]),
});

/** Who reaches whom, over all pairs, hidden pods included, so that "too much" fails as well. */
export default defineCheck<z.infer<typeof args>>({
  name: 'matrix',
  args,
  judge({ from, probes, to, open }, context) {
    const copy = context.copy();
    for (const each of probes) addProbe(copy, each);
    if (probes.length > 0) copy.settle(30_000_000);
    const sources = [...from, ...probes.map(({ name }) => name)];
    for (const source of sources) {
      for (const target of to) {
        const [host, port] = target.split(':');
        const command = `nc -z -w 2 ${host} ${port}`;
        const reached = copy.script(command, { pod: source, tools: true }).exit === 0;
        const wanted = open.includes(`${source} -> ${target}`);
        if (reached === wanted) continue;
        const hidden = probes.some(({ name }) => name === source);
        const slots = { from: source, to: target };
        const name = reached ? (hidden ? 'open-hidden' : 'open') : 'shut';
        return {
          pass: false,
          seen: { name: `seen.${name}`, slots },
          why: { name: `why.${name}`, slots },
        };
      }
    }
    return {
      pass: true,
      seen: { name: 'seen.matrix', slots: { pairs: String(sources.length * to.length) } },
    };
  },
});

function addProbe(cluster: Cluster, { name, labels }: z.infer<typeof probe>): void {
  const [namespace = '', pod = ''] = name.split('/');
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'probe', image: 'nicolaka/netshoot', command: ['sleep', '3600'] }],
    },
  };
  cluster.api({ method: 'POST', url: `/api/v1/namespaces/${namespace}/pods`, body });
}
