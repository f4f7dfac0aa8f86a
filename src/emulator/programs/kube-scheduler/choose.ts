import type { ApiObject } from '../../apimachinery/object.ts';
import { milliValue, wholeValue } from '../../apimachinery/quantity.ts';
import type { Pod, Toleration } from '../../resources/pod-template/shapes.ts';
import type { Chance } from '../../world/chance.ts';

export interface Node extends ApiObject {
  readonly spec: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: { readonly allocatable?: Readonly<Record<string, string>> };
}
interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** Why a node does not take a pod, and whether it would without pods of less weight. */
export interface Refusal {
  readonly reason: string;
  readonly preemptible?: boolean;
}

export type Choice = { readonly node: string } | { readonly refusals: readonly Refusal[] };

/** Filters nodes, then takes the best: fewest of the same owner's pods, then the least used. */
export function choose(
  pod: Pod,
  nodes: readonly Node[],
  placed: readonly Pod[],
  chance: Chance,
): Choice {
  const refusals: Refusal[] = [];
  const fitting = nodes.filter((node) => {
    const why = refuse(pod, node, placed);
    if (why) refusals.push(typeof why === 'string' ? { reason: why } : why);
    return !why;
  });
  if (fitting.length === 0) return { refusals };
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const score = (node: Node) => {
    const here = placed.filter(({ spec }) => spec.nodeName === node.metadata.name);
    const same = here.filter(
      ({ metadata }) => owner && metadata.ownerReferences?.[0]?.uid === owner,
    ).length;
    return (
      same * 1_000 +
      here.length * 10 +
      chance.number(`score/${pod.metadata.uid}/${node.metadata.name}`)
    );
  };
  const best = fitting.toSorted((a, b) => score(a) - score(b))[0] as Node;
  return { node: best.metadata.name };
}

function refuse(pod: Pod, node: Node, placed: readonly Pod[]): string | Refusal | undefined {
  const field = requiredName(pod);
  if (field && !field.includes(node.metadata.name))
    return "node(s) didn't satisfy plugin(s) [NodeAffinity]";
  const unschedulable = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  const tolerated = (taint: Taint) =>
    (pod.spec.tolerations ?? []).some((each) => tolerates(each, taint));
  if (node.spec.unschedulable && !tolerated(unschedulable)) return 'node(s) were unschedulable';
  const taint = (node.spec.taints ?? []).find(
    (each) => each.effect !== 'PreferNoSchedule' && !tolerated(each),
  );
  if (taint) return 'node(s) had untolerated taint(s)';
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries(pod.spec.nodeSelector ?? {});
  if (!selector.every(([key, value]) => labels[key] === value))
    return "node(s) didn't match Pod's node affinity/selector";
  const here = placed.filter(({ spec }) => spec.nodeName === node.metadata.name);
  const ports = hostPorts(pod);
  if (ports.some((port) => here.some((each) => hostPorts(each).includes(port)))) {
    return "node(s) didn't have free ports for the requested pod ports";
  }
  if (here.length >= Number(node.status?.allocatable?.['pods'] ?? 110)) {
    return { reason: 'Too many pods', preemptible: true };
  }
  for (const [name, of] of [
    ['cpu', milliValue],
    ['memory', wholeValue],
  ] as const) {
    const whole = of(node.status?.allocatable?.[name]);
    const free = whole - here.reduce((sum, each) => sum + request(each, name, of), 0);
    const wanted = request(pod, name, of);
    // What a node would not have when it is empty, no preemption gives.
    if (wanted > 0 && wanted > free)
      return { reason: `Insufficient ${name}`, preemptible: wanted <= whole };
  }
  return undefined;
}

function requiredName(pod: Pod): readonly string[] | undefined {
  const affinity = pod.spec.affinity as
    | {
        nodeAffinity?: {
          requiredDuringSchedulingIgnoredDuringExecution?: {
            nodeSelectorTerms?: readonly {
              matchFields?: readonly { values?: readonly string[] }[];
            }[];
          };
        };
      }
    | null
    | undefined;
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values;
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (!toleration.key) return toleration.operator === 'Exists';
  if (toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
}

function hostPorts(pod: Pod): string[] {
  return pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol }) =>
      hostPort ? [`${protocol ?? 'TCP'}/${hostPort}`] : [],
    ),
  );
}

function request(pod: Pod, name: string, of: (text: string | undefined) => number): number {
  return pod.spec.containers.reduce(
    (sum, { resources }) => sum + of(resources?.requests?.[name]),
    0,
  );
}

/** `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. …`. */
export function failureText(nodes: number, refusals: readonly Refusal[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of refusals) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const list = [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
  const helped = refusals.filter(({ preemptible }) => preemptible).length;
  const helpless = nodes - helped;
  const parts = [
    ...(helped > 0 ? [`${helped} No preemption victims found for incoming pod`] : []),
    ...(helpless > 0 ? [`${helpless} Preemption is not helpful for scheduling`] : []),
  ];
  if (nodes === 0) return 'no nodes available to schedule pods';
  return (
    `0/${nodes} nodes are available: ${list}. no new claims to ` +
    `deallocate, preemption: 0/${nodes} nodes are available: ` +
    `${parts.join(', ')}.`
  );
}
