import { isSidecar } from './containers.ts';
import type { PodRecord } from './records.ts';

/** A pod's phase from its containers (`getPhase` of `pkg/kubelet/kubelet_pods.go`). */
export function phaseOf({ pod, containers, endBy, stuck }: PodRecord): string {
  const { spec } = pod;
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) continue;
    const state = containers[container.name];
    const done = state?.phase === 'terminated' && state.exitCode === 0;
    if (done) continue;
    const failed = state?.phase === 'terminated' && spec.restartPolicy === 'Never';
    return failed ? 'Failed' : 'Pending';
  }
  const states = spec.containers.map(({ name }) => containers[name]);
  const fresh = states.some((each) => !each || (each.id === '' && each.phase !== 'terminated'));
  if (fresh) return 'Pending';
  const ended = states.every((each) => each?.phase === 'terminated');
  if (!ended) return 'Running';
  if (stuck) return 'Running';
  const good = states.every((each) => each?.exitCode === 0);
  // A pod that was deleted and has ended is over, whatever its policy.
  if (endBy !== undefined) return good ? 'Succeeded' : 'Failed';
  if (spec.restartPolicy === 'Never') return good ? 'Succeeded' : 'Failed';
  return spec.restartPolicy === 'OnFailure' && good ? 'Succeeded' : 'Running';
}

/** Whether a pod's phase is its last. */
export const isOver = (phase: string) => phase === 'Succeeded' || phase === 'Failed';
