import type { Call } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { ownerOf, type Api } from '../controller.ts';
import { all, cleanUp, newSize, scale, syncRevision, type Sets } from './revisions.ts';
import {
  active,
  actualOf,
  availableOf,
  byAge,
  sizeOf,
  sum,
  totalOf,
  unavailableOf,
  type Deployment,
  type ReplicaSet,
} from './shapes.ts';
import { isComplete } from './status.ts';

/** One step of a rolling update; the status is told after each (`rolloutRolling`). */
export function* roll(api: Api, found: Sets): Call<Sets> {
  const sets = yield* syncRevision(api, found, true);
  const { deployment, now } = sets;
  if (!now) return sets;
  const size = sizeOf(now);
  const total = totalOf(deployment);
  const wanted = size > total ? total : newSize(deployment, all(sets), size);
  if (size !== total && wanted !== size) {
    return { ...sets, now: yield* scale(api, deployment, now, wanted) };
  }
  const shrunk = yield* shrinkOld(api, sets, now);
  if (shrunk) return shrunk;
  if (isComplete(deployment, deployment.status)) yield* cleanUp(api, sets);
  return sets;
}

/** Makes old ReplicaSets smaller: first by what does not run, then by what may be missing. */
function* shrinkOld(api: Api, sets: Sets, now: ReplicaSet): Call<Sets | undefined> {
  const { deployment } = sets;
  const old = byAge(active(sets.older));
  if (old.length === 0) return undefined;
  const least = totalOf(deployment) - unavailableOf(deployment);
  const missing = sizeOf(now) - availableOf(now);
  const most = sum([...old, now], sizeOf) - least - missing;
  if (most <= 0) return undefined;
  const changed = new Map<string, ReplicaSet>();
  let left = most;
  for (const set of old) {
    const down = Math.min(left, sizeOf(set) - availableOf(set));
    if (down <= 0) continue;
    left -= down;
    changed.set(set.metadata.name, yield* scale(api, deployment, set, sizeOf(set) - down));
  }
  const cleaned = old.map((set) => changed.get(set.metadata.name) ?? set);
  let spare = sum([...cleaned, now], availableOf) - least;
  for (const set of cleaned) {
    const down = Math.min(spare, sizeOf(set));
    if (down <= 0) continue;
    spare -= down;
    changed.set(set.metadata.name, yield* scale(api, deployment, set, sizeOf(set) - down));
  }
  if (changed.size === 0) return undefined;
  return { ...sets, older: sets.older.map((set) => changed.get(set.metadata.name) ?? set) };
}

/** All old pods go before the new ones come (`rolloutRecreate`). */
export function* recreate(api: Api, found: Sets): Call<Sets> {
  const before = yield* syncRevision(api, found, false);
  const old = active(before.older);
  if (old.length > 0) {
    const older: ReplicaSet[] = [];
    for (const set of before.older) older.push(yield* scaleTo(api, before.deployment, set, 0));
    return { ...before, older };
  }
  if (yield* oldPodsRun(api, before)) return before;
  const sets = before.now ? before : yield* syncRevision(api, before, true);
  const { deployment, now } = sets;
  if (!now) return sets;
  const grown = yield* scaleTo(api, deployment, now, totalOf(deployment));
  if (isComplete(deployment, deployment.status)) yield* cleanUp(api, sets);
  return { ...sets, now: grown };
}

function* scaleTo(api: Api, of: Deployment, set: ReplicaSet, to: number): Call<ReplicaSet> {
  return sizeOf(set) === to ? set : yield* scale(api, of, set, to);
}

function* oldPodsRun(api: Api, { deployment, older, now }: Sets): Call<boolean> {
  if (sum(older, actualOf) > 0) return true;
  const uids = new Set(older.map(({ metadata }) => metadata.uid));
  if (now) uids.delete(now.metadata.uid);
  const pods = yield* api.list<Pod>('pods', deployment.metadata.namespace);
  return pods.some(
    (pod) =>
      uids.has(ownerOf(pod, 'ReplicaSet')?.uid ?? '') &&
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed',
  );
}
