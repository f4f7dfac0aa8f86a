import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Api, Controller } from '../controller.ts';

/** Resources whose objects have owners or are owners. */
const resources = [
  'deployments.apps',
  'replicasets.apps',
  'daemonsets.apps',
  'statefulsets.apps',
  'controllerrevisions.apps',
  'jobs.batch',
  'cronjobs.batch',
  'persistentvolumeclaims',
  'pods',
  'services',
  'endpointslices.discovery.k8s.io',
  'endpoints',
  'configmaps',
  'secrets',
];
const kinds: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  DaemonSet: 'daemonsets.apps',
  StatefulSet: 'statefulsets.apps',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Pod: 'pods',
  Service: 'services',
  Endpoints: 'endpoints',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Node: 'nodes',
};

/**
 * Deletes what has lost its owners; foreground and orphan as asked
 * (`pkg/controller/garbagecollector`).
 */
const controller: Controller = {
  name: 'garbage-collector-controller',
  account: 'generic-garbage-collector',
  watches: resources,
  *keys(resource, changed, api) {
    const own = `${resource}|${changed.metadata.namespace}|${changed.metadata.name}`;
    const alive = yield* api.get(resource, changed.metadata.namespace, changed.metadata.name);
    if (alive?.metadata.uid === changed.metadata.uid && !changed.metadata.deletionTimestamp) {
      return changed.metadata.ownerReferences?.length ? [own] : [];
    }
    // An owner that went, or is going: what it owned is looked at.
    const keys: string[] = changed.metadata.finalizers?.length ? [own] : [];
    for (const each of resources) {
      for (const object of yield* api.list(each, changed.metadata.namespace)) {
        if (object.metadata.ownerReferences?.some(({ uid }) => uid === changed.metadata.uid)) {
          keys.push(`${each}|${object.metadata.namespace}|${object.metadata.name}`);
        }
      }
    }
    return keys;
  },
  *reconcile(key, api) {
    const [resource = '', namespace, name = ''] = key.split('|');
    const object = yield* api.get(resource, namespace, name);
    if (!object) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (object.metadata.deletionTimestamp && finalizers.includes('orphan'))
      yield* orphan(api, resource, object);
    else if (object.metadata.deletionTimestamp && finalizers.includes('foregroundDeletion')) {
      if (yield* deleteDependents(api, object))
        yield* dropFinalizer(api, resource, object, 'foregroundDeletion');
      else return 500_000;
    } else yield* collect(api, resource, object);
  },
};

export default controller;

function* collect(api: Api, resource: string, object: ApiObject): Call<void> {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || object.metadata.deletionTimestamp) return;
  for (const owner of owners) {
    const known = kinds[owner.kind];
    if (!known) return;
    const found = yield* api.get(
      known,
      known === 'nodes' ? undefined : object.metadata.namespace,
      owner.name,
    );
    if (found?.metadata.uid === owner.uid) return;
  }
  const options = { propagationPolicy: 'Background', preconditions: { uid: object.metadata.uid } };
  yield* api.delete(resource, object.metadata.namespace, object.metadata.name, options);
}

function* dependents(api: Api, owner: ApiObject): Call<[string, ApiObject][]> {
  const found: [string, ApiObject][] = [];
  for (const each of resources) {
    for (const object of yield* api.list(each, owner.metadata.namespace)) {
      if (object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid))
        found.push([each, object]);
    }
  }
  return found;
}

function* deleteDependents(api: Api, owner: ApiObject): Call<boolean> {
  const left = yield* dependents(api, owner);
  for (const [resource, object] of left) {
    if (object.metadata.deletionTimestamp) continue;
    yield* api.delete(resource, object.metadata.namespace, object.metadata.name, {
      propagationPolicy: 'Foreground',
    });
  }
  return (yield* dependents(api, owner)).length === 0;
}

function* orphan(api: Api, resource: string, owner: ApiObject): Call<void> {
  for (const [each, object] of yield* dependents(api, owner)) {
    const ownerReferences =
      object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [];
    yield* api.update(each, { ...object, metadata: { ...object.metadata, ownerReferences } });
  }
  yield* dropFinalizer(api, resource, owner, 'orphan');
}

function* dropFinalizer(
  api: Api,
  resource: string,
  object: ApiObject,
  finalizer: string,
): Call<void> {
  const finalizers = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
  yield* api.update(resource, { ...object, metadata: { ...object.metadata, finalizers } });
}
