import { z } from 'zod';
import { defineCheck } from '../check.ts';
import * as objects from '../objects.ts';

const args = z.strictObject({
  /** `namespace/deployment`. */
  deployments: z.array(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)).min(1),
});

interface DeploymentObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

/** Whether Deployments have all their pods Ready by themselves, and at least one. */
export default defineCheck<z.infer<typeof args>>({
  name: 'ready',
  args,
  judge({ deployments }, { cluster }) {
    for (const reference of deployments) {
      const { namespace, name } = objects.split(reference);
      const found = cluster
        .objects('deployments.apps', namespace)
        .find((each) => each.metadata.name === name);
      const slots = { deployment: name, namespace, ready: '0', wanted: '0' };
      if (!found) return failed('missing', slots);
      const { spec, status } = found as unknown as DeploymentObject;
      slots.wanted = String(spec?.replicas ?? 1);
      slots.ready = String(status?.readyReplicas ?? 0);
      if (slots.wanted === '0') return failed('none', slots);
      if (slots.ready !== slots.wanted) return failed('waiting', slots);
    }
    const names = deployments.map((each) => objects.split(each).name).join(', ');
    return { pass: true, seen: { name: 'seen.ready', slots: { names } } };
  },
});

function failed(name: string, slots: Record<string, string>) {
  return {
    pass: false,
    seen: { name: 'seen.count', slots },
    why: { name: `why.${name}`, slots },
  };
}
