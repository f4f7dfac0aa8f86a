import { realKey, type RealServer } from '../types.ts';
import { available, type Scheduler } from './scheduler.ts';

/** `rr`: the next in the list behind the one before (ip_vs_rr.c). */
export const roundRobin: Scheduler = (context) => {
  const { realServers } = context.server;
  const last = realServers.findIndex((real) => realKey(real) === context.memory);
  for (let step = 1; step <= realServers.length; step++) {
    const real = realServers[(last + step + realServers.length) % realServers.length];
    if (!real || !available(context, real)) continue;
    context.remember(realKey(real));
    return real;
  }
  return undefined;
};

interface Mark {
  readonly last: string | undefined;
  readonly weight: number;
}

/**
 * `wrr`: rounds through the list in which the weight that is asked for sinks by the greatest common
 * divisor (ip_vs_wrr.c).
 */
export const weightedRoundRobin: Scheduler = (context) => {
  const { realServers } = context.server;
  const weights = realServers.map(({ weight }) => weight);
  const most = Math.max(0, ...weights);
  if (most === 0) return undefined;
  const divisor = weights.filter((weight) => weight > 0).reduce(gcd);
  const memory = (context.memory ?? { last: undefined, weight: 0 }) as Mark;
  let at = realServers.findIndex((real) => realKey(real) === memory.last);
  let { weight } = memory;
  // Each real server is met once for each step of the weight, at most.
  for (let tries = 0; tries <= realServers.length * (most / divisor + 1); tries++) {
    at += 1;
    if (at >= realServers.length || at === 0) {
      at = 0;
      weight -= divisor;
      if (weight <= 0) weight = most;
    }
    const real = realServers[at] as RealServer;
    if (real.weight < weight || !available(context, real)) continue;
    context.remember({ last: realKey(real), weight });
    return real;
  }
  return undefined;
};

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
