import type { PolicyRule } from '../../resources/rbac/rules.ts';
import { breakdown } from '../../resources/rbac/rules.ts';
import type { Attributes } from './attributes.ts';

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(value) || list.includes('*'));

/** Whether a rule allows something (`RuleAllows`). */
export function ruleAllows(rule: PolicyRule, asked: Attributes): boolean {
  if (!has(rule.verbs, asked.verb)) return false;
  if (asked.resource === '') return (rule.nonResourceURLs ?? []).some(coversPath(asked.path));
  if (!has(rule.apiGroups, asked.group)) return false;
  const { resource, subresource } = asked;
  const names = rule.resourceNames ?? [];
  return (
    coversResource(rule.resources, resource, subresource) &&
    (names.length === 0 || names.includes(asked.name))
  );
}

const coversPath = (path: string) => (url: string) =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));

function coversResource(
  resources: readonly string[] | undefined,
  resource: string,
  subresource: string,
): boolean {
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  if (has(resources, full)) return true;
  return subresource !== '' && (resources?.includes(`*/${subresource}`) ?? false);
}

/** Parts of the second rules that the first ones do not give (`validation.Covers`). */
export function uncovered(
  own: readonly PolicyRule[],
  asked: readonly PolicyRule[],
): readonly PolicyRule[] {
  return asked.flatMap(breakdown).filter((part) => !own.some((rule) => covers(rule, part)));
}

/** Whether a rule gives all of a part: one verb, one resource or path, at most one name. */
function covers(rule: PolicyRule, part: PolicyRule): boolean {
  if (!has(rule.verbs, part.verbs?.[0] ?? '')) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some(coversPath(url));
  if (!has(rule.apiGroups, part.apiGroups?.[0] ?? '')) return false;
  const [resource = '', subresource = ''] = (part.resources?.[0] ?? '').split('/');
  if (!coversResource(rule.resources, resource, subresource)) return false;
  const names = rule.resourceNames ?? [];
  const name = part.resourceNames?.[0];
  return names.length === 0 || (name !== undefined && names.includes(name));
}
