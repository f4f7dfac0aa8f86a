import type { ApiObject } from '../apimachinery/object.ts';
import type { Outcome } from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import defaultIngressClass from './admission/default-ingress-class/index.ts';
import defaultStorageClass from './admission/default-storage-class/index.ts';
import defaultTolerationSeconds from './admission/default-toleration-seconds/index.ts';
import namespaceLifecycle from './admission/namespace-lifecycle/index.ts';
import priority from './admission/priority/index.ts';
import serviceAccount from './admission/service-account/index.ts';
import storageObjectInUseProtection from './admission/storage-object-in-use-protection/index.ts';
import type { User } from './request.ts';
import type { Server } from './server.ts';

/** What admission is asked about. */
export interface Admission {
  readonly kind: ResourceKind;
  readonly object: ApiObject;
  readonly old: ApiObject | undefined;
  readonly user: User;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly subresource?: string | undefined;
}

/** One plugin: changes the object, or refuses it. */
export interface AdmissionPlugin {
  readonly name: string;
  admit(admission: Admission, server: Server): Outcome<ApiObject>;
}

/**
 * The order of kube-apiserver's recommended plugins (`pkg/kubeapiserver/options/plugins.go`): a
 * namespace must live before anything else is asked, an account is chosen before tolerations and
 * priority are filled in, classes come last.
 */
const order: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  serviceAccount,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  defaultIngressClass,
];

/** Passes an object through all plugins. */
export function admit(server: Server, admission: Admission): Outcome<ApiObject> {
  let object = admission.object;
  for (const plugin of order) {
    const result = plugin.admit({ ...admission, object }, server);
    if (!result.ok) return result;
    object = result.value;
  }
  return { ok: true, value: object };
}
