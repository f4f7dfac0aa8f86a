import { z } from 'zod';
import { defineCheck, type Judgement } from '../check.ts';
import { admitted, type PolicyObject } from './policy.ts';

const labels = z.record(z.string(), z.string());
const args = z.strictObject({
  namespace: z.string(),
  /** Labels of the pod that is asked. */
  pod: labels,
  /** Who asks, on which port, and whether the policies should let it in. */
  asks: z
    .array(
      z.strictObject({
        from: labels,
        /** Its namespace; the asked pod's own, where it is left out. */
        namespace: z.string().optional(),
        port: z.number().int(),
        protocol: z.string().default('TCP'),
        in: z.boolean(),
      }),
    )
    .min(1),
});

/** Whom the NetworkPolicies of a namespace let in to a pod, read as a network plugin reads them. */
export default defineCheck<z.infer<typeof args>>({
  name: 'admits',
  args,
  judge({ namespace, pod, asks }, { cluster }): Judgement {
    const all = cluster.objects('networkpolicies.networking.k8s.io', namespace) as PolicyObject[];
    const spaces = cluster.objects('namespaces');
    const slots = (ask: (typeof asks)[number]) => ({
      namespace,
      from: Object.entries(ask.from)
        .map((each) => each.join('='))
        .join(','),
      other: ask.namespace ?? namespace,
      port: String(ask.port),
    });
    if (all.length === 0) return failed('none', 'none', slots(asks[0] as (typeof asks)[number]));
    for (const ask of asks) {
      const name = ask.namespace ?? namespace;
      const space = spaces.find(({ metadata }) => metadata.name === name);
      const peer = {
        ...{ labels: ask.from, namespace: name },
        namespaceLabels: space?.metadata.labels ?? { 'kubernetes.io/metadata.name': name },
      };
      const lets = admitted(all, pod, peer, ask.port, ask.protocol);
      if (lets === ask.in) continue;
      if (!lets) return failed('shut', 'shut', slots(ask));
      const applies = all.some(({ spec }) => spec.policyTypes?.includes('Ingress'));
      const wide = name === namespace ? 'open' : 'open-namespace';
      return failed('open', applies ? wide : 'no-ingress', slots(ask));
    }
    return { pass: true, seen: { name: 'seen.right' } };
  },
});

function failed(seen: string, why: string, slots: Record<string, string>): Judgement {
  return {
    pass: false,
    seen: { name: `seen.${seen}`, slots },
    why: { name: `why.${why}`, slots },
  };
}
