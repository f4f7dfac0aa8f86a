import type { LabelSelector } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import type { Claim } from '../../resources/volume-match.ts';
import { equal } from '../../world/json.ts';
import { controlledBy, type Api } from '../controller.ts';

interface Spec {
  readonly selector?: LabelSelector;
  readonly volumeClaimTemplates?: readonly Claim[];
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: string;
    readonly whenScaled?: string;
  };
  readonly replicas?: number;
  readonly ordinals?: { readonly start?: number };
}

const RESOURCE = 'persistentvolumeclaims';
const specOf = ({ spec }: Workload) => spec as unknown as Spec;

/** `data-web-0`: the claim of a template for a pod (`getPersistentVolumeClaimName`). */
const claimName = (template: Claim, pod: string) => `${template.metadata.name}-${pod}`;

/** Makes the claims of a pod that are not there; whether all are there then. */
export function* ensureClaims(api: Api, set: Workload, pod: string): Call<boolean> {
  const { namespace, name: owner } = set.metadata;
  for (const template of specOf(set).volumeClaimTemplates ?? []) {
    const name = claimName(template, pod);
    const found = yield* api.get<Claim>(RESOURCE, namespace, name);
    const what = `Claim ${name} Pod ${pod} in StatefulSet ${owner}`;
    if (found?.metadata.deletionTimestamp) {
      const why = `pvc ${name} is being deleted`;
      yield* api.event(set, 'Warning', 'FailedCreate', `create ${what} failed error: ${why}`);
      return false;
    }
    if (found) continue;
    const { metadata, spec } = template;
    const labels = { ...metadata.labels, ...specOf(set).selector?.matchLabels };
    const made = yield* api.create(
      RESOURCE,
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name,
          labels,
          ...(metadata.annotations && { annotations: metadata.annotations }),
        },
        spec,
      },
      namespace,
    );
    if (made.status < 300) {
      yield* api.event(set, 'Normal', 'SuccessfulCreate', `create ${what} success`);
      continue;
    }
    const { message } = made.body as { readonly message?: string };
    yield* api.event(set, 'Warning', 'FailedCreate', `create ${what} failed error: ${message}`);
    return false;
  }
  return true;
}

/** A pod's volumes: each template's name is its claim, whatever the template of the pod says. */
export function withClaims(set: Workload, pod: string, volumes: Pod['spec']['volumes'] = []) {
  const templates = specOf(set).volumeClaimTemplates ?? [];
  if (templates.length === 0) return volumes.length > 0 ? { volumes } : {};
  const names = new Set(templates.map(({ metadata }) => metadata.name));
  const claimed = templates.map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(template, pod) },
  }));
  return { volumes: [...claimed, ...volumes.filter(({ name }) => !names.has(name))] };
}

/**
 * Who owns the claims, by the retention policy: the set, so that they go with it, or a pod that is
 * to go when the set is made smaller (`updateClaimOwnerRefForSetAndPod`).
 */
export function* ownClaims(api: Api, set: Workload, pods: readonly Pod[]): Call<void> {
  const spec = specOf(set);
  const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenDeleted !== 'Delete' && whenScaled !== 'Delete') return;
  const first = spec.ordinals?.start ?? 0;
  const last = first + (spec.replicas ?? 0) - 1;
  for (const pod of pods) {
    const ordinal = Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
    const condemned = ordinal < first || ordinal > last;
    for (const template of spec.volumeClaimTemplates ?? []) {
      const name = claimName(template, pod.metadata.name);
      const claim = yield* api.get<Claim>(RESOURCE, set.metadata.namespace, name);
      if (!claim) continue;
      const ours = new Set([set.metadata.uid, pod.metadata.uid]);
      const others = (claim.metadata.ownerReferences ?? []).filter(({ uid }) => !ours.has(uid));
      const owners = [
        ...others,
        ...(condemned && whenScaled === 'Delete' ? [plain(controlledBy(pod))] : []),
        ...(whenDeleted === 'Delete' && !(condemned && whenScaled === 'Delete')
          ? [controlledBy(set)]
          : []),
      ];
      if (equal(owners, claim.metadata.ownerReferences ?? [])) continue;
      const metadata = { ...claim.metadata, ownerReferences: owners };
      yield* api.update(RESOURCE, { ...claim, metadata });
    }
  }
}

/** A pod owns its claims, but does not control them. */
function plain({ controller: _controller, blockOwnerDeletion: _block, ...rest }: Owner) {
  return { ...rest, apiVersion: 'v1', kind: 'Pod' };
}

type Owner = ReturnType<typeof controlledBy>;
