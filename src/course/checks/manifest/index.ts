import { z } from 'zod';
import { defineCheck, type Judgement } from '../check.ts';

const args = z.strictObject({
  /** Path of the file from the learner's home. */
  path: z.string(),
  /** `resource/namespace/name` of what must be in the file only, not in the cluster yet. */
  absent: z.array(z.string()).default([]),
  /** What must hold once it is applied: a verb and its arguments. */
  holds: z.array(z.looseObject({ verb: z.string() })).min(1),
  settle: z.number().positive().default(5),
});

/** Whether a file of manifests would do what it should: it is applied, on a copy. */
export default defineCheck<z.infer<typeof args>>({
  name: 'manifest',
  args,
  judge({ path, absent, holds, settle }, context): Judgement {
    const { cluster } = context;
    const text = cluster.readFile(`/home/learner/${path}`);
    const slots = { path: `~/${path}`, object: '', error: '' };
    if (text === undefined || text.trim() === '') return failed('missing', slots);
    for (const reference of absent) {
      const [resource = '', namespace, name = ''] = reference.split('/');
      const there = cluster
        .objects(resource, namespace)
        .some((each) => each.metadata.name === name);
      if (there)
        return failed('applied', { ...slots, object: `${resource.split('.')[0]}/${name}` });
    }
    const copy = context.copy();
    const place = { host: 'control-plane', user: 'root', stdin: text };
    const done = copy.script('kubectl apply -f -', place);
    if (done.exit !== 0) {
      const error = done.stderr.trim().split('\n')[0] ?? '';
      return failed('refused', { ...slots, error });
    }
    copy.settle(settle * 1_000_000);
    for (const { verb, ...rest } of holds) {
      const judged = context.judgeBy(verb, rest, copy);
      if (!judged.pass) return judged;
    }
    return { pass: true, seen: { name: 'seen.works', slots } };
  },
});

function failed(name: string, slots: Record<string, string>): Judgement {
  return {
    pass: false,
    seen: { name: `seen.${name}`, slots },
    why: { name: `why.${name}`, slots },
  };
}
