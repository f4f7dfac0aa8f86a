import type { ApiObject } from '../../apimachinery/object.ts';
import type { Pod, Toleration, Workload } from '../../resources/pod-template/shapes.ts';

export interface Node extends ApiObject {
  readonly spec: {
    readonly taints?: readonly {
      readonly key: string;
      readonly value?: string;
      readonly effect: string;
    }[];
    readonly unschedulable?: boolean;
  };
}

/** Tolerations that every daemon pod gets (`AddOrUpdateDaemonPodTolerations`). */
const added: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const network: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** Whether the node's labels and taints let the pod run there. */
export function fits({ spec }: Workload, node: Node): boolean {
  const { nodeSelector = {}, tolerations = [], hostNetwork } = spec.template.spec;
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const all = [...tolerations, ...added, ...(hostNetwork ? [network] : [])];
  return (node.spec.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || all.some((each) => tolerates(each, taint)),
  );
}

function tolerates(
  toleration: Toleration,
  taint: { readonly key: string; readonly value?: string; readonly effect: string },
): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (!toleration.key) return toleration.operator === 'Exists';
  if (toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
}

/** What a daemon pod has beside its template: it is for one node, and bears what nodes suffer. */
export function podSpecFor({ spec }: Workload, node: Node): object {
  const { tolerations = [], hostNetwork } = spec.template.spec;
  const { name } = node.metadata;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [name] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
    tolerations: [...tolerations, ...added, ...(hostNetwork ? [network] : [])],
  };
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchFields?: readonly { readonly values?: readonly string[] }[];
      }[];
    };
  };
}

/** The node that a daemon pod runs on, or is meant for. */
export function nodeOf(pod: Pod): string | undefined {
  const { nodeAffinity } = (pod.spec.affinity ?? {}) as Affinity;
  const [term] =
    nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return pod.spec.nodeName || term?.matchFields?.[0]?.values?.[0];
}
