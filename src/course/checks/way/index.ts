import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import type { Probe } from '../../../emulator/network/api.ts';
import { podsByNetns, traceView } from '../../trace.ts';
import { defineCheck, type Judgement } from '../check.ts';
import * as objects from '../objects.ts';
import { PLACE, probeTarget, TARGET, targetOf } from '../place.ts';

const args = z.strictObject({
  /** File in the learner's home: one place a line, in the order in which the packet comes there. */
  path: z.string(),
  from: z.string().regex(PLACE),
  to: z.string().regex(TARGET),
  /** Words that betray a belief: a reason by its name, told when a line holds the word. */
  beliefs: z.record(z.string().regex(/^[a-z-]+$/), z.string()).default({}),
});

/** Whether a written prediction of a packet's way is the way that the engine's packet takes. */
export default defineCheck<z.infer<typeof args>>({
  name: 'way',
  args,
  judge({ path, from, to, beliefs }, { cluster }): Judgement {
    const found = cluster.readFile(`/home/learner/${path}`);
    const target = targetOf(cluster, to, objects.split(from).namespace);
    const probe = probeTarget(cluster, from, target);
    const lines = (found ?? '').split('\n').map(bare);
    const said = lines.filter((line) => line !== '');
    const slots = { path: `~/${path}`, found: said.join(' → '), from, to };
    const failed = (name: string): Judgement => ({
      pass: false,
      seen: { name: found === undefined ? 'seen.missing' : 'seen.said', slots },
      why: { name: `why.${name}`, slots },
      ...(probe && found !== undefined && { trace: traceView(cluster, probe, `${from} → ${to}`) }),
    });
    if (found === undefined) return failed('missing');
    const belief = Object.entries(beliefs).find(([, word]) =>
      said.some((line) => new RegExp(word, 'i').test(line)),
    );
    if (belief) return failed(belief[0]);
    if (!probe) return failed('no-way');
    const way = placesOf(cluster, probe);
    if (said.join() === way.join()) return { pass: true, seen: { name: 'seen.said', slots } };
    return failed(whyNot(said, way));
  },
});

/** A line without numbering, arrows and a namespace before the name. */
function bare(line: string): string {
  return line
    .trim()
    .replace(/^(\d+[.)]|[-*•])\s+/, '')
    .replace(/^(pods?|nodes?)\//, '')
    .replace(/^[a-z0-9-]+\/(?=[a-z])/, '');
}

/** Network namespaces of the question's way, by pod or machine, each once as it is entered. */
function placesOf(cluster: Cluster, probe: Probe): string[] {
  const pods = podsByNetns(cluster);
  const way: string[] = [];
  for (const { host, netns } of probe.steps) {
    const pod = pods.get(`${host}/${netns}`);
    const name = pod ? (pod.split('/')[1] ?? pod) : host;
    if (way.at(-1) !== name) way.push(name);
    if (host === probe.where.host && netns === probe.where.netns) break;
  }
  return way;
}

function whyNot(said: readonly string[], way: readonly string[]): string {
  if (said.some((each) => !way.includes(each))) return 'not-on-way';
  if (way.some((each) => !said.includes(each))) return 'left-out';
  return 'order';
}
