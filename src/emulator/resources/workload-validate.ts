import { at, forbidden, invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import type { LabelSelector } from '../apimachinery/object.ts';
import { matches } from '../apimachinery/selector.ts';
import type { Json } from '../world/json.ts';
import { nonNegative, oneOf } from './checks.ts';
import { validateLabelSelector } from './label-selector.ts';
import type { PodTemplate } from './pod-template/shapes.ts';
import { validateTemplate } from './pod-template/validate.ts';

const shown = (selector: LabelSelector) => selector as unknown as Json;

/** A selector that must be there and select less than everything; `word` is what errors call it. */
export function validateSelector(selector: LabelSelector | undefined, word: string): FieldError[] {
  const path = 'spec.selector';
  if (!selector) return [required(path, '')];
  const errors = validateLabelSelector(selector, path);
  if (!isEmpty(selector)) return errors;
  return [...errors, invalid(path, shown(selector), `empty selector is invalid for ${word}`)];
}

/** Whether Go can make a selector of it: its operators are known, and have the values they need. */
export function isUsable(selector: LabelSelector | undefined): boolean {
  return validateLabelSelector(selector, '').length === 0;
}

export function isEmpty(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  );
}

/** That a selector selects its own template; none selects nothing, an empty one everything. */
export function validateMatch(
  selector: LabelSelector | undefined,
  template: PodTemplate,
): FieldError[] {
  const labels = template.metadata?.labels;
  if (selector && (isEmpty(selector) || matches(selector, labels))) return [];
  const why = '`selector` does not match template `labels`';
  return [invalid('spec.template.metadata.labels', labels ?? null, why)];
}

/** What all pods of workloads that go on for ever have in common. */
export function validateEndless({ spec }: PodTemplate, word: string): FieldError[] {
  const path = 'spec.template.spec';
  const policy = spec.restartPolicy ?? '';
  const errors = oneOf(policy, ['Always'], at(path, 'restartPolicy'));
  if (spec.activeDeadlineSeconds === undefined) return errors;
  const why = `activeDeadlineSeconds in ${word} is not Supported`;
  return [...errors, forbidden(at(path, 'activeDeadlineSeconds'), why)];
}

/** `ValidatePodTemplateSpecForReplicaSet`, where the selector can be used. */
export function validateReplicaTemplate(
  selector: LabelSelector | undefined,
  template: PodTemplate,
): FieldError[] {
  if (!isUsable(selector)) {
    const value = selector === undefined ? null : shown(selector);
    return [invalid('spec.selector', value, 'invalid label selector')];
  }
  return [
    ...validateMatch(selector, template),
    ...validateTemplate(template, 'spec.template'),
    ...validateEndless(template, 'ReplicaSet'),
  ];
}

/** Counts of a status: none is negative, and none of the later is above what it is part of. */
export function validateCounts(
  status: object | undefined,
  old: object | undefined,
  names: readonly string[],
  within: readonly (readonly [part: string, whole: string, text: string])[],
): FieldError[] {
  const now = (status ?? {}) as Readonly<Record<string, number | undefined>>;
  const before = (old ?? {}) as Readonly<Record<string, number | undefined>>;
  const count = (name: string) => now[name] ?? 0;
  const path = (name: string) => at('status', name);
  const errors = names.flatMap((name) => nonNegative(now[name], path(name)));
  for (const [part, whole, text] of within) {
    if (count(part) > count(whole)) {
      errors.push(invalid(path(part), count(part), `cannot be greater than ${text}`));
    }
  }
  const collisions = before['collisionCount'];
  if (collisions === undefined || count('collisionCount') >= collisions) return errors;
  const why = 'cannot be decremented';
  return [...errors, invalid(path('collisionCount'), count('collisionCount'), why)];
}
