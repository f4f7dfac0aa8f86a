import fc from 'fast-check';
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import { createBench } from '../../src/emulator/apiserver/testing.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';
import { brokenInvariants, sendChecked, startWatched, type Figures } from './check.ts';
import { lineOf } from './lines.ts';
import { requestOf } from './requests.ts';

export const noFigures = (): Figures => ({ requests: 0, refusals: new Map() });

/** Requests to one bench, until so many objects lie there that the next bench begins. */
const PER_BENCH = 500;

/** Plays random requests; gives what was wrong. */
export function playRequests(seed: number, count: number, figures: Figures): string[] {
  const wrong: string[] = [];
  for (let from = 0; from < count; from += PER_BENCH) {
    const watched = startWatched();
    const numRuns = Math.min(PER_BENCH, count - from);
    for (const request of fc.sample(requestOf, { seed: seed + from, numRuns })) {
      try {
        const why = sendChecked(watched, request, figures);
        if (why) wrong.push(why);
      } catch (error) {
        const { stack = '' } = error as Error;
        wrong.push(`${request.method} ${request.url} ${JSON.stringify(request.body)}\n${stack}`);
      }
    }
    wrong.push(...brokenInvariants(watched));
  }
  return wrong;
}

/** Writers who read, wait and write with what they read; no step of theirs may be lost. */
export function playWriters(seed: number, count: number): string[] {
  const bench = createBench();
  const url = '/api/v1/namespaces/default/configmaps/count';
  bench.send('POST', '/api/v1/namespaces/default/configmaps', {
    metadata: { name: 'count' },
    data: { n: '0' },
  });
  const held: (ApiObject | undefined)[] = [undefined, undefined];
  let written = 0;
  for (const who of fc.sample(fc.nat({ max: 1 }), { seed, numRuns: count })) {
    const mine = held[who] as (ApiObject & { data: { n: string } }) | undefined;
    if (!mine) {
      held[who] = bench.ask('GET', url);
      continue;
    }
    held[who] = undefined;
    const body = { ...mine, data: { n: String(Number(mine.data.n) + 1) } };
    const { status } = bench.send('PUT', url, body);
    if (status === 200) written += 1;
    else if (status !== 409) return [`a stale write was answered ${status}`];
  }
  const { n } = bench.ask('GET', url)['data'] as { readonly n: string };
  return Number(n) === written ? [] : [`${written} writes, but the count is ${n}`];
}

/** Plays command lines on a whole cluster; gives what was wrong with outputs and what is left. */
export function playLines(seed: number, count: number): string[] {
  const cluster = boot('two-nodes', { seed });
  const wrong: string[] = [];
  for (const line of fc.sample(lineOf, { seed, numRuns: count })) {
    try {
      const { stdout, stderr, exit } = cluster.script(line);
      if (exit < 0 || exit > 255) wrong.push(`${line}: exit ${exit}`);
      const odd = /.*(\[object Object\]|\bundefined\b|TypeError|\bNaN\b).*/.exec(stdout + stderr);
      if (odd) wrong.push(`${line}: ${odd[0]}`);
    } catch (error) {
      wrong.push(`${line}\n${(error as Error).stack}`);
    }
  }
  cluster.settle();
  const left = cluster.script(
    'kubectl get rs,pods,endpointslices,deploy,svc,job -A -o json',
  ).stdout;
  const { items } = JSON.parse(left) as { readonly items: readonly ApiObject[] };
  const uids = new Set(items.map(({ metadata }) => metadata.uid));
  for (const { kind, metadata } of items) {
    for (const owner of metadata.ownerReferences ?? []) {
      const known = ['ReplicaSet', 'Deployment', 'Service', 'Job'].includes(owner.kind);
      if (known && !uids.has(owner.uid)) wrong.push(`${kind} ${metadata.name}: its owner is gone`);
    }
  }
  return wrong;
}
