import type { ApiObject } from '../../apimachinery/object.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { classOf } from '../../resources/volume.ts';
import {
  findVolume,
  isReachable,
  SELECTED_NODE,
  type Claim,
  type ClassOfStorage,
  type Volume,
} from '../../resources/volume-match.ts';

/** What a pod's claims mean for where it can go. */
export interface Storage {
  /** Why the pod can go nowhere yet. */
  readonly missing?: string;
  /** Claims that wait for the choice of a node. */
  readonly waiting: readonly Claim[];
  /** Volumes of claims that are bound. */
  readonly volumes: readonly Volume[];
  /** Volumes that are there for claims that wait. */
  readonly free: readonly Volume[];
  /** Classes of claims that wait, by name. */
  readonly classes: ReadonlyMap<string, ClassOfStorage>;
}

const none: Storage = { waiting: [], volumes: [], free: [], classes: new Map() };

/** Looks at a pod's claims as the plugins VolumeBinding and VolumeZone do. */
export function* storageOf(api: Api, pod: Pod): Call<Storage> {
  const names = (pod.spec.volumes ?? []).flatMap((volume) => {
    const source = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
    return source?.claimName ? [source.claimName] : [];
  });
  if (names.length === 0) return none;
  const free = yield* api.list<Volume>('persistentvolumes');
  const waiting: Claim[] = [];
  const volumes: Volume[] = [];
  const classes = new Map<string, ClassOfStorage>();
  for (const name of names) {
    const claim = yield* api.get<Claim>('persistentvolumeclaims', pod.metadata.namespace, name);
    if (!claim) return { ...none, missing: `persistentvolumeclaim "${name}" not found` };
    if (claim.metadata.deletionTimestamp) {
      return { ...none, missing: `persistentvolumeclaim "${name}" is being deleted` };
    }
    const own = free.find(({ metadata }) => metadata.name === claim.spec.volumeName);
    if (claim.status?.phase === 'Bound' && own) {
      volumes.push(own);
      continue;
    }
    const kind = classOf(claim);
    const found = kind
      ? yield* api.get<ClassOfStorage>('storageclasses.storage.k8s.io', undefined, kind)
      : undefined;
    if (found?.volumeBindingMode !== 'WaitForFirstConsumer') {
      return { ...none, missing: 'pod has unbound immediate PersistentVolumeClaims' };
    }
    classes.set(kind, found);
    waiting.push(claim);
  }
  return { waiting, volumes, free, classes };
}

/** Why a pod's storage cannot be had on a node. */
export function refuseByStorage(storage: Storage, { metadata }: ApiObject): string | undefined {
  if (storage.volumes.some((volume) => !isReachable(volume, metadata.labels))) {
    return "node(s) didn't match PersistentVolume's node affinity";
  }
  for (const claim of storage.waiting) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected && selected !== metadata.name) {
      return "node(s) didn't match PersistentVolume's node affinity";
    }
    const provisioner = storage.classes.get(classOf(claim))?.provisioner;
    if (provisioner !== 'kubernetes.io/no-provisioner') continue;
    if (!volumeFor(storage, claim, metadata.labels)) {
      return "node(s) didn't find available persistent volumes to bind";
    }
  }
  return undefined;
}

function volumeFor({ free }: Storage, claim: Claim, labels: ApiObject['metadata']['labels']) {
  return findVolume(claim, free, (volume) => isReachable(volume, labels));
}

/** Tells for which node claims get their volumes: sets one aside, or asks for a new one there. */
export function* settleStorage(api: Api, storage: Storage, node: ApiObject): Call<void> {
  for (const claim of storage.waiting) {
    const { name, namespace, uid } = claim.metadata;
    const volume = volumeFor(storage, claim, node.metadata.labels);
    if (volume) {
      const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid };
      const spec = { ...volume.spec, claimRef };
      yield* api.update('persistentvolumes', { ...volume, spec } as Volume);
    } else if (!claim.metadata.annotations?.[SELECTED_NODE]) {
      const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: node.metadata.name };
      yield* api.update('persistentvolumeclaims', {
        ...claim,
        metadata: { ...claim.metadata, annotations },
      });
    }
  }
}

/** What is said of a pod that waits for its claims, wherever it might go. */
export function missingText(nodes: number, missing: string): string {
  const all = `0/${nodes} nodes are available`;
  const preemption = `${nodes} Preemption is not helpful for scheduling`;
  return `${all}: ${missing}. no new claims to deallocate, preemption: ${all}: ${preemption}.`;
}
