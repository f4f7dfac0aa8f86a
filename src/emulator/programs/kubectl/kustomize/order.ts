import { groupOf } from '../object.ts';
import type { Kustomization } from './kustomization.ts';
import type { Resource } from './resource.ts';

/** Kinds that come first in the output, since others need them; kinds unknown come after. */
const first =
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount ' +
  'PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret ' +
  'Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim ' +
  'Deployment StatefulSet CronJob PodDisruptionBudget';
const last = 'MutatingWebhookConfiguration ValidatingWebhookConfiguration';

function ranksOf(front: readonly string[], back: readonly string[]): ReadonlyMap<string, number> {
  return new Map([
    ...front.map((kind, index, { length }) => [kind, index - length] as const),
    ...back.map((kind, index) => [kind, index + 1] as const),
  ]);
}

/**
 * Resources in the order that `sortOptions` asks for: as they came, or, where nothing is asked for,
 * in kustomize's legacy order, by kind, then by namespace and name.
 */
export function inOrder(
  resources: readonly Resource[],
  options: Kustomization['sortOptions'],
): readonly Resource[] {
  if (options?.order === 'fifo') return resources;
  const { orderFirst, orderLast } = options?.legacySortOptions ?? {};
  const ranks = ranksOf(orderFirst ?? first.split(' '), orderLast ?? last.split(' '));
  // What is not told sorts behind what is: kinds of the core group come after the others.
  const key = ({ object: { kind = '', apiVersion = '', metadata } }: Resource) => {
    const group = groupOf(apiVersion) || '~G';
    const version = apiVersion.split('/').at(-1) || '~V';
    const place = [metadata?.namespace || '~X', metadata?.name || '~N'].join('|');
    return `${[group, version, kind].join('_')}\0${place}`;
  };
  const rank = ({ object }: Resource) => ranks.get(object.kind ?? '') ?? 0;
  return resources.toSorted(
    (a, b) => rank(a) - rank(b) || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
  );
}
