import { z } from 'zod';
import { defineCheck, type Judgement } from '../check.ts';
import { pods, split, type PodObject } from '../objects.ts';

const args = z.strictObject({
  /** `namespace/pod`. */
  pod: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
});

interface Debugged extends PodObject {
  readonly status?: PodObject['status'] & {
    readonly ephemeralContainerStatuses?: readonly {
      readonly name: string;
      readonly state?: { readonly running?: object; readonly terminated?: { exitCode: number } };
    }[];
  };
}

/** Whether somebody has looked into a pod by a container put beside its own (`kubectl debug`). */
export default defineCheck<z.infer<typeof args>>({
  name: 'debugged',
  args,
  judge({ pod: reference }, { cluster }): Judgement {
    const { namespace, name } = split(reference);
    const all = pods(cluster, namespace) as Debugged[];
    const pod = all.find(({ metadata }) => metadata.name === name);
    const copies = all.filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
    const slots = { pod: name, container: '', copy: copies[0]?.metadata.name ?? '' };
    if (!pod) return failed('gone', slots);
    const states = pod.status?.ephemeralContainerStatuses ?? [];
    const ran = states.find(({ state }) => state?.running ?? state?.terminated?.exitCode === 0);
    if (ran)
      return { pass: true, seen: { name: 'seen.ran', slots: { ...slots, container: ran.name } } };
    if (states.length > 0) return failed('not-started', { ...slots, container: states[0]!.name });
    return failed(copies.length > 0 ? 'copied' : 'none', slots);
  },
});

function failed(name: string, slots: Record<string, string>): Judgement {
  return {
    pass: false,
    seen: { name: `seen.${name}`, slots },
    why: { name: `why.${name}`, slots },
  };
}
