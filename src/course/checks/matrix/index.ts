import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import { traceView } from '../../trace.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { PLACE, probeTarget, scriptPlace, TARGET, targetOf, whereIt } from '../place.ts';
import { addProbes, probeSchema } from './probes.ts';

const args = z.strictObject({
  /** Who asks: `namespace/pod`, or `host/NAME`. */
  from: z.array(z.string().regex(PLACE)).default([]),
  /** Pods that the learner never sees, made on the copy only: they ask as well. */
  probes: z.array(probeSchema).default([]),
  /** What is asked: `name.namespace:port`, `pod/namespace/name:port`, `address:port`, `…/udp`. */
  to: z.array(z.string().regex(TARGET)).min(1),
  /** Pairs `from -> to` that must be open; `*` stands for all on its side. */
  open: z.array(z.string().regex(/^\S+ -> \S+$/)).default([]),
  /** Pairs that nobody judges, in the same form. */
  ignore: z.array(z.string().regex(/^\S+ -> \S+$/)).default([]),
});

type Args = z.infer<typeof args>;

/** Who reaches whom, over all pairs, hidden pods included, so that "too much" fails as well. */
export default defineCheck<Args>({
  name: 'matrix',
  args,
  judge({ from, probes, to, open, ignore }, context) {
    const copy = context.copy();
    const hidden = probes.map(({ name }) => name);
    addProbes(copy, probes);
    if (probes.length > 0) copy.settle(40_000_000);
    let pairs = 0;
    for (const source of [...from, ...hidden]) {
      const asked = to.filter((target) => !names(ignore, source, target));
      const reached = askAll(copy, source, asked);
      pairs += asked.length;
      for (const [index, target] of asked.entries()) {
        if (reached[index] === names(open, source, target)) continue;
        return failed(copy, source, target, Boolean(reached[index]), hidden);
      }
    }
    return { pass: true, seen: { name: 'seen.matrix', slots: { pairs: String(pairs) } } };
  },
});

/** Whether a list of pairs names this one. */
function names(pairs: readonly string[], source: string, target: string): boolean {
  return pairs.some((pair) => {
    const [from, to] = pair.split(' -> ');
    return (from === '*' || from === source) && (to === '*' || to === target);
  });
}

/**
 * Asks from one source for real, one target after another. UDP and ICMP, of which no answer tells
 * anything, are followed as packets instead.
 */
function askAll(copy: Cluster, source: string, to: readonly string[]): boolean[] {
  const [namespace = ''] = source.split('/');
  const targets = to.map((text) => targetOf(copy, text, namespace));
  const lines = targets.map(({ host, port, protocol }) =>
    protocol === 'TCP' && host !== ''
      ? `nc -z -w 2 ${host} ${port} >/dev/null 2>&1; echo $?`
      : 'echo -',
  );
  const { stdout } = copy.script(lines.join('\n'), scriptPlace(source));
  const codes = stdout.trim().split('\n');
  return targets.map((target, index) => {
    if (codes[index] !== '-') return codes[index] === '0';
    return probeTarget(copy, source, target)?.ending === 'delivered';
  });
}

function failed(
  copy: Cluster,
  source: string,
  target: string,
  reached: boolean,
  probes: readonly string[],
): Judgement {
  const hidden = probes.includes(source);
  const slots = { from: source, to: target };
  const name = `${reached ? 'open' : 'shut'}${hidden ? '-hidden' : ''}`;
  const probe = probeTarget(copy, source, targetOf(copy, target, source.split('/')[0] ?? ''));
  return {
    pass: false,
    seen: { name: `seen.${name}`, slots },
    ...(probe && { where: whereIt(copy, probe) }),
    why: { name: `why.${name}`, slots },
    ...(probe && { trace: traceView(copy, probe, `${source} → ${target}`) }),
  };
}
