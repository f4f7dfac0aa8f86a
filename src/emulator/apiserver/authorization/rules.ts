import { coversPath, coversResource, holds } from '../../resources/rbac/covers.ts';
import type { PolicyRule } from '../../resources/rbac/rules.ts';
import type { Attributes } from './attributes.ts';

/** Whether a rule allows something (`RuleAllows`). */
export function ruleAllows(rule: PolicyRule, asked: Attributes): boolean {
  if (!holds(rule.verbs, asked.verb)) return false;
  if (asked.resource === '') return (rule.nonResourceURLs ?? []).some(coversPath(asked.path));
  if (!holds(rule.apiGroups, asked.group)) return false;
  const { resource, subresource } = asked;
  const names = rule.resourceNames ?? [];
  return (
    coversResource(rule.resources, resource, subresource) &&
    (names.length === 0 || names.includes(asked.name))
  );
}
