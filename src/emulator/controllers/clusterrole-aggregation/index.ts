import type { LabelSelector } from '../../apimachinery/object.ts';
import { matches } from '../../apimachinery/selector.ts';
import type { PolicyRule, RoleShape } from '../../resources/rbac/rules.ts';
import { equal } from '../../world/json.ts';
import type { Controller } from '../controller.ts';

const ROLES = 'clusterroles.rbac.authorization.k8s.io';

interface ClusterRole extends RoleShape {
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

/** Gathers the rules of labelled cluster roles in those that ask for them. */
const controller: Controller = {
  name: 'clusterrole-aggregation-controller',
  watches: [ROLES],
  *keys(_resource, _changed, api) {
    const all = yield* api.list<ClusterRole>(ROLES);
    return all.filter(isGathering).map(({ metadata }) => metadata.name);
  },
  *reconcile(name, api) {
    const role = yield* api.get<ClusterRole>(ROLES, undefined, name);
    if (!role || !isGathering(role)) return;
    const rules: PolicyRule[] = [];
    const all = yield* api.list<ClusterRole>(ROLES);
    const sorted = all.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
      for (const other of sorted) {
        if (other.metadata.name === name || !matches(selector, other.metadata.labels)) continue;
        for (const rule of other.rules ?? []) {
          if (!rules.some((known) => equal(known, rule))) rules.push(rule);
        }
      }
    }
    if (equal(rules, role.rules ?? [])) return;
    yield* api.request({
      method: 'PATCH',
      url: `/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}?${APPLY}`,
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name },
        rules: rules as never,
      },
    });
  },
};

const APPLY = 'fieldManager=clusterrole-aggregation-controller&force=true';

function isGathering({ aggregationRule }: ClusterRole): boolean {
  return aggregationRule !== undefined && aggregationRule !== null;
}

export default controller;
