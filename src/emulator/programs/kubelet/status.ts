import type { StatusShape } from '../../resources/describe/pod-template.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { qosClass } from '../../resources/pod-template/qos.ts';
import type { Condition, Container, Pod } from '../../resources/pod-template/shapes.ts';
import { canonical } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { componentOptions, createApi, urlOf } from '../component.ts';
import { readPod, savePod } from './pod.ts';
import type { ContainerRecord, PodRecord } from './records.ts';

/** Tells the API server how a pod does, when that has changed. */
export function* writeStatus(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  const { status, transitions } = statusOf(sys, record);
  const written = canonical(status);
  if (written === record.written) return;
  const { namespace, name } = record.pod.metadata;
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const live = yield* api.get<Pod>('pods', namespace, name);
  const mirrored = live?.metadata.annotations?.['kubernetes.io/config.mirror'];
  if (!live || (live.metadata.uid !== uid && mirrored !== uid)) {
    savePod(sys, { ...record, transitions }, uid);
    return;
  }
  const foreign = (live.status?.conditions ?? []).filter(({ type }) => !own.has(type));
  const conditions = [...(status.conditions as readonly Condition[]), ...foreign];
  const answer = yield* api.request({
    method: 'PUT',
    url: urlOf('pods', namespace, name, 'status'),
    body: { ...live, status: { ...live.status, ...status, conditions } } as never,
  });
  const now = readPod(sys, uid);
  if (now) savePod(sys, { ...now, transitions, ...(answer.status < 400 && { written }) }, uid);
}

const own = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

interface Made {
  readonly status: Readonly<Record<string, unknown>>;
  readonly transitions: PodRecord['transitions'];
}

function statusOf(sys: DaemonSys, record: PodRecord): Made {
  const { pod, containers, ip } = record;
  const { spec } = pod;
  const phase = phaseOf(record);
  const statuses = (list: readonly Container[]) =>
    list.map((container) => containerStatus(container, containers[container.name], record));
  const main = spec.containers.map(({ name }) => containers[name]);
  const initialized = (spec.initContainers ?? []).every((each) => {
    const state = containers[each.name];
    return each.restartPolicy === 'Always'
      ? state?.started
      : state?.phase === 'terminated' && state.exitCode === 0;
  });
  const over = phase === 'Succeeded' || phase === 'Failed';
  const ready = !over && !record.ending && main.every((each) => each?.ready);
  const waiting = spec.containers
    .filter(({ name }) => !containers[name]?.ready)
    .map(({ name }) => name);
  const gates = spec.readinessGates ?? [];
  const gated = gates.filter(
    ({ conditionType }) =>
      !pod.status?.conditions?.some(
        ({ type, status }) => type === conditionType && status === 'True',
      ),
  );
  const why = over
    ? { reason: 'PodCompleted' }
    : {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${waiting.join(' ')}]`,
      };
  const readyWhy =
    ready && gated.length > 0
      ? {
          reason: 'ReadinessGatesNotReady',
          message: gated
            .map(
              ({ conditionType }) =>
                `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
            )
            .join(', '),
        }
      : why;
  const rows: [string, boolean, object][] = [
    ['PodReadyToStartContainers', record.netns !== undefined && !over, {}],
    [
      'Initialized',
      initialized,
      initialized
        ? {}
        : {
            reason: 'ContainersNotInitialized',
            message: `containers with incomplete status: [${(spec.initContainers ?? [])
              .filter(({ name }) => containers[name]?.exitCode !== 0)
              .map(({ name }) => name)
              .join(' ')}]`,
          },
    ],
    ['Ready', ready && gated.length === 0, ready && gated.length === 0 ? {} : readyWhy],
    ['ContainersReady', ready, ready ? {} : why],
    ['PodScheduled', true, {}],
  ];
  const transitions: Record<string, { status: string; at: number }> = {};
  const conditions = rows.map(([type, value, more]) => {
    const status = value ? 'True' : 'False';
    const before = record.transitions[type];
    const at = before?.status === status ? before.at : sys.now;
    transitions[type] = { status, at };
    return {
      type,
      status,
      ...more,
      lastProbeTime: null,
      lastTransitionTime: rfc3339(at),
      observedGeneration: pod.metadata.generation ?? 1,
    };
  });
  const hostIP =
    sys.network.links().find(({ name }) => name === 'eth0')?.addresses[0]?.address ?? '';
  const status = {
    phase,
    observedGeneration: pod.metadata.generation ?? 1,
    conditions,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip && !over && { podIP: ip, podIPs: [{ ip }] }),
    ...(ip && over && { podIP: ip, podIPs: [{ ip }] }),
    startTime: rfc3339(record.startTime),
    ...(spec.initContainers?.length && { initContainerStatuses: statuses(spec.initContainers) }),
    containerStatuses: statuses(spec.containers),
    qosClass: qosClass(spec),
  };
  return { status, transitions };
}

