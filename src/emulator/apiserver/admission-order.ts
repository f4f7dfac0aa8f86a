import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiStatus, Outcome } from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import defaultIngressClass from './admission/default-ingress-class/index.ts';
import defaultStorageClass from './admission/default-storage-class/index.ts';
import defaultTolerationSeconds from './admission/default-toleration-seconds/index.ts';
import limitRanger from './admission/limit-ranger/index.ts';
import namespaceLifecycle from './admission/namespace-lifecycle/index.ts';
import podSecurity from './admission/pod-security/index.ts';
import priority from './admission/priority/index.ts';
import resourceQuota from './admission/resource-quota/index.ts';
import serviceAccount from './admission/service-account/index.ts';
import storageObjectInUseProtection from './admission/storage-object-in-use-protection/index.ts';
import taintNodesByCondition from './admission/taint-nodes-by-condition/index.ts';
import { refuseEscalation } from './authorization/escalation.ts';
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

/** A yes, with what is to be done along with the write, or a no. */
export type Verdict =
  | { readonly ok: true; readonly charge?: () => void }
  | { readonly ok: false; readonly status: ApiStatus };

/** One plugin: changes the object, or refuses it; or only looks at it once it is valid. */
export interface AdmissionPlugin {
  readonly name: string;
  admit?(admission: Admission, server: Server): Outcome<ApiObject>;
  validate?(admission: Admission, server: Server): Verdict;
  /** What is said along with a yes. */
  warn?(admission: Admission, server: Server): readonly string[];
}

/**
 * The order of kube-apiserver's recommended plugins (`pkg/kubeapiserver/options/plugins.go`): a
 * namespace must live before anything else is asked, limits are filled in before an account is
 * chosen and priority and tolerations follow; classes come late, and quotas last, so that nothing
 * is counted that another plugin refuses.
 */
const order: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  defaultIngressClass,
  resourceQuota,
];

/** Passes an object through all plugins; roles and bindings must not give more than one has. */
export function admit(server: Server, admission: Admission): Outcome<ApiObject> {
  let current = admission;
  for (const plugin of order) {
    const result = plugin.admit?.(current, server);
    if (!result) continue;
    if (!result.ok) return result;
    if (result.value !== current.object) current = { ...current, object: result.value };
  }
  const refused = refuseEscalation(server, current);
  return refused ? { ok: false, status: refused } : { ok: true, value: current.object };
}

/** Shows a valid object to the plugins that only look; charges are paid when it is stored. */
export function validateAdmission(server: Server, admission: Admission): Verdict {
  const charges: (() => void)[] = [];
  for (const plugin of order) {
    const verdict = plugin.validate?.(admission, server);
    if (!verdict) continue;
    if (!verdict.ok) return verdict;
    if (verdict.charge) charges.push(verdict.charge);
  }
  return { ok: true, charge: () => charges.forEach((charge) => charge()) };
}

/** What plugins say of an object that they have let through. */
export function admissionWarnings(server: Server, admission: Admission): readonly string[] {
  return order.flatMap((plugin) => plugin.warn?.(admission, server) ?? []);
}
