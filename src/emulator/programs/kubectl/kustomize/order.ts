import { groupOf } from '../object.ts';
import type { Resource } from './resource.ts';

/** Kinds that come first in the output, since others need them; kinds unknown come after. */
const first =
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount ' +
  'PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret ' +
  'Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim ' +
  'Deployment StatefulSet CronJob PodDisruptionBudget';
const last = 'MutatingWebhookConfiguration ValidatingWebhookConfiguration';

const ranks = new Map([
  ...first.split(' ').map((kind, index, { length }) => [kind, index - length] as const),
  ...last.split(' ').map((kind, index) => [kind, index + 1] as const),
]);

/** Resources in kustomize's legacy order: by kind, then by namespace and name. */
export function inOrder(resources: readonly Resource[]): readonly Resource[] {
  const key = ({ object: { kind = '', apiVersion = '', metadata } }: Resource) =>
    [groupOf(apiVersion), apiVersion, kind, metadata?.namespace ?? '', metadata?.name ?? ''].join(
      '\0',
    );
  const rank = ({ object }: Resource) => ranks.get(object.kind ?? '') ?? 0;
  return resources.toSorted(
    (a, b) => rank(a) - rank(b) || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
  );
}
