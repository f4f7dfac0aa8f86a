import { humanDuration } from '../../apimachinery/duration.ts';
import { parseRfc3339 } from '../../world/time.ts';
import type { Json, Micros } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import type { StatusShape } from '../describe/pod-template.ts';
import type { Column } from '../kind.ts';
import type { Container, Pod } from '../pod-template/shapes.ts';

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
    restarts > 0 && last !== undefined
      ? `${restarts} (${humanDuration(now - last)} ago)`
      : String(restarts);
  const gates = spec.readinessGates ?? [];
  const met = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return [
    pod.metadata.name ?? '',
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
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  const total = (spec.containers ?? []).length + sidecars.length;
  const gated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  let reason = gated ? 'SchedulingGated' : status?.reason || status?.phase || '';
  const init = initContainers(pod);
  let { restarts, last, ready } = init;
  if (init.reason !== undefined) reason = init.reason;
  if (init.reason === undefined || hasCondition(pod, 'Initialized')) {
    const own = containers(pod);
    // Restarts of init containers that are done count no more, those of sidecars do.
    restarts = own.restarts + init.sidecarRestarts;
    last = latest(init.sidecarLast, own.last);
    ready += own.ready;
    if (own.reason) reason = own.reason;
    if (reason === 'Completed' && own.running)
      reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp) {
    if (status?.reason === 'NodeLost') reason = 'Unknown';
    else if (!['Failed', 'Succeeded'].includes(status?.phase ?? '')) reason = 'Terminating';
  }
  return { reason, ready, total, restarts, last };
}

const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';

function hasCondition({ status }: Pod, wanted: string): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: value }) => type === wanted && value === 'True',
  );
}

interface InitSummary {
  /** Why initialization is not over; undefined when it is. */
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: number;
  readonly last: Micros | undefined;
  readonly sidecarRestarts: number;
  readonly sidecarLast: Micros | undefined;
}

function initContainers({ spec, status }: Pod): InitSummary {
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  let [restarts, sidecarRestarts, ready] = [0, 0, 0];
  let last: Micros | undefined;
  let sidecarLast: Micros | undefined;
  let reason: string | undefined;
  for (const [index, each] of (status?.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(each.name);
    restarts += each.restartCount ?? 0;
    last = latest(last, endOf(each));
    if (sidecar) {
      sidecarRestarts += each.restartCount ?? 0;
      sidecarLast = latest(sidecarLast, endOf(each));
    }
    if (each.state?.terminated?.exitCode === 0) continue;
    if (sidecar && each.started) {
      if (each.ready) ready += 1;
      continue;
    }
    reason = initReason(each, `Init:${index}/${spec.initContainers?.length ?? 0}`);
    break;
  }
  return { reason, ready, restarts, last, sidecarRestarts, sidecarLast };
}

function initReason({ state }: StatusShape, progress: string): string {
  const { terminated, waiting } = state ?? {};
  if (terminated) return `Init:${terminated.reason || endText(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return progress;
}

function endText({ signal, exitCode }: { readonly signal?: number; readonly exitCode?: number }) {
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

/** The last container in order that has something to say gives the reason of the first. */
function containers({ status }: Pod) {
  let [reason, restarts, ready, running] = ['', 0, 0, false];
  let last: Micros | undefined;
  for (const each of (status?.containerStatuses ?? []).toReversed()) {
    restarts += each.restartCount ?? 0;
    last = latest(last, endOf(each));
    const { waiting, terminated } = each.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = terminated.reason || endText(terminated);
    else if (each.ready && each.state?.running) {
      running = true;
      ready += 1;
    }
  }
  return { reason, restarts, ready, running, last };
}

function endOf({ lastState }: StatusShape): Micros | undefined {
  return parseRfc3339(lastState?.terminated?.finishedAt ?? '');
}

function latest(a: Micros | undefined, b: Micros | undefined): Micros | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
