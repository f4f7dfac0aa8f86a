import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { PLACE, scriptPlace } from '../place.ts';

const args = z.strictObject({
  /** Who asks: `namespace/pod`, or `host/NAME`. */
  from: z.string().regex(PLACE),
  /** A URL whose answer is another one from each backend. */
  to: z.string().regex(/^http:\/\//),
  /** New connections, one after another. */
  times: z.number().int().positive().max(400).default(12),
  /** Seconds between two of them. */
  every: z.number().int().min(0).default(0),
  /** `spread`: over so many backends; `same`: to one and the same. */
  expect: z.enum(['spread', 'same']),
  backends: z.number().int().positive().default(2),
  /** How far a backend's share may be from its even part, of 1; any share where none is given. */
  tolerance: z.number().positive().max(1).default(1),
});

type Args = z.infer<typeof args>;

/** How new connections are shared out among backends, asked for real on a copy. */
export default defineCheck<Args>({
  name: 'dist',
  args,
  judge(asked, context) {
    return judgeShares(asked, answersOf(asked, context.copy()));
  },
});

/** What each connection was answered; no more are opened than it takes to know. */
function answersOf({ from, to, times, every, ...asked }: Args, copy: Cluster): string[] {
  const answers: string[] = [];
  const enough = () => {
    const found = new Set(answers).size;
    if (asked.expect === 'same') return found > 1;
    return asked.tolerance === 1 && found >= asked.backends;
  };
  while (answers.length < times && !answers.includes(FAILED) && !enough()) {
    if (every > 0 && answers.length > 0) copy.script(`sleep ${every}`, {}, (every + 1) * 1_000_000);
    const { stdout, exit } = copy.script(`curl -s -m 3 '${to}'`, scriptPlace(from));
    answers.push(exit === 0 ? stdout.trim() : FAILED);
  }
  return answers;
}

/** Stands for a connection that nobody answered. */
const FAILED = '!';

function judgeShares(asked: Args, answers: readonly string[]): Judgement {
  const { from, to, expect, backends, tolerance } = asked;
  const times = answers.length;
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const got = [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  const slots = {
    from: from.split('/')[1] ?? from,
    to: to.replace(/^http:\/\//, ''),
    times: String(times),
    got,
    found: String(counts.size),
    backends: String(backends),
  };
  const judged = (pass: boolean, why = ''): Judgement => ({
    pass,
    seen: { name: counts.has(FAILED) ? 'seen.failed' : 'seen.shares', slots },
    ...(!pass && { why: { name: `why.${why}`, slots } }),
  });
  if (counts.has(FAILED)) return judged(false, 'failed');
  if (expect === 'same') return judged(counts.size === 1, 'spread');
  if (counts.size < backends) return judged(false, counts.size === 1 ? 'stuck' : 'few');
  if (counts.size > backends && tolerance < 1) return judged(false, 'many');
  const even = 1 / backends;
  const far = [...counts.values()].some((n) => Math.abs(n / times - even) > tolerance);
  return judged(!far, 'uneven');
}
