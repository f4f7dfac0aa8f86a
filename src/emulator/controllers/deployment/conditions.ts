import type { Condition } from '../../resources/pod-template/shapes.ts';
import { rfc3339 } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';

type Conditions = readonly Condition[];

export const conditionOf = (conditions: Conditions | undefined, type: string) =>
  (conditions ?? []).find((each) => each.type === type);

export const without = (conditions: Conditions, type: string) =>
  conditions.filter((each) => each.type !== type);

/**
 * Conditions with one set: it goes to the end, unless its status and reason are what they were
 * (`SetDeploymentCondition`).
 */
export function withCondition(conditions: Conditions, wanted: Condition): Conditions {
  const old = conditionOf(conditions, wanted.type);
  if (old?.status === wanted.status && old?.reason === wanted.reason) return conditions;
  const kept =
    old?.status === wanted.status && old?.lastTransitionTime
      ? { ...wanted, lastTransitionTime: old.lastTransitionTime }
      : wanted;
  return [...without(conditions, wanted.type), kept];
}

/** A condition that came about now. */
export function condition(
  type: string,
  status: string,
  reason: string,
  message: string,
  now: Micros,
): Condition {
  const time = rfc3339(now);
  return { type, status, reason, message, lastTransitionTime: time, lastUpdateTime: time };
}

/** `Progressing`, told of a deployment. */
export const progressing = (status: string, reason: string, message: string, now: Micros) =>
  condition('Progressing', status, reason, message, now);
