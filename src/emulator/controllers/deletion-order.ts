import type { Pod } from '../resources/pod-template/shapes.ts';
import type { Micros } from '../world/json.ts';
import { parseRfc3339 } from '../world/time.ts';
import { isReady } from './pods.ts';

const COST = 'controller.kubernetes.io/pod-deletion-cost';
const phases = ['Pending', 'Unknown', 'Running'];

type Order = (a: Pod, b: Pod) => number;

/**
 * Pods in the order in which they are deleted (`ActivePodsWithRanks`): not on a node, not running,
 * not ready, cheaper, on a node with more of their kin, ready for a shorter time, restarted more
 * often, younger. Times are compared by their powers of two, and equal ones drawn by uid.
 *
 * @param kin active pods of all ReplicaSets with the same controller
 */
export function byDeletionCost(pods: readonly Pod[], kin: readonly Pod[], now: Micros): Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of kin) {
    onNode.set(spec.nodeName ?? '', (onNode.get(spec.nodeName ?? '') ?? 0) + 1);
  }
  const crowd = ({ spec }: Pod) => onNode.get(spec.nodeName ?? '') ?? 0;
  const orders: readonly Order[] = [
    ascending(({ spec }) => (spec.nodeName ? 1 : 0)),
    ascending(({ status }) => phases.indexOf(status?.phase ?? 'Pending')),
    ascending((pod) => (isReady(pod) ? 1 : 0)),
    ascending(({ metadata }) => Number(metadata.annotations?.[COST] ?? 0)),
    ascending((pod) => -crowd(pod)),
    (a, b) => (isReady(a) && isReady(b) ? byTime(readySince(a), readySince(b), now, a, b) : 0),
    ascending((pod) => -restartsOf(pod)),
    (a, b) => byTime(a.metadata.creationTimestamp, b.metadata.creationTimestamp, now, a, b),
  ];
  return pods.toSorted((a, b) => orders.reduce((found, order) => found || order(a, b), 0));
}

const ascending =
  (of: (pod: Pod) => number): Order =>
  (a, b) =>
    of(a) - of(b);

const readySince = ({ status }: Pod) =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';

const restartsOf = ({ status }: Pod) =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));

function byTime(one: string, other: string, now: Micros, a: Pod, b: Pod): number {
  if (one === other) return 0;
  const rank = (time: string) => {
    const age = now - (parseRfc3339(time) ?? 0);
    return age > 0 ? Math.floor(Math.log2(age * 1000)) : -1;
  };
  return rank(one) - rank(other) || (a.metadata.uid < b.metadata.uid ? -1 : 1);
}
