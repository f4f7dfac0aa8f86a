import type { Call } from '../../host/syscalls.ts';
import type { Api } from '../controller.ts';
import { all, scale, type Sets } from './revisions.ts';
import {
  active,
  availableOf,
  byAge,
  DESIRED,
  isRolling,
  MOST,
  sizeOf,
  sum,
  surgeOf,
  totalOf,
  type Deployment,
  type ReplicaSet,
} from './shapes.ts';

/** Whether some ReplicaSet was made for another number of pods than is wanted now. */
export function isScaling(sets: Sets): boolean {
  return active(all(sets)).some(({ metadata }) => {
    const noted = metadata.annotations?.[DESIRED];
    return noted !== undefined && Number(noted) !== totalOf(sets.deployment);
  });
}

/**
 * Brings ReplicaSets to the number that is wanted, without going on with a rollout: the one that
 * is left, or all of them in proportion (`scale` of `sync.go`).
 */
export function* scaleAll(api: Api, sets: Sets): Call<Sets> {
  const { deployment, now, older } = sets;
  const total = totalOf(deployment);
  const only = activeOrLatest(sets);
  if (only) {
    if (sizeOf(only) === total) return sets;
    return replace(sets, [yield* scale(api, deployment, only, total)]);
  }
  if (now && isSaturated(deployment, now)) {
    const done: ReplicaSet[] = [];
    for (const set of active(older)) done.push(yield* scale(api, deployment, set, 0));
    return replace(sets, done);
  }
  return isRolling(deployment) ? yield* scaleInProportion(api, sets) : sets;
}

function* scaleInProportion(api: Api, sets: Sets): Call<Sets> {
  const { deployment } = sets;
  const total = totalOf(deployment);
  const live = active(all(sets));
  const allowed = total > 0 ? total + surgeOf(deployment) : 0;
  const change = allowed - sum(live, sizeOf);
  const aged = change > 0 ? byAge(live).toReversed() : byAge(live);
  const order = aged.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  let added = 0;
  const sizes = order.map((set) => {
    const part = change === 0 ? 0 : proportionOf(deployment, set, change, added);
    added += part;
    return sizeOf(set) + part;
  });
  const done: ReplicaSet[] = [];
  for (const [index, set] of order.entries()) {
    const rest = index === 0 ? change - added : 0;
    const size = Math.max(0, (sizes[index] ?? 0) + rest);
    done.push(yield* scale(api, deployment, set, size));
  }
  return replace(sets, done);
}

function proportionOf(deployment: Deployment, set: ReplicaSet, change: number, added: number) {
  if (change === added) return 0;
  const part = fractionOf(deployment, set);
  return change > 0 ? Math.min(part, change - added) : Math.max(part, change - added);
}

function fractionOf(deployment: Deployment, set: ReplicaSet): number {
  const total = totalOf(deployment);
  if (total === 0) return -sizeOf(set);
  const before = Number(set.metadata.annotations?.[MOST] ?? deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((sizeOf(set) * (total + surgeOf(deployment))) / before) - sizeOf(set);
}

/** The one ReplicaSet with pods; without any the newest; nothing where several have some. */
function activeOrLatest(sets: Sets): ReplicaSet | undefined {
  const live = active(all(sets));
  if (live.length === 0) return sets.now ?? byAge(sets.older).at(-1);
  return live.length === 1 ? live[0] : undefined;
}

function isSaturated(deployment: Deployment, set: ReplicaSet): boolean {
  const total = totalOf(deployment);
  const desired = Number(set.metadata.annotations?.[DESIRED]);
  return sizeOf(set) === total && desired === total && availableOf(set) === total;
}

function replace(sets: Sets, changed: readonly ReplicaSet[]): Sets {
  const by = (set: ReplicaSet) =>
    changed.find(({ metadata }) => metadata.uid === set.metadata.uid) ?? set;
  return { ...sets, now: sets.now && by(sets.now), older: sets.older.map(by) };
}
