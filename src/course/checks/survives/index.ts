import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { untilRest } from '../rest.ts';

const args = z.strictObject({
  /** What happens, as shell lines of an administrator, on a copy of the cluster. */
  event: z.array(z.string()).min(1),
  /** Seconds that may pass before the other checks are asked again. */
  settle: z.number().positive().default(60),
  /** Checks that must still pass. */
  checks: z.array(z.string()).min(1),
});

/** Whether the repair outlives an event: new pods, another scale, a restart. */
export default defineCheck<z.infer<typeof args>>({
  name: 'survives',
  args,
  judge({ event, settle, checks }, context) {
    const before = context
      .judgeOthers(checks, context.cluster)
      .find((each) => !each.judgement.pass);
    const slots = { event: event.join('; ') };
    if (before) {
      return {
        pass: false,
        seen: { name: 'seen.not-yet', slots },
        why: { name: 'why.not-yet', slots },
      };
    }
    const copy = context.copy();
    for (const line of event) copy.script(line);
    copy.settle(settle * 1_000_000);
    untilRest(copy);
    const after = context.judgeOthers(checks, copy).find((each) => !each.judgement.pass);
    if (!after) return { pass: true, seen: { name: 'seen.survived', slots } };
    const { seen, why, where, trace } = after.judgement;
    return {
      pass: false,
      seen,
      ...(where && { where }),
      why: why ?? { name: 'why.broke', slots },
      ...(trace && { trace }),
    };
  },
});
