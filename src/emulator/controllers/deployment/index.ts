import type { Call } from '../../host/syscalls.ts';
import { ownersOf } from '../claim.ts';
import { splitKey, type Api, type Controller } from '../controller.ts';
import { conditionOf, progressing, withCondition } from './conditions.ts';
import { cleanUp, findSets, syncRevision } from './revisions.ts';
import { recreate, roll } from './rollout.ts';
import { isScaling, scaleAll } from './scaling.ts';
import { DEPLOYMENTS, isRolling, REPLICA_SETS, type Deployment } from './shapes.ts';
import { writeCounts, writeProgress } from './status.ts';

/** Replicas replaced step by step (`pkg/controller/deployment`). */
const controller: Controller = {
  name: 'deployment-controller',
  watches: [DEPLOYMENTS, REPLICA_SETS],
  *keys(resource, changed, api) {
    const { namespace, name } = changed.metadata;
    if (resource === DEPLOYMENTS) return [`${namespace}/${name}`];
    return yield* ownersOf(api, changed, 'Deployment', DEPLOYMENTS);
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const given = yield* api.get<Deployment>(DEPLOYMENTS, namespace, name);
    if (!given) return undefined;
    if (given.metadata.deletionTimestamp) {
      const sets = yield* syncRevision(api, yield* findSets(api, given), false);
      return yield* writeCounts(api, sets);
    }
    const deployment = yield* tellPause(api, given);
    const found = yield* findSets(api, deployment);
    if (deployment.spec.paused || isScaling(found)) {
      const sets = yield* scaleAll(api, yield* syncRevision(api, found, false));
      if (deployment.spec.paused) yield* cleanUp(api, sets);
      return yield* writeCounts(api, sets);
    }
    const done = isRolling(deployment) ? yield* roll(api, found) : yield* recreate(api, found);
    return yield* writeProgress(api, done);
  },
};

export default controller;

/** Tells in `Progressing` that a deployment was paused or resumed (`checkPausedConditions`). */
function* tellPause(api: Api, deployment: Deployment): Call<Deployment> {
  const { spec, status } = deployment;
  if (spec.progressDeadlineSeconds === undefined) return deployment;
  const before = conditionOf(status?.conditions, 'Progressing')?.reason;
  if (before === 'ProgressDeadlineExceeded') return deployment;
  const isPaused = spec.paused === true;
  if (isPaused === (before === 'DeploymentPaused')) return deployment;
  const told = isPaused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', api.now)
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed', api.now);
  const conditions = withCondition(status?.conditions ?? [], told);
  const done = yield* api.updateStatus(DEPLOYMENTS, {
    ...deployment,
    status: { ...status, conditions },
  } as Deployment);
  return done.status < 400 ? (done.body as unknown as Deployment) : deployment;
}
