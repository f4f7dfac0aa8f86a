import { z } from 'zod';
import { defineCheck } from '../check.ts';

const args = z.strictObject({
  from: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  name: z.string(),
  expect: z.enum(['address', 'nxdomain', 'timeout']).default('address'),
});

/** What a name resolves to, asked from a pod with its own resolv.conf, on a copy. */
export default defineCheck<z.infer<typeof args>>({
  name: 'resolve',
  args,
  judge({ from, name, expect }, context) {
    const done = context.copy().script(`getent hosts ${name}`, { pod: from, tools: true });
    const address = done.stdout.trim().split(/\s+/)[0] ?? '';
    const slow = done.exit !== 0 && /timed out/.test(done.stderr);
    const result = done.exit === 0 ? 'address' : slow ? 'timeout' : 'nxdomain';
    const slots = { from: from.split('/')[1] ?? from, name, address };
    const seen = { name: `seen.${result}`, slots };
    if (result === expect) return { pass: true, seen };
    return { pass: false, seen, why: { name: `why.${result}`, slots } };
  },
});
