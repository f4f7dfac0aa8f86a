import type { Cluster } from '../../emulator/cluster/api.ts';

const STEP = 100_000;
const MOST = 100;

/**
 * Lets time pass, ten seconds at most, until no daemon is in the midst of something: only then can
 * a copy be made. For copies, and for clusters that no learner looks at.
 */
export function untilRest(cluster: Cluster): void {
  for (let step = 0; step < MOST && !cluster.atRest; step += 1) cluster.settle(STEP);
}
