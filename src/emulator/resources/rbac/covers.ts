import { breakdown, type PolicyRule } from './rules.ts';

/** Whether a list holds a value, or what stands for all. */
export const holds = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(value) || list.includes('*'));

/** Whether a path of a rule is a path, or all that begin with it. */
export const coversPath = (path: string) => (url: string) =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));

/** Whether resources of a rule hold a resource or its subresource. */
export function coversResource(
  resources: readonly string[] | undefined,
  resource: string,
  subresource: string,
): boolean {
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  if (holds(resources, full)) return true;
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
  if (!holds(rule.verbs, part.verbs?.[0] ?? '')) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some(coversPath(url));
  if (!holds(rule.apiGroups, part.apiGroups?.[0] ?? '')) return false;
  const [resource = '', subresource = ''] = (part.resources?.[0] ?? '').split('/');
  if (!coversResource(rule.resources, resource, subresource)) return false;
  const names = rule.resourceNames ?? [];
  const name = part.resourceNames?.[0];
  return names.length === 0 || (name !== undefined && names.includes(name));
}
