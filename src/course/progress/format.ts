import * as z from 'zod/mini';

/**
 * A learner's progress: what was read, predicted and passed, by slug and never by position. This
 * format migrates for ever (`migrations.ts`); a cluster's save is another thing and may be dropped.
 */
export const progressFormat = 1;

const lab = z.object({
  /** Version of the lab's texts and checks that this was earned with. */
  version: z.int(),
  steps: z.array(z.string()),
  passed: z.boolean(),
  passedAt: z.optional(z.string()),
  hints: z.int().check(z.nonnegative()),
  /** Seconds with the lab on the screen until it was passed. */
  seconds: z.optional(z.number().check(z.nonnegative())),
});
const chapter = z.object({
  opened: z.boolean(),
  /** Predictions by their slug: the option first chosen, and whether it held. */
  predictions: z.record(z.string(), z.object({ chosen: z.string(), right: z.boolean() })),
});

export const progressSchema = z.object({
  app: z.literal('podways'),
  format: z.literal(progressFormat),
  chapters: z.record(z.string(), chapter),
  labs: z.record(z.string(), lab),
});

export type Progress = z.infer<typeof progressSchema>;
export type LabProgress = z.infer<typeof lab>;
export type ChapterProgress = z.infer<typeof chapter>;

/** What a new learner has. */
export const emptyProgress: Progress = {
  app: 'podways',
  format: progressFormat,
  chapters: {},
  labs: {},
};
