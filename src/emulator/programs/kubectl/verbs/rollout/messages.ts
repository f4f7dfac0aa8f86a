import { at, type Obj } from '../../object.ts';

interface RolloutStatus {
  readonly message: string;
  readonly done: boolean;
  readonly error?: string;
}

const number = (object: Obj, path: string) => Number(at(object, path) ?? 0);
const ROLLING = 'rollout status is only available for RollingUpdate strategy type';

/** How far a rollout is (kubectl `polymorphichelpers/rollout_status.go`). */
export function rolloutStatus(object: Obj, revision: number): RolloutStatus {
  switch (object.kind) {
    case 'Deployment':
      return deployment(object, revision);
    case 'DaemonSet':
      return daemonSet(object);
    case 'StatefulSet':
      return statefulSet(object);
    default: {
      const group = (object.apiVersion ?? '').includes('/')
        ? `.${object.apiVersion?.split('/')[0]}`
        : '';
      return failure(`no status viewer has been implemented for ${object.kind}${group}`);
    }
  }
}

const going = (message: string): RolloutStatus => ({ message: `${message}\n`, done: false });
const finished = (message: string): RolloutStatus => ({ message: `${message}\n`, done: true });
const failure = (error: string): RolloutStatus => ({ message: '', done: false, error });

interface Condition {
  readonly type: string;
  readonly reason?: string;
}

function deployment(object: Obj, revision: number): RolloutStatus {
  const name = object.metadata?.name;
  if (revision > 0) {
    const own = object.metadata?.annotations?.['deployment.kubernetes.io/revision'];
    if (own === undefined) return failure('cannot get the revision of deployment: <nil>');
    if (Number(own) !== revision) {
      return failure(
        `desired revision (${revision}) is different from the running revision (${own})`,
      );
    }
  }
  if (number(object, 'metadata.generation') > number(object, 'status.observedGeneration')) {
    return going('Waiting for deployment spec update to be observed...');
  }
  const conditions = (at(object, 'status.conditions') ?? []) as readonly Condition[];
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return failure(`deployment "${name}" exceeded its progress deadline`);
  }
  const lead = `Waiting for deployment "${name}" rollout to finish:`;
  const replicas = at(object, 'spec.replicas');
  const updated = number(object, 'status.updatedReplicas');
  const total = number(object, 'status.replicas');
  const available = number(object, 'status.availableReplicas');
  if (replicas !== undefined && updated < Number(replicas)) {
    return going(`${lead} ${updated} out of ${String(replicas)} new replicas have been updated...`);
  }
  if (total > updated)
    return going(`${lead} ${total - updated} old replicas are pending termination...`);
  if (available < updated) {
    return going(`${lead} ${available} of ${updated} updated replicas are available...`);
  }
  return finished(`deployment "${name}" successfully rolled out`);
}

function daemonSet(object: Obj): RolloutStatus {
  const name = object.metadata?.name;
  if (at(object, 'spec.updateStrategy.type') !== 'RollingUpdate') return failure(ROLLING);
  if (number(object, 'metadata.generation') > number(object, 'status.observedGeneration')) {
    return going('Waiting for daemon set spec update to be observed...');
  }
  const lead = `Waiting for daemon set "${name}" rollout to finish:`;
  const desired = number(object, 'status.desiredNumberScheduled');
  const updated = number(object, 'status.updatedNumberScheduled');
  const available = number(object, 'status.numberAvailable');
  if (updated < desired)
    return going(`${lead} ${updated} out of ${desired} new pods have been updated...`);
  if (available < desired)
    return going(`${lead} ${available} of ${desired} updated pods are available...`);
  return finished(`daemon set "${name}" successfully rolled out`);
}

function statefulSet(object: Obj): RolloutStatus {
  if (at(object, 'spec.updateStrategy.type') !== 'RollingUpdate') return failure(ROLLING);
  const observed = number(object, 'status.observedGeneration');
  if (observed === 0 || number(object, 'metadata.generation') > observed) {
    return going('Waiting for statefulset spec update to be observed...');
  }
  const replicas = at(object, 'spec.replicas');
  const ready = number(object, 'status.readyReplicas');
  const updated = number(object, 'status.updatedReplicas');
  if (replicas !== undefined && ready < Number(replicas)) {
    return going(`Waiting for ${Number(replicas) - ready} pods to be ready...`);
  }
  const partition = at(object, 'spec.updateStrategy.rollingUpdate.partition');
  if (
    at(object, 'spec.updateStrategy.rollingUpdate') &&
    replicas !== undefined &&
    partition !== undefined
  ) {
    const wanted = Number(replicas) - Number(partition);
    if (updated < wanted) {
      return going(
        `Waiting for partitioned roll out to finish: ${updated} out of ` +
          `${wanted} new pods have been updated...`,
      );
    }
    return finished(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  const revision = String(at(object, 'status.updateRevision') ?? '');
  if (revision !== String(at(object, 'status.currentRevision') ?? '')) {
    return going(
      `waiting for statefulset rolling update to complete ${updated} pods at ` +
        `revision ${revision}...`,
    );
  }
  const current = number(object, 'status.currentReplicas');
  return finished(`statefulset rolling update complete ${current} pods at revision ${revision}...`);
}
