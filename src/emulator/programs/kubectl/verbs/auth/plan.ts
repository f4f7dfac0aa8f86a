import { uncovered } from '../../../../resources/rbac/covers.ts';
import type { PolicyRule } from '../../../../resources/rbac/rules.ts';
import { equal } from '../../../../world/json.ts';
import type { Obj } from '../../object.ts';

export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What is to be done so that a role or binding has what was asked for. */
export interface Plan {
  readonly operation: 'none' | 'create' | 'update' | 'recreate';
  readonly object: Obj;
  readonly isProtected: boolean;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

type Wanted = (expected: Obj, existing: Obj | undefined, removeExtra: boolean) => Plan;

const list = (items: readonly string[] = []) => `[${items.join(' ')}]`;

/** A rule as Go's `%+v` prints it. */
function ruleText(rule: PolicyRule): string {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  return (
    `{Verbs:${list(verbs)} APIGroups:${list(apiGroups)} Resources:${list(resources)} ` +
    `ResourceNames:${list(resourceNames)} NonResourceURLs:${list(nonResourceURLs)}}`
  );
}

const subjectText = ({ kind, apiGroup = '', name, namespace = '' }: Subject) =>
  `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;

const rulesOf = (object: Obj) => (object['rules'] ?? []) as readonly PolicyRule[];
const subjectsOf = (object: Obj) => (object['subjects'] ?? []) as readonly Subject[];

const OPTED_OUT = 'rbac.authorization.kubernetes.io/autoupdate';

/** What both kinds have in common: labels and annotations come together. */
function merged(expected: Obj, existing: Obj): Obj {
  const { labels, annotations } = expected.metadata ?? {};
  const old = existing.metadata ?? {};
  const metadata = {
    ...old,
    ...((labels ?? old.labels) && { labels: { ...labels, ...old.labels } }),
    ...((annotations ?? old.annotations) && {
      annotations: { ...annotations, ...old.annotations },
    }),
  };
  return { ...existing, metadata } as Obj;
}

const isProtected = (existing: Obj) => existing.metadata?.annotations?.[OPTED_OUT] === 'false';

/** `computeReconciledRole`: rules that are lacking are added, others may be removed. */
export const planRole: Wanted = (expected, existing, removeExtra) => {
  if (!existing) {
    const missing = rulesOf(expected).map(ruleText);
    return { operation: 'create', object: expected, isProtected: false, missing, extra: [] };
  }
  const both = expected['aggregationRule'] && existing['aggregationRule'];
  const extra = both ? [] : uncovered(rulesOf(expected), rulesOf(existing));
  const missing = uncovered(rulesOf(existing), rulesOf(expected));
  let object = merged(expected, existing);
  if (removeExtra && missing.length + extra.length > 0) {
    object = { ...object, rules: rulesOf(expected) };
  } else if (missing.length > 0) object = { ...object, rules: [...rulesOf(existing), ...missing] };
  return {
    operation: equal(object, existing) ? 'none' : 'update',
    object,
    isProtected: isProtected(existing),
    missing: missing.map(ruleText),
    extra: extra.map(ruleText),
  };
};

/** `computeReconciledRoleBinding`; a binding to another role has to be made anew. */
export const planBinding: Wanted = (expected, existing, removeExtra) => {
  if (!existing) {
    const missing = subjectsOf(expected).map(subjectText);
    return { operation: 'create', object: expected, isProtected: false, missing, extra: [] };
  }
  if (!equal(expected['roleRef'], existing['roleRef'])) {
    const isKept = isProtected(existing);
    return { operation: 'recreate', object: expected, isProtected: isKept, missing: [], extra: [] };
  }
  const [now, then] = [subjectsOf(expected), subjectsOf(existing)];
  const lacks = (all: readonly Subject[]) => (one: Subject) =>
    !all.some((each) => equal(each, one));
  const missing = now.filter(lacks(then));
  const extra = then.filter(lacks(now));
  let object = merged(expected, existing);
  if (removeExtra && missing.length + extra.length > 0) object = { ...object, subjects: now };
  else if (missing.length > 0) object = { ...object, subjects: [...then, ...missing] };
  return {
    operation: equal(object, existing) ? 'none' : 'update',
    object,
    isProtected: isProtected(existing),
    missing: missing.map(subjectText),
    extra: extra.map(subjectText),
  };
};
