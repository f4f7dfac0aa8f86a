import type { Cluster } from '../emulator/cluster/api.ts';

/** How virtual time goes on behind a door. */
export interface Pace {
  /** Lets all happen that is due by now. Called around each request, and by a timer. */
  catchUp(): void;
  /** A client waits for something to come (1) or does so no longer (-1). */
  waits(change: 1 | -1): void;
  /** Something that wants to look after time has passed (streams that have to be emptied). */
  onPassed(listener: () => void): () => void;
  stop(): void;
}

const TICK_MILLIS = 10;
/** Wall time of one slice, so that clients get their turn when the cluster has much to do. */
const SLICE_EVENTS = 5_000;

/**
 * Virtual time follows wall time and is never behind it for long: ages that clients reckon with
 * their own clock are right. Nothing runs ahead: a client outside lives in wall time, and its
 * `sleep 5` takes five seconds as it does in a real cluster.
 */
export function followWall(cluster: Cluster, wallMicros: () => number): Pace {
  const listeners = new Set<() => void>();
  let inside = false;
  const catchUp = () => {
    if (inside) return;
    inside = true;
    try {
      const { clock } = cluster.world;
      cluster.run(Math.max(clock.now, Math.floor(wallMicros())), SLICE_EVENTS);
      for (const listener of listeners) listener();
    } finally {
      inside = false;
    }
  };
  const timer = setInterval(catchUp, TICK_MILLIS);
  return {
    catchUp,
    // Whoever waits does so in wall time.
    waits: () => undefined,
    onPassed(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => clearInterval(timer),
  };
}
