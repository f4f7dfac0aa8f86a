import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { qosClass } from '../../resources/pod-template/qos.ts';
import type { Condition, Container, Pod } from '../../resources/pod-template/shapes.ts';
import { canonical } from '../../world/json.ts';
import { rfc3339, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, urlOf } from '../component.ts';
import { conditionsOf, ownConditions } from './conditions.ts';
import { containerStatus } from './container-status.ts';
import { phaseOf } from './phase.ts';
import { changePod, readPod, type PodRecord } from './records.ts';
import { nodeAddresses, wake } from './runtime.ts';

/** Tells the API server how a pod does, when that has changed. */
export function* writeStatus(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  const { status, transitions } = statusOf(sys, record);
  const written = canonical(status);
  if (written === record.written) return;
  changePod(sys, uid, { transitions });
  const { namespace, name } = record.pod.metadata;
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const url = urlOf('pods', namespace, name);
  const found = yield* api.request({ method: 'GET', url });
  if (found.status >= 500) return wake(sys, uid, 5 * SECOND);
  const live = found.body as unknown as Pod;
  const mirrored = live.metadata.annotations?.['kubernetes.io/config.mirror'];
  if (found.status !== 200 || (live.metadata.uid !== uid && mirrored !== uid)) return;
  const foreign = (live.status?.conditions ?? []).filter(({ type }) => !ownConditions.has(type));
  const conditions = [...(status['conditions'] as readonly Condition[]), ...foreign];
  const answer = yield* api.request({
    method: 'PUT',
    url: `${url}/status`,
    body: { ...live, status: { ...live.status, ...status, conditions } } as never,
  });
  if (answer.status < 400) changePod(sys, uid, { written });
  else if (answer.status >= 500) wake(sys, uid, 5 * SECOND);
}

interface Made {
  readonly status: Readonly<Record<string, unknown>>;
  readonly transitions: PodRecord['transitions'];
}

function statusOf(sys: DaemonSys, record: PodRecord): Made {
  const { pod, containers, ip } = record;
  const ips = record.ips ?? (ip ? [ip] : []);
  const { spec } = pod;
  const phase = phaseOf(record);
  const { conditions, transitions } = conditionsOf(record, phase, sys.now);
  const statuses = (list: readonly Container[]) =>
    list.map((container) => containerStatus(container, containers[container.name], record));
  const hostIPs = nodeAddresses(sys);
  const { initContainers = [], ephemeralContainers = [] } = spec;
  const status = {
    phase,
    observedGeneration: pod.metadata.generation ?? 1,
    conditions,
    hostIP: hostIPs[0] ?? '',
    hostIPs: hostIPs.map((each) => ({ ip: each })),
    ...(ip && { podIP: ip, podIPs: ips.map((each) => ({ ip: each })) }),
    startTime: rfc3339(record.startTime),
    ...(initContainers.length > 0 && { initContainerStatuses: statuses(initContainers) }),
    containerStatuses: statuses(spec.containers),
    ...(ephemeralContainers.length > 0 && {
      ephemeralContainerStatuses: statuses(ephemeralContainers),
    }),
    qosClass: qosClass(spec),
  };
  return { status, transitions };
}
