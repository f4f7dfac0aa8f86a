import { humanDuration } from '../../apimachinery/duration.ts';
import { parseRfc3339 } from '../../world/time.ts';
import type { Json, Micros } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import type { StatusShape } from '../describe/pod-template.ts';
import type { Column } from '../kind.ts';
import type { Pod } from '../pod-template/shapes.ts';

export const columns: readonly Column[] = [
  nameColumn,
  column('Ready'),
  column('Status'),
  column('Restarts'),
  ageColumn,
  wide('IP'),
  wide('Node'),
  wide('Nominated Node'),
  wide('Readiness Gates'),
];

/** Cells of a pod (`printPod` of `pkg/printers/internalversion`). */
export function cells(pod: Pod, now: Micros): readonly Json[] {
  const { spec, status } = pod;
  const { reason, ready, total, restarts, last } = summary(pod);
  const text =
    restarts > 0 && last ? `${restarts} (${humanDuration(now - last)} ago)` : String(restarts);
  const gates = spec.readinessGates ?? [];
  const met = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return [
    pod.metadata.name,
    `${ready}/${total}`,
    reason,
    text,
    ageOf(pod, now),
    status?.podIPs?.[0]?.ip ?? status?.podIP ?? '<none>',
    spec.nodeName || '<none>',
    status?.nominatedNodeName || '<none>',
    gates.length > 0 ? `${met.length}/${gates.length}` : '<none>',
  ];
}

const isSidecar = (pod: Pod, name: string) =>
  pod.spec.initContainers?.some((each) => each.name === name && each.restartPolicy === 'Always') ??
  false;

interface Summary {
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  readonly last: Micros | undefined;
}

/** What the STATUS, READY and RESTARTS columns show. */
export function summary(pod: Pod): Summary {
  const { spec, status } = pod;
  const sidecars = (spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  const total = spec.containers.length + sidecars.length;
  let reason = status?.reason || status?.phase || '';
  const gated = status?.conditions?.find(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  if (gated) reason = 'SchedulingGated';
  let ready = 0;
  const init = initReason(pod);
  ready += init.readySidecars;
  let { restarts, last } = init;
  if (init.reason) reason = init.reason;
  if (!init.reason || init.initialized) {
    const own = containersReason(pod);
    restarts = own.restarts + init.sidecarRestarts;
    last = own.last ?? last;
    ready += own.ready;
    if (own.reason) reason = own.reason;
    if (reason === 'Completed' && own.running) {
      const isReady = status?.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      );
      reason = isReady ? 'Running' : 'NotReady';
    }
  }
  if (pod.metadata.deletionTimestamp && status?.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata.deletionTimestamp && !['Failed', 'Succeeded'].includes(status?.phase ?? ''))
    reason = 'Terminating';
  return { reason, ready, total, restarts, last };
}

function initReason(pod: Pod) {
  const statuses = pod.status?.initContainerStatuses ?? [];
  let restarts = 0;
  let sidecarRestarts = 0;
  let readySidecars = 0;
  let last: Micros | undefined;
  for (const [index, status] of statuses.entries()) {
    restarts += status.restartCount ?? 0;
    last = later(last, status);
    const sidecar = isSidecar(pod, status.name);
    if (sidecar) {
      sidecarRestarts += status.restartCount ?? 0;
      if (status.ready) readySidecars += 1;
    }
    const { terminated, waiting, running } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && (status as { started?: boolean }).started && running) continue;
    let reason = `Init:${index}/${pod.spec.initContainers?.length ?? 0}`;
    if (terminated) {
      reason = terminated.reason
        ? `Init:${terminated.reason}`
        : terminated.signal
          ? `Init:Signal:${terminated.signal}`
          : `Init:ExitCode:${terminated.exitCode}`;
    } else if (waiting?.reason && waiting.reason !== 'PodInitializing')
      reason = `Init:${waiting.reason}`;
    return { reason, restarts, sidecarRestarts, readySidecars, last, initialized: false };
  }
  return { reason: '', restarts, sidecarRestarts, readySidecars, last, initialized: true };
}

function containersReason(pod: Pod) {
  const statuses = pod.status?.containerStatuses ?? [];
  let reason = '';
  let restarts = 0;
  let ready = 0;
  let running = false;
  let last: Micros | undefined;
  for (const status of statuses.toReversed()) {
    restarts += status.restartCount ?? 0;
    last = later(last, status);
    const { waiting, terminated } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated?.reason) reason = terminated.reason;
    else if (terminated)
      reason = terminated.signal
        ? `Signal:${terminated.signal}`
        : `ExitCode:${terminated.exitCode}`;
    else if (status.ready && status.state?.running) {
      running = true;
      ready += 1;
    }
  }
  return { reason, restarts, ready, running, last };
}

function later(last: Micros | undefined, { lastState }: StatusShape): Micros | undefined {
  const time = parseRfc3339(lastState?.terminated?.finishedAt ?? '');
  return time !== undefined && (last === undefined || time > last) ? time : last;
}
