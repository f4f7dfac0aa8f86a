import { z } from 'zod';
import { defineCheck, type Judgement } from '../check.ts';
import { PLACE, scriptPlace } from '../place.ts';
import { oneLine } from './one-line.ts';

const args = z.strictObject({
  /** Where it is asked: `host/NAME`, or `namespace/pod` with tools beside it. */
  at: z.string().regex(PLACE),
  /** A command that looks, and changes nothing. */
  command: z.string(),
  /** Regular expressions that some line must match, one line each. */
  holds: z.array(z.string()).default([]),
  /** Those that no line may match, by the name of the reason that is told. */
  lacks: z.record(z.string().regex(/^[a-z-]+$/), z.string()).default({}),
});

/** What a tool prints at a node or in a pod: the state of a machine that no object tells. */
export default defineCheck<z.infer<typeof args>>({
  name: 'prints',
  args,
  judge({ at, command, holds, lacks }, context): Judgement {
    const place = at === 'host/workstation' ? {} : scriptPlace(at);
    const { stdout, stderr } = context.copy().script(command, place);
    const lines = stdout.split('\n').map((line) => line.trimEnd());
    const slots = { at: at.replace(/^host\//, ''), command, line: oneLine(stdout || stderr) };
    for (const [name, pattern] of Object.entries(lacks)) {
      const line = lines.find((each) => new RegExp(pattern).test(each));
      if (line === undefined) continue;
      const found = { ...slots, line: line.trim() };
      return {
        pass: false,
        seen: { name: 'seen.extra', slots: found },
        why: { name: `why.${name}`, slots: found },
      };
    }
    const missing = holds.find((pattern) => !lines.some((line) => new RegExp(pattern).test(line)));
    if (missing === undefined) return { pass: true, seen: { name: 'seen.holds', slots } };
    return {
      pass: false,
      seen: { name: 'seen.lacks', slots },
      why: { name: 'why.missing', slots },
    };
  },
});
