import type { ApiObject } from '../../apimachinery/object.ts';
import type { Controller } from '../controller.ts';

interface Namespace extends ApiObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
}
interface Resources {
  readonly resources?: readonly {
    readonly name: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/** Empties a namespace that is being deleted, then lets it go (`pkg/controller/namespace`). */
const controller: Controller = {
  name: 'namespace-controller',
  watches: ['namespaces'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    return changed.metadata.deletionTimestamp ? [changed.metadata.name] : [];
  },
  *reconcile(name, api) {
    const namespace = yield* api.get<Namespace>('namespaces', undefined, name);
    if (!namespace?.metadata.deletionTimestamp) return;
    let left = 0;
    for (const groupVersion of [
      'api/v1',
      'apis/apps/v1',
      'apis/discovery.k8s.io/v1',
      'apis/coordination.k8s.io/v1',
      'apis/networking.k8s.io/v1',
    ]) {
      const found = yield* api.request({ method: 'GET', url: `/${groupVersion}` });
      for (const resource of (found.body as Resources).resources ?? []) {
        if (
          !resource.namespaced ||
          resource.name.includes('/') ||
          !resource.verbs.includes('deletecollection')
        )
          continue;
        const url = `/${groupVersion}/namespaces/${name}/${resource.name}`;
        yield* api.request({ method: 'DELETE', url });
        const rest = yield* api.request({ method: 'GET', url });
        left += (rest.body as { items?: readonly unknown[] }).items?.length ?? 0;
      }
    }
    if (left > 0) return 500_000;
    const spec = {
      finalizers: (namespace.spec?.finalizers ?? []).filter((each) => each !== 'kubernetes'),
    };
    yield* api.request({
      method: 'PUT',
      url: `/api/v1/namespaces/${name}/finalize`,
      body: { ...namespace, spec } as never,
    });
  },
};

export default controller;
