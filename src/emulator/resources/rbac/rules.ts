import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Json } from '../../world/json.ts';
import { annotationLines, createWriter, mapLines } from '../describe/writer.ts';

/** rbac/v1 PolicyRule. */
export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A Role or a ClusterRole. */
export interface RoleShape extends ApiObject {
  readonly rules?: readonly PolicyRule[] | null;
}

/** `validatePolicyRule` for all rules of a role (`pkg/apis/rbac/validation`). */
export function validateRules(
  rules: readonly PolicyRule[] | null | undefined,
  namespaced: boolean,
): FieldError[] {
  return (rules ?? []).flatMap((rule, index) => validateRule(rule, namespaced, at('rules', index)));
}

function validateRule(rule: PolicyRule, namespaced: boolean, path: string): FieldError[] {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  const some = (list: readonly string[] | undefined) => (list?.length ?? 0) > 0;
  const errors: FieldError[] = [];
  if (!some(verbs))
    errors.push(required(at(path, 'verbs'), 'verbs must contain at least one value'));
  if (some(nonResourceURLs)) {
    const urls = nonResourceURLs as unknown as Json;
    const wrong = (why: string) => errors.push(invalid(at(path, 'nonResourceURLs'), urls, why));
    if (namespaced) wrong('namespaced rules cannot apply to non-resource URLs');
    if (some(apiGroups) || some(resources) || some(resourceNames)) {
      wrong('rules cannot apply to both regular resources and non-resource URLs');
    }
    return errors;
  }
  if (!some(apiGroups)) {
    errors.push(
      required(at(path, 'apiGroups'), 'resource rules must supply at least one api group'),
    );
  }
  if (!some(resources)) {
    errors.push(
      required(at(path, 'resources'), 'resource rules must supply at least one resource'),
    );
  }
  return errors;
}

/** Takes a rule apart: one verb, one resource or URL, one name each (`BreakdownRule`). */
export function breakdown(rule: PolicyRule): PolicyRule[] {
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  const names = rule.resourceNames?.length ? rule.resourceNames.map((name) => [name]) : [undefined];
  const parts: PolicyRule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        for (const resourceNames of names) {
          const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
          parts.push(resourceNames ? { ...part, resourceNames } : part);
        }
      }
    }
  }
  for (const url of nonResourceURLs) {
    for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return parts;
}

/** Joins rules about one resource (and at most one name) to one with all verbs (`CompactRules`). */
export function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
    const one = apiGroups.length === 1 && resources.length === 1 && resourceNames.length <= 1;
    if (!one || nonResourceURLs.length > 0) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([apiGroups, resources, resourceNames]);
    const found = simple.get(key);
    const verbs = [...(found?.verbs ?? []), ...(rule.verbs ?? [])];
    simple.set(key, { ...rule, verbs });
  }
  return [...others, ...simple.values()];
}

/** `pods/log` of group `apps` is `pods.apps/log` (`CombineResourceGroup`). */
function combined({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [first] = resources;
  if (first === undefined) return '';
  const cut = first.indexOf('/');
  const [plural, rest] = cut < 0 ? [first, ''] : [first.slice(0, cut), first.slice(cut)];
  return `${plural}${apiGroups[0] ? `.${apiGroups[0]}` : ''}${rest}`;
}

const list = (items: readonly string[] = []) => `[${items.join(' ')}]`;

/** The order of kubectl's table: by the text of the whole rule, which begins with its verbs. */
function sortKey(rule: PolicyRule): string {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  return [
    `&PolicyRule{Verbs:${list(verbs)}`,
    `APIGroups:${list(apiGroups)}`,
    `Resources:${list(resources)}`,
    `ResourceNames:${list(resourceNames)}`,
    `NonResourceURLs:${list(nonResourceURLs)}`,
    '}',
  ].join(',');
}

/** Rows of rules as `describe role` and `auth can-i --list` show them, tabs between cells. */
export function ruleRows(rules: readonly PolicyRule[]): string[] {
  return compact(rules.flatMap(breakdown))
    .map((rule) => ({ rule, key: sortKey(rule) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ rule }) =>
      [combined(rule), list(rule.nonResourceURLs), list(rule.resourceNames), list(rule.verbs)].join(
        '\t',
      ),
    );
}

/** kubectl's description of a role of either kind. */
export function describeRole({ metadata, rules }: RoleShape): string {
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, 'PolicyRule:');
  writer.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  writer.line(1, '---------\t-----------------\t--------------\t-----');
  for (const row of ruleRows(rules ?? [])) writer.line(1, row);
  return writer.text();
}

/** Roles keep `rules` even where there are none: it is `null` then. */
export function withRules<T extends RoleShape>(role: T): T {
  return { ...role, rules: role.rules ?? null };
}
