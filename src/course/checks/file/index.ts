import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { sameAs, shortened, type Form } from './compare.ts';

/** Something to compare with: text, or what a command prints as an administrator. */
const truth = z.union([
  z.strictObject({ text: z.string() }),
  /** Asked on the control plane as root; on the workstation as the learner where `here` is set. */
  z.strictObject({
    command: z.string(),
    here: z.boolean().default(false),
    /** What happens first, on the copy: the file foretells what then is true. */
    after: z.array(z.string()).default([]),
    settle: z.number().default(30),
  }),
]);

const args = z.strictObject({
  /** Path from the learner's home. */
  path: z.string(),
  /**
   * How it is compared: as one value, as values in order, as values in any order, as lines that
   * each name two values, or as numbers (`0.25`, `1/4`, `25%`) in order.
   */
  form: z.enum(['value', 'order', 'set', 'pairs', 'numbers']).default('value'),
  is: truth,
  /** Wrong answers that are known: a reason by its name, told when the file holds that. */
  mistakes: z.record(z.string().regex(/^[a-z-]+$/), truth).default({}),
});

/** Whether a file of the learner's holds what is true of the cluster, however it got there. */
export default defineCheck<z.infer<typeof args>>({
  name: 'file',
  args,
  judge({ path, form, is, mistakes }, { cluster, copy }): Judgement {
    const found = cluster.readFile(`/home/learner/${path}`);
    const slots = { path: `~/${path}`, found: shortened(found ?? '') };
    if (found === undefined) return failed('missing', slots);
    if (found.trim() === '') return failed('empty', slots);
    const told = (one: z.infer<typeof truth>) => ('text' in one ? one.text : ask(copy(), one));
    if (sameAs(found, told(is), form as Form)) {
      return { pass: true, seen: { name: 'seen.right', slots } };
    }
    const known = Object.entries(mistakes).find(([, one]) =>
      sameAs(found, told(one), form as Form),
    );
    return failed(known ? known[0] : 'other', slots);
  },
});

function ask(copy: Cluster, one: Exclude<z.infer<typeof truth>, { text: string }>): string {
  for (const line of one.after) copy.script(line);
  if (one.after.length > 0) copy.settle(one.settle * 1_000_000);
  return copy.script(one.command, one.here ? {} : ADMIN).stdout;
}

/** Where the truth is looked up: not with the learner's own configuration. */
const ADMIN = { host: 'control-plane', user: 'root' };

function failed(name: string, slots: Record<string, string>): Judgement {
  const seen = name === 'missing' || name === 'empty' ? name : 'other';
  return {
    pass: false,
    seen: { name: `seen.${seen}`, slots },
    why: { name: `why.${name}`, slots },
  };
}
