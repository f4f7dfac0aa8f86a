import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { componentOptions, createApi } from '../component.ts';
import { containersOf, startContainers } from './containers.ts';
import { stopContainer } from './ending.ts';
import { isRuntimeUp } from './log.ts';
import { register } from './node.ts';
import { readPod, type PodRecord } from './records.ts';
import { nodeName, wake } from './runtime.ts';
import { ensureSandbox } from './sandbox.ts';
import { mirrorOf } from './static-pods.ts';
import { writeStatus } from './status.ts';

/** Makes a pod what it should be: sandbox, volumes, containers, status. */
export function* syncPod(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (!record || record.endBy !== undefined) return;
  if (record.static) yield* mirror(sys, record);
  if (!isRuntimeUp(sys)) return wake(sys, uid, 2 * SECOND);
  if (yield* ensureSandbox(sys, record)) yield* startContainers(sys, uid);
  yield* writeStatus(sys, uid);
  const due = nextDue(sys, uid);
  if (due !== undefined) wake(sys, uid, Math.max(0, due - sys.now));
}

/** When something of a pod's containers is over next: a back-off or a pull. */
function nextDue(sys: DaemonSys, uid: string): number | undefined {
  const times = Object.values(readPod(sys, uid)?.containers ?? {}).flatMap((state) =>
    [state.pulledAt, state.retryAt].filter((at) => at !== undefined && at > sys.now),
  ) as number[];
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** A running container whose image was changed in the spec is ended, to come again with it. */
export function* restartChanged(sys: DaemonSys, uid: string, pod: Pod): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  for (const container of containersOf(pod)) {
    const state = record.containers[container.name];
    if (state?.phase !== 'running' || state.image === container.image) continue;
    const message = `Container ${container.name} definition changed, will be restarted`;
    yield* stopContainer(sys, record, container, state, message);
  }
}

/** Tells the API server of a static pod, so that it shows up there. */
function* mirror(sys: DaemonSys, record: PodRecord): Call<void> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const { namespace, name } = record.pod.metadata;
  const known = yield* api.get<ApiObject>('pods', namespace, name);
  if (known) return;
  const node = yield* api.get<ApiObject>('nodes', undefined, nodeName(sys));
  if (!node) {
    if (yield* register(sys)) wake(sys, record.uid, 200 * MILLISECOND);
    return;
  }
  const made = yield* api.create(
    'pods',
    mirrorOf(record.pod, node.metadata.uid, sys.now),
    namespace,
  );
  if (made.status >= 400) wake(sys, record.uid, 1 * SECOND);
}
