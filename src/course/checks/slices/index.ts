import { z } from 'zod';
import { defineCheck } from '../check.ts';
import * as objects from '../objects.ts';

const reference = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/);
const args = z.strictObject({
  service: reference,
  /** Name of the Deployments whose pods, and no others, should be ready endpoints. */
  deployments: z.array(z.string()).min(1),
});

/** Whether a Service's ready endpoints are exactly the pods of some Deployments. */
export default defineCheck<z.infer<typeof args>>({
  name: 'slices',
  args,
  judge({ service, deployments }, { cluster }) {
    const { namespace, name } = objects.split(service);
    const owned = (pod: objects.PodObject) => {
      const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.name ?? '';
      return deployments.some((each) => owner.replace(/-[a-z0-9]+$/, '') === each);
    };
    const wanted = objects
      .pods(cluster, namespace)
      .filter(owned)
      .map((pod) => pod.metadata.name)
      .sort();
    const found = objects
      .endpoints(cluster, namespace, name)
      .filter(({ ready }) => ready)
      .map(({ pod, address }) => pod ?? address)
      .sort();
    const slots = {
      service: name,
      wanted: wanted.join(', ') || '0',
      found: found.join(', ') || '0',
      extra: found.filter((each) => !wanted.includes(each)).join(', '),
      missing: wanted.filter((each) => !found.includes(each)).join(', '),
    };
    const pass = wanted.length > 0 && !slots.extra && !slots.missing;
    const why = pass ? undefined : { name: slots.extra ? 'why.extra' : 'why.missing', slots };
    return { pass, seen: { name: 'seen.endpoints', slots }, ...(why && { why }) };
  },
});