function phaseOf({ pod, containers }: PodRecord): string {
  const { spec } = pod;
  const inits = (spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy !== 'Always',
  );
  for (const { name } of inits) {
    const state = containers[name];
    if (state?.phase === 'terminated' && state.exitCode !== 0 && spec.restartPolicy === 'Never')
      return 'Failed';
    if (!(state?.phase === 'terminated' && state.exitCode === 0)) return 'Pending';
  }
  const states = spec.containers.map(({ name }) => containers[name]);
  if (
    states.some(
      (each) =>
        !each ||
        (each.phase === 'waiting' && !each.last) ||
        (each.phase === 'backoff' && !each.last),
    )
  )
    return 'Pending';
  const ended = states.every((each) => each?.phase === 'terminated');
  if (!ended || spec.restartPolicy === 'Always') return 'Running';
  const good = states.every((each) => each?.exitCode === 0);
  if (spec.restartPolicy === 'Never') return good ? 'Succeeded' : 'Failed';
  return good ? 'Succeeded' : 'Running';
}

function containerStatus(
  container: Container,
  state: ContainerRecord | undefined,
  record: PodRecord,
): StatusShape & Record<string, unknown> {
  const image = /:[^/]+$/.test(container.image) ? container.image : `${container.image}:latest`;
  const full = /^[^/]+\.[^/]+\//.test(image)
    ? image
    : image.includes('/')
      ? `docker.io/${image}`
      : `docker.io/library/${image}`;
  const id = state?.id ? { containerID: `containerd://${state.id}` } : {};
  const time = (at: number | undefined) => rfc3339(at ?? 0);
  const base = {
    name: container.name,
    image: state?.id ? full : container.image,
    imageID: state?.id ? `${full.replace(/:[^/:]+$/, '')}@sha256:${digest(full)}` : '',
    ready: state?.ready ?? false,
    started: state?.started ?? false,
    restartCount: state?.restarts ?? 0,
    ...id,
    resources: {},
    ...lastState(state, time),
  };
  if (!state) {
    const initializing = (record.pod.spec.initContainers ?? []).length > 0;
    return {
      ...base,
      state: { waiting: { reason: initializing ? 'PodInitializing' : 'ContainerCreating' } },
    };
  }
  if (state.phase === 'running')
    return { ...base, state: { running: { startedAt: time(state.startedAt) } } };
  if (state.phase === 'terminated') {
    const { exitCode = 0, reason } = state;
    return {
      ...base,
      state: {
        terminated: {
          containerID: `containerd://${state.id}`,
          exitCode,
          reason,
          startedAt: time(state.startedAt),
          finishedAt: time(state.finishedAt),
        },
      },
    };
  }
  return {
    ...base,
    state: {
      waiting: {
        reason: state.reason || 'ContainerCreating',
        ...(state.message && { message: state.message }),
      },
    },
  };
}

function lastState(state: ContainerRecord | undefined, time: (at: number | undefined) => string) {
  if (!state?.last) return { lastState: {} };
  const { exitCode, reason, startedAt, finishedAt, id } = state.last;
  return {
    lastState: {
      terminated: {
        containerID: `containerd://${id}`,
        exitCode,
        reason,
        startedAt: time(startedAt),
        finishedAt: time(finishedAt),
      },
    },
  };
}

/** A digest that is always the same for one image. */
function digest(image: string): string {
  let out = '';
  for (let salt = 0; salt < 8; salt++) {
    let value = 0x811c9dc5 ^ salt;
    for (const letter of image)
      value = Math.imul(value ^ (letter.codePointAt(0) as number), 0x01000193);
    out += (value >>> 0).toString(16).padStart(8, '0');
  }
  return out;
}
