import {
  destinationHashing,
  localityLeastConnection,
  localityWithReplication,
  maglev,
  sourceHashing,
} from './hashing.ts';
import {
  failover,
  leastConnection,
  neverQueue,
  overflow,
  shortestExpectedDelay,
  weightedLeastConnection,
} from './least-connection.ts';
import { roundRobin, weightedRoundRobin } from './round-robin.ts';
import type { Scheduler } from './scheduler.ts';

/** All schedulers by the name after `-s`. */
export const schedulers: ReadonlyMap<string, Scheduler> = new Map([
  ['rr', roundRobin],
  ['wrr', weightedRoundRobin],
  ['lc', leastConnection],
  ['wlc', weightedLeastConnection],
  ['sh', sourceHashing],
  ['dh', destinationHashing],
  ['sed', shortestExpectedDelay],
  ['nq', neverQueue],
  ['lblc', localityLeastConnection],
  ['lblcr', localityWithReplication],
  ['mh', maglev],
  ['fo', failover],
  ['ovf', overflow],
]);
