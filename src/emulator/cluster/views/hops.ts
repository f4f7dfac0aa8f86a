import type { TraceStep } from '../../network/api.ts';
import type { PodRecord } from '../../programs/kubelet/records.ts';
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
export function hopsOf({ hosts, world }: Wired, steps: readonly TraceStep[]): Hop[] {
  const pods = new Map<string, string>();
  for (const process of hosts.kernel.processes.values()) {
    if (process.executable.name !== 'kubelet') continue;
    for (const [, record] of world.store.list<PodRecord>(
      `/host/${process.host}/memory/${process.pid}/pod/`,
    )) {
      const { namespace, name } = record.pod.metadata;
      if (record.netns && record.netns !== 'host')
        pods.set(`${process.host}/${record.netns}`, `${namespace}/${name}`);
    }
  }
  return steps.map((step) => {
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
  });
}
