import type { Micros } from '../world/json.ts';
import type { World } from '../world/world.ts';

/** Virtual time without a change that counts as quiet. */
const QUIET = 4_000_000;
const STEP = 500_000;

/**
 * Lets time pass until only clockwork is left: no object but leases, events and node heartbeats has
 * changed for a while. At most so long.
 */
export function settle(world: World, atMost: Micros): void {
  const until = world.clock.now + atMost;
  let quietSince = world.clock.now;
  while (world.clock.now < until && world.clock.now - quietSince < QUIET) {
    const before = world.store.revision;
    world.clock.runUntil(Math.min(until, world.clock.now + STEP), world.limits.eventsPerRun);
    const changes = world.store.since(before, '/registry/');
    const real =
      changes === 'compacted' ||
      changes.some(({ key }) => !/^\/registry\/(leases[^/]*|events|nodes)\//.test(key));
    if (real) quietSince = world.clock.now;
  }
}
