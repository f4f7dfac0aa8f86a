import type { RealLoad, RealServer, VirtualServer } from '../types.ts';

/** What a scheduler may ask and remember. */
export interface SchedulerContext {
  readonly server: VirtualServer;
  readonly client: string;
  readonly clientPort: number;
  /** The address and port that were asked. */
  readonly virtual: string;
  /** Connections of a real server; one that has too many is passed over. */
  load(real: RealServer): RealLoad;
  overloaded(real: RealServer): boolean;
  /** What it remembered for this virtual server (the kernel's `sched_data`), as plain data. */
  readonly memory: unknown;
  remember(memory: unknown): void;
}

/** Chooses a real server for a new connection; undefined if none can be had. */
export type Scheduler = (context: SchedulerContext) => RealServer | undefined;

/** Whether a real server takes part at all. */
export const available = ({ overloaded }: SchedulerContext, real: RealServer): boolean =>
  real.weight > 0 && !overloaded(real);

/** The real server with the least overhead per weight; of equal ones the first in the list. */
export function least(
  context: SchedulerContext,
  overhead: (load: RealLoad) => number,
  weighted = true,
): RealServer | undefined {
  let best: RealServer | undefined;
  let bestOverhead = 0;
  for (const real of context.server.realServers) {
    if (!available(context, real)) continue;
    const own = overhead(context.load(real));
    const better =
      best === undefined ||
      (weighted ? bestOverhead * real.weight > own * best.weight : own < bestOverhead);
    if (!better) continue;
    best = real;
    bestOverhead = own;
  }
  return best;
}

/** Active connections weigh 256 times as much as others (`ip_vs_dest_conn_overhead`). */
export const connections = ({ active, inactive }: RealLoad): number => active * 256 + inactive;
