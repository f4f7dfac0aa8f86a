import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { PLACE } from '../place.ts';
import { judgeReach } from './judge.ts';

const args = z.strictObject({
  /** `namespace/pod` that asks (its image need not have curl), or `host/NAME`. */
  from: z.string().regex(PLACE),
  /** `http://name[:port]/path`, or `tcp://name:port`. */
  to: z.string().regex(/^(http|tcp):\/\//),
  /** The class of result: who answered, and how. */
  expect: z.enum(['ok', 'refused', 'timeout', 'nxdomain']).default('ok'),
  /** Texts of which each must be in some answer, when asked several times. */
  answers: z.array(z.string()).default([]),
  times: z.number().int().positive().max(40).default(4),
});

export type ReachArgs = z.infer<typeof args>;

/** Whether a pod reaches a name: asked for real, on a copy of the cluster. */
export default defineCheck<ReachArgs>({ name: 'reach', args, judge: judgeReach });
