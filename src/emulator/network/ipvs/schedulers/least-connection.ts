import type { RealServer } from '../types.ts';
import { available, connections, least, type Scheduler } from './scheduler.ts';

/** `lc`: the fewest connections (ip_vs_lc.c). */
export const leastConnection: Scheduler = (context) => least(context, connections, false);

/** `wlc`: the fewest connections for its weight (ip_vs_wlc.c). */
export const weightedLeastConnection: Scheduler = (context) => least(context, connections);

/** `sed`: where a connection has to wait the least, itself included (ip_vs_sed.c). */
export const shortestExpectedDelay: Scheduler = (context) =>
  least(context, ({ active }) => active + 1);

/** `nq`: one that has nothing to do, else as `sed` (ip_vs_nq.c). */
export const neverQueue: Scheduler = (context) => {
  const idle = context.server.realServers.find(
    (real) => available(context, real) && context.load(real).active === 0,
  );
  return idle ?? shortestExpectedDelay(context);
};

const heaviest = (list: readonly RealServer[]): RealServer | undefined =>
  list.reduce<RealServer | undefined>(
    (best, real) => (best === undefined || real.weight > best.weight ? real : best),
    undefined,
  );

/** `fo`: the heaviest that is there (ip_vs_fo.c). */
export const failover: Scheduler = (context) =>
  heaviest(context.server.realServers.filter((real) => available(context, real)));

/** `ovf`: the heaviest that has fewer active connections than its weight (ip_vs_ovf.c). */
export const overflow: Scheduler = (context) =>
  heaviest(
    context.server.realServers.filter(
      (real) => available(context, real) && context.load(real).active < real.weight,
    ),
  );
