import type { ApiObject } from '../../../apimachinery/object.ts';
import { forbiddenStatus } from '../../../apimachinery/status.ts';
import { parseRfc3339, SECOND } from '../../../world/time.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';
import type { Server } from '../../server.ts';
import { shownName } from '../shown-name.ts';

interface Account {
  readonly automountServiceAccountToken?: boolean;
}
interface Container {
  readonly name: string;
  readonly volumeMounts?: readonly { readonly mountPath: string }[];
}
interface Pod extends ApiObject {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly automountServiceAccountToken?: boolean;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly object[];
  };
}

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Each pod runs as an account of its namespace, with a token mounted unless it says no. */
const plugin: AdmissionPlugin = {
  name: 'ServiceAccount',
  admit({ kind, object, operation }, server) {
    if (operation !== 'CREATE' || kind.names.plural !== 'pods') return { ok: true, value: object };
    const pod = object as Pod;
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror'])
      return { ok: true, value: object };
    const name = pod.spec.serviceAccountName || 'default';
    const accounts = server.byResource.get('serviceaccounts');
    const found = accounts && server.storage.get(accounts, pod.metadata.namespace, name);
    const account = found ?? (isYoung(server, pod.metadata.namespace, name) ? {} : undefined);
    if (!account) {
      const why =
        `error looking up service account ${pod.metadata.namespace}/` +
        `${name}: serviceaccount "${name}" not found`;
      return { ok: false, status: forbiddenStatus(kind.names, shownName(pod), why) };
    }
    const named = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
    const wanted =
      pod.spec.automountServiceAccountToken ??
      (account as Account).automountServiceAccountToken ??
      true;
    if (wanted !== true) return { ok: true, value: { ...pod, spec: named } };
    const suffix = server.world.chance.suffix(`token-volume/${pod.metadata.uid}`, 5);
    return { ok: true, value: { ...pod, spec: withToken(named, `kube-api-access-${suffix}`) } };
  },
};

/**
 * Upstream waits a second for the default account of a namespace that was just made. We cannot
 * wait here, and take it for granted, as it will be there by then.
 */
function isYoung(server: Server, namespace = '', name: string): boolean {
  const kind = server.byResource.get('namespaces');
  const found = kind && server.storage.get(kind, undefined, namespace);
  const made = parseRfc3339(found?.metadata.creationTimestamp ?? '') ?? -Infinity;
  return name === 'default' && server.world.clock.now - made <= 2 * SECOND;
}

function withToken<T extends Pod['spec']>(spec: T, volume: string): T {
  const mount = { name: volume, readOnly: true, mountPath: MOUNT };
  const mounted = <C extends Container>(container: C) =>
    container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT)
      ? container
      : { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [
          { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
        ],
      },
    },
  ];
  return {
    ...spec,
    containers: spec.containers.map(mounted),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(mounted) }),
    volumes: [...(spec.volumes ?? []), { name: volume, projected: { defaultMode: 420, sources } }],
  };
}

export default plugin;
