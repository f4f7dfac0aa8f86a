import type { TraceStep } from '../../network/api.ts';
import { podRecords, type PodRecord } from '../../programs/kubelet/records.ts';
import type { Wired } from '../wire.ts';

/** A hop as the picture draws it. */
export interface Hop {
  readonly layer: TraceStep['layer'];
  readonly node: string;
  readonly pod?: string;
  readonly device?: string;
  readonly what: string;
  readonly rule?: TraceStep['rule'];
  readonly from: string;
  readonly to: string;
  readonly changed?: TraceStep['changed'];
}

/** Steps of a trace with the pods that their namespaces belong to. */
export function hopsOf({ topology, world }: Wired, steps: readonly TraceStep[]): Hop[] {
  const pods = new Map<string, string>();
  for (const { name: host } of topology.machines) {
    for (const [, { pod, netns }] of world.store.list<PodRecord>(podRecords(host))) {
      if (!netns || netns === 'host') continue;
      pods.set(`${host}/${netns}`, `${pod.metadata.namespace}/${pod.metadata.name}`);
    }
  }
  return steps.map((step) => hopOf(step, pods));
}

/** A step as a hop; `pods` tells whose network namespace `host/netns` is. */
export function hopOf(step: TraceStep, pods: ReadonlyMap<string, string>): Hop {
  const pod = pods.get(`${step.host}/${step.netns}`);
  return {
    layer: step.layer,
    node: step.host,
    ...(pod && { pod }),
    ...(step.device && { device: step.device }),
    what: step.what,
    ...(step.rule && { rule: step.rule }),
    from: step.from,
    to: step.to,
    ...(step.changed && { changed: step.changed }),
  };
}
