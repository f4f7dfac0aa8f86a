import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Api } from '../controller.ts';

interface Scaled extends ApiObject {
  readonly spec?: { readonly replicas?: number };
}

/** Kinds whose pods are counted by the number of replicas that they should have. */
const scalable: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  ReplicationController: 'replicationcontrollers',
  Deployment: 'deployments.apps',
};

export type Scale =
  { readonly replicas: number; readonly unmanaged: boolean } | { readonly error: string };

/** How many pods the controllers of these pods want together (`getExpectedScale`). */
export function* expectedScale(api: Api, pods: readonly Pod[]): Call<Scale> {
  const scales = new Map<string, number>();
  let unmanaged = false;
  for (const { metadata } of pods) {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    if (!owner) {
      unmanaged = true;
      continue;
    }
    if (scales.has(owner.uid)) continue;
    const found = yield* controllerOf(api, metadata.namespace ?? '', owner);
    if (typeof found === 'string') return { error: found };
    if (!found) return { error: `found no controllers for pod "${metadata.name}"` };
    scales.set(owner.uid, found.spec?.replicas ?? 1);
  }
  const replicas = [...scales.values()].reduce((sum, each) => sum + each, 0);
  return { replicas, unmanaged };
}

/** The object whose replicas count: a ReplicaSet's Deployment in its place. */
function* controllerOf(
  api: Api,
  namespace: string,
  { kind, name, uid, apiVersion }: { kind: string; name: string; uid: string; apiVersion: string },
): Call<Scaled | string | undefined> {
  const resource = scalable[kind];
  if (!resource) {
    const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
    return `${kind.toLowerCase()}s${group} does not implement the scale subresource`;
  }
  const found = yield* api.get<Scaled>(resource, namespace, name);
  if (found?.metadata.uid !== uid) return undefined;
  const owner = found.metadata.ownerReferences?.find(({ controller }) => controller);
  if (kind !== 'ReplicaSet' || owner?.kind !== 'Deployment') return found;
  return yield* api.get<Scaled>('deployments.apps', namespace, owner.name);
}
