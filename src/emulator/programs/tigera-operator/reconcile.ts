import type { ApiObject } from '../../apimachinery/object.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { CALICO_VERSION } from '../../manifests/tigera-operator/objects.ts';
import { NAMESPACE, render } from '../../manifests/tigera-operator/render.ts';
import { createApi } from '../component.ts';
import { typhasFor, wantedOf, type Installation } from './installation.ts';
import { say } from './log.ts';
import { tell, type Health } from './status.ts';

const INSTALLATIONS = 'installations.operator.tigera.io';
const RESOURCES: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  ClusterRole: 'clusterroles.rbac.authorization.k8s.io',
  ClusterRoleBinding: 'clusterrolebindings.rbac.authorization.k8s.io',
  ConfigMap: 'configmaps',
  Service: 'services',
  Deployment: 'deployments.apps',
  DaemonSet: 'daemonsets.apps',
};

/** Makes what the Installation wants, and says how that goes. */
export function* reconcile(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'tigera-operator', undefined);
  const found = yield* api.get<Installation>(INSTALLATIONS, undefined, 'default');
  if (!found) return yield* takeAway(sys, api);
  if (found.metadata.deletionTimestamp) return;
  yield* tellServer(sys, api);
  const wanted = wantedOf(found, yield* podSubnet(api));
  if ('error' in wanted) {
    if (sys.memory('said') !== wanted.error) {
      sys.remember('said', wanted.error);
      const more = { reason: 'InvalidConfigurationError', error: wanted.error };
      say(sys, 'controller_installation', 'Invalid Installation provided', more, 'error');
    }
    const message = `Invalid Installation provided: ${wanted.error}`;
    return yield* tell(api, 'calico', {
      ...{ type: 'degraded', reason: 'InvalidConfigurationError', message },
    });
  }
  const owner = yield* fillIn(api, found, wanted.spec);
  const nodes = yield* api.list('nodes');
  const { pool, bgp } = wanted;
  const server = `https://${sys.env['KUBERNETES_SERVICE_HOST'] ?? '10.96.0.1'}:443`;
  const objects = render({ pool, bgp, typhas: typhasFor(nodes.length), server });
  for (const object of objects) yield* ensure(sys, api, object as ApiObject, owner);
  yield* tell(api, 'calico', yield* healthOf(api));
}

/** With the Installation goes all that it owned, and what was said of it. */
function* takeAway(sys: DaemonSys, api: Api): Call<void> {
  const rendered = sys.memories('rendered/');
  if (rendered.length === 0) return;
  for (const [key] of rendered.toReversed()) {
    const [, kind = '', namespace = '', name = ''] = key.split('/');
    yield* api.delete(RESOURCES[kind] ?? '', namespace || undefined, name, {
      propagationPolicy: 'Background',
    });
    sys.remember(key, undefined);
  }
  for (const name of ['calico', 'apiserver']) {
    yield* api.delete('tigerastatuses.operator.tigera.io', undefined, name);
  }
}

/** The range of pods that kubeadm was told. */
function* podSubnet(api: Api): Call<string | undefined> {
  const config = yield* api.get<ApiObject & { readonly data?: Readonly<Record<string, string>> }>(
    ...(['configmaps', 'kube-system', 'kubeadm-config'] as const),
  );
  return /podSubnet: "?([^\s",]+)/.exec(config?.data?.['ClusterConfiguration'] ?? '')?.[1];
}

/** Writes the defaults into the Installation, and what came of it. */
function* fillIn(api: Api, found: Installation, spec: object): Call<Installation> {
  let live = found;
  if (JSON.stringify(found.spec) !== JSON.stringify(spec)) {
    const made = yield* api.update(INSTALLATIONS, { ...found, spec } as ApiObject);
    if (made.status < 300) live = made.body as unknown as Installation;
  }
  const status = { calicoVersion: CALICO_VERSION, computed: spec, mtu: 1450, variant: 'Calico' };
  const before = (live as { readonly status?: { readonly calicoVersion?: string } }).status;
  if (before?.calicoVersion !== CALICO_VERSION) {
    yield* api.updateStatus(INSTALLATIONS, { ...live, status } as ApiObject);
  }
  return live;
}

/** Makes an object that is not there; one that was rendered otherwise before is changed. */
function* ensure(sys: DaemonSys, api: Api, object: ApiObject, owner: Installation): Call<void> {
  const { kind, metadata } = object;
  const resource = RESOURCES[kind] ?? '';
  const reference = {
    apiVersion: 'operator.tigera.io/v1',
    blockOwnerDeletion: true,
    controller: true,
    kind: 'Installation',
    name: owner.metadata.name,
    uid: owner.metadata.uid,
  };
  const owned = { ...object, metadata: { ...metadata, ownerReferences: [reference] } };
  const live = yield* api.get(resource, metadata.namespace, metadata.name);
  const known = `rendered/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
  const text = JSON.stringify(owned);
  if (live && sys.memory(known) === text) return;
  if (!live) yield* api.create(resource, owned, metadata.namespace);
  else if (sys.memory(known) !== undefined) {
    const { resourceVersion } = live.metadata;
    const status = (live as { readonly status?: unknown }).status;
    const next = { ...live, ...owned, metadata: { ...live.metadata, ...owned.metadata } };
    yield* api.update(resource, {
      ...next,
      metadata: { ...next.metadata, resourceVersion },
      ...(status === undefined ? {} : { status }),
    } as ApiObject);
  }
  sys.remember(known, text);
}

interface Workload extends ApiObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly desiredNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly availableReplicas?: number;
  };
}

/** What is not ready yet, in the words of `status_manager.go`. */
function* healthOf(api: Api): Call<Health> {
  const waiting: string[] = [];
  for (const { metadata, status = {} } of yield* api.list<Workload>('daemonsets.apps', NAMESPACE)) {
    const { desiredNumberScheduled: wanted = 0, numberAvailable: there = 0 } = status;
    if (wanted > 0 && there >= wanted) continue;
    const what = `DaemonSet "${NAMESPACE}/${metadata.name}" is not available`;
    waiting.push(`${what} (awaiting ${wanted - there} nodes)`);
  }
  const deployments = yield* api.list<Workload>('deployments.apps', NAMESPACE);
  for (const { metadata, spec, status = {} } of deployments) {
    const left = (spec.replicas ?? 1) - (status.availableReplicas ?? 0);
    if (left <= 0) continue;
    const what = `Deployment "${NAMESPACE}/${metadata.name}" is not available`;
    waiting.push(`${what} (awaiting ${left} replicas)`);
  }
  if (waiting.length === 0) return { type: 'available' };
  return { type: 'progressing', message: waiting.join('\n') };
}

/** Of the API server nothing is made here, and its status says so. */
function* tellServer(sys: DaemonSys, api: Api): Call<void> {
  const found = yield* api.get('apiservers.operator.tigera.io', undefined, 'default');
  if (!found) return;
  const message = 'the aggregated API server (projectcalico.org/v3) is not modelled here';
  if (!sys.memory('server')) {
    sys.remember('server', true);
    say(sys, 'controller_apiserver', message, {}, 'error');
  }
  yield* tell(api, 'apiserver', { type: 'degraded', reason: 'ResourceNotReady', message });
}
