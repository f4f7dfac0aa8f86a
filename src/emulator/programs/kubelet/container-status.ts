import type { StatusShape } from '../../resources/describe/pod-template.ts';
import type { Container } from '../../resources/pod-template/shapes.ts';
import { rfc3339 } from '../../world/time.ts';
import { fullName, imageId } from './image-name.ts';
import type { ContainerRecord, PodRecord } from './records.ts';

/** A container's part of its pod's status. */
export function containerStatus(
  container: Container,
  state: ContainerRecord | undefined,
  { pod }: PodRecord,
): StatusShape {
  const made = Boolean(state?.id);
  const image = state?.image ?? container.image;
  const status = {
    name: container.name,
    image: made ? fullName(image) : container.image,
    imageID: made ? imageId(image) : '',
    ready: state?.ready || isDone(container, state, pod),
    started: state?.started ?? false,
    restartCount: state?.restarts ?? 0,
    ...(state?.id && { containerID: `containerd://${state.id}` }),
    ...(made && { resources: container.resources ?? {}, ...mountStatus(container) }),
    state: stateOf(state, pod.spec.initContainers !== undefined),
    lastState: lastStateOf(state),
  };
  return status as unknown as StatusShape;
}

/** An init container that has done its work counts as ready. */
function isDone({ name }: Container, state: ContainerRecord | undefined, pod: PodRecord['pod']) {
  const initial = pod.spec.initContainers?.some((each) => each.name === name) ?? false;
  return initial && state?.phase === 'terminated' && state.exitCode === 0;
}

function mountStatus({ volumeMounts = [] }: Container): object {
  if (volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
    })),
  };
}

function stateOf(state: ContainerRecord | undefined, initializing: boolean): object {
  const first = initializing ? 'PodInitializing' : 'ContainerCreating';
  if (!state) return { waiting: { reason: first } };
  const { phase, startedAt = 0, finishedAt = 0, exitCode = 0, id, reason, message } = state;
  if (phase === 'running') return { running: { startedAt: rfc3339(startedAt) } };
  if (phase === 'terminated') {
    return { terminated: terminated({ id, exitCode, reason, startedAt, finishedAt }, message) };
  }
  return { waiting: { reason: reason || first, ...(message && { message }) } };
}

function lastStateOf(state: ContainerRecord | undefined): object {
  // What has just ended is the state itself until it comes again.
  if (!state?.last || (state.phase === 'terminated' && state.last.id === state.id)) return {};
  return { terminated: terminated(state.last, undefined) };
}

function terminated(last: NonNullable<ContainerRecord['last']>, message: string | undefined) {
  return {
    containerID: `containerd://${last.id}`,
    exitCode: last.exitCode,
    reason: last.reason,
    ...(message && { message }),
    startedAt: rfc3339(last.startedAt),
    finishedAt: rfc3339(last.finishedAt),
  };
}
