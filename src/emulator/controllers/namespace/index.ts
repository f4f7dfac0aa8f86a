import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import { parseRfc3339, SECOND } from '../../world/time.ts';
import type { Api, Controller } from '../controller.ts';

/**
 * How long a namespace's content stays after it was told to go (`namespaceDeletionGracePeriod`):
 * whoever deletes a manifest's objects one after another still finds those in the namespace.
 */
const GRACE = 5 * SECOND;

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
    const since = parseRfc3339(namespace?.metadata.deletionTimestamp ?? '');
    if (!namespace || since === undefined) return;
    if (api.now < since + GRACE) return since + GRACE - api.now;
    let left = 0;
    for (const groupVersion of yield* groupVersions(api)) {
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

interface Groups {
  readonly groups?: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
}

/** Paths of all groups that the server has by now, custom ones among them. */
function* groupVersions(api: Api): Call<readonly string[]> {
  const found = yield* api.request({ method: 'GET', url: '/apis' });
  const groups = (found.body as Groups | null)?.groups ?? [];
  return [
    'api/v1',
    ...groups.map(({ preferredVersion }) => `apis/${preferredVersion.groupVersion}`),
  ];
}

export default controller;
