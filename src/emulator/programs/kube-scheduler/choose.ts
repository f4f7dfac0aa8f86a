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

/** What runs on a node already, summed up for the pods that are still to be placed. */
interface Load {
  pods: number;
  milliCpu: number;
  memory: number;
  readonly byOwner: Map<string, number>;
  readonly hostPorts: Set<string>;
}

/** The loads of nodes by name; `place` adds a pod to its node's. */
export type Loads = ReadonlyMap<string, Load>;

export function loadsOf(nodes: readonly Node[], placed: readonly Pod[]): Loads {
  const loads = new Map<string, Load>();
  for (const { metadata } of nodes) {
    loads.set(metadata.name, {
      pods: 0,
      milliCpu: 0,
      memory: 0,
      byOwner: new Map(),
      hostPorts: new Set(),
    });
  }
  for (const pod of placed) place(loads, pod, pod.spec.nodeName ?? '');
  return loads;
}

export function place(loads: Loads, pod: Pod, node: string): void {
  const load = loads.get(node);
  if (!load) return;
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  load.pods += 1;
  load.milliCpu += request(pod, 'cpu', milliValue);
  load.memory += request(pod, 'memory', wholeValue);
  if (owner) load.byOwner.set(owner, (load.byOwner.get(owner) ?? 0) + 1);
  for (const port of hostPorts(pod)) load.hostPorts.add(port);
}

/** Filters nodes, then takes the best: fewest of the same owner's pods, then the least used. */
export function choose(
  pod: Pod,
  nodes: readonly Node[],
  loads: Loads,
  chance: Chance,
  more: (node: Node) => string | undefined = () => undefined,
): Choice {
  const refusals: Refusal[] = [];
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  let best: { readonly node: string; readonly score: number } | undefined;
  for (const node of nodes) {
    const { name } = node.metadata;
    const load = loads.get(name) as Load;
    const why = refuse(pod, node, load) ?? more(node);
    if (why) {
      refusals.push(typeof why === 'string' ? { reason: why } : why);
      continue;
    }
    const same = (owner && load.byOwner.get(owner)) || 0;
    const draw = chance.number(`score/${pod.metadata.uid}/${name}`);
    const score = same * 1_000 + load.pods * 10 + draw;
    if (!best || score < best.score) best = { node: name, score };
  }
  return best ?? { refusals };
}

function refuse(pod: Pod, node: Node, load: Load): string | Refusal | undefined {
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
  if (hostPorts(pod).some((port) => load.hostPorts.has(port))) {
    return "node(s) didn't have free ports for the requested pod ports";
  }
  if (load.pods >= Number(node.status?.allocatable?.['pods'] ?? 110)) {
    return { reason: 'Too many pods', preemptible: true };
  }
  for (const [name, of, used] of [
    ['cpu', milliValue, load.milliCpu],
    ['memory', wholeValue, load.memory],
  ] as const) {
    const whole = of(node.status?.allocatable?.[name]);
    const wanted = request(pod, name, of);
    // What a node would not have when it is empty, no preemption gives.
    if (wanted > 0 && wanted > whole - used)
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
