import type { LabelSelector } from '../apimachinery/object.ts';
import { matches } from '../apimachinery/selector.ts';
import type { Selection } from './types.ts';

/** Which pods, in which namespaces. Without a pod selector: all of them. */
export interface PodsOf {
  /** The one namespace, by name. */
  readonly namespace?: string;
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

/** A selection by label selectors: those that are given must all fit (AND). */
export function podsOf({ namespace, namespaceSelector, podSelector }: PodsOf): Selection {
  const key = JSON.stringify([namespace ?? null, namespaceSelector ?? null, podSelector ?? null]);
  return {
    key,
    test: (pod, labels) =>
      (namespace === undefined || pod.namespace === namespace) &&
      (namespaceSelector === undefined || matches(namespaceSelector, labels)) &&
      (podSelector === undefined || matches(podSelector, pod.labels)),
  };
}

/** The pods of both selections. */
export function both(a: Selection, b: Selection): Selection {
  return {
    key: `(${a.key})&(${b.key})`,
    test: (pod, namespace) => a.test(pod, namespace) && b.test(pod, namespace),
  };
}
