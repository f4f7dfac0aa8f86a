import type { Condition, Pod } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { isSidecar } from './containers.ts';
import { isOver } from './phase.ts';
import type { PodRecord } from './records.ts';

/** Conditions that the kubelet answers for; others on a pod are not its own. */
export const ownConditions: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

interface Why {
  readonly reason?: string;
  readonly message?: string;
}
type Row = readonly [type: string, holds: boolean, why: Why];

/** A pod's conditions, and since when each has held (`pkg/kubelet/status/generate.go`). */
export function conditionsOf(
  record: PodRecord,
  phase: string,
  now: Micros,
): { readonly conditions: readonly Condition[]; readonly transitions: PodRecord['transitions'] } {
  const transitions: Record<string, { status: string; at: Micros }> = {};
  const conditions = rows(record, phase).map(([type, holds, why]) => {
    const status = holds ? 'True' : 'False';
    const before = record.transitions[type];
    const at = before?.status === status ? before.at : now;
    transitions[type] = { status, at };
    return {
      type,
      status,
      ...(holds ? {} : why),
      lastProbeTime: null,
      lastTransitionTime: rfc3339(at),
      observedGeneration: record.pod.metadata.generation ?? 1,
    };
  });
  return { conditions, transitions };
}

function rows(record: PodRecord, phase: string): Row[] {
  const { pod, containers, netns } = record;
  const unready = pod.spec.containers.map(({ name }) => name).filter((n) => !containers[n]?.ready);
  const whole = unready.length === 0 && !isOver(phase);
  const why: Why = isOver(phase)
    ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${unready.join(' ')}]`,
      };
  const gates = whole ? gatesOf(pod) : [];
  const gateWhy = { reason: 'ReadinessGatesNotReady', message: gates.join(', ') };
  return [
    ['PodReadyToStartContainers', netns !== undefined && !isOver(phase), {}],
    initialized(record, phase),
    ['Ready', whole && gates.length === 0, whole ? gateWhy : why],
    ['ContainersReady', whole, why],
    ['PodScheduled', true, {}],
  ];
}

function initialized({ pod, containers }: PodRecord, phase: string): Row {
  const waiting = (pod.spec.initContainers ?? []).filter((container) => {
    const state = containers[container.name];
    if (isSidecar(container)) return !state?.started && !isOver(phase);
    return !(state?.phase === 'terminated' && state.exitCode === 0);
  });
  const names = waiting.map(({ name }) => name).join(' ');
  const message = `containers with incomplete status: [${names}]`;
  return ['Initialized', waiting.length === 0, { reason: 'ContainersNotInitialized', message }];
}

/** What keeps a pod's readiness gates shut. */
function gatesOf({ spec, status }: Pod): string[] {
  return (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = status?.conditions?.find(({ type }) => type === conditionType);
    const which = `corresponding condition of pod readiness gate "${conditionType}"`;
    if (!found) return [`${which} does not exist.`];
    if (found.status === 'True') return [];
    return [
      `the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`,
    ];
  });
}
