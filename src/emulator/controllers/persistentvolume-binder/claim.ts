import type { Call } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { classOf } from '../../resources/volume.ts';
import {
  findVolume,
  isFor,
  SELECTED_NODE,
  type Claim,
  type ClassOfStorage,
  type Volume,
} from '../../resources/volume-match.ts';
import { equal, type Micros } from '../../world/json.ts';
import { rfc3339, SECOND } from '../../world/time.ts';
import type { Api } from '../controller.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const CLASSES = 'storageclasses.storage.k8s.io';
const COMPLETED = 'pv.kubernetes.io/bind-completed';
const BY_US = 'pv.kubernetes.io/bound-by-controller';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';
/** How often claims that wait are looked at (`PVClaimBinderSyncPeriod`). */
const RESYNC = 15 * SECOND;

/** Brings one claim further; a claim that waits is looked at again. */
export function* syncClaim(api: Api, namespace: string, name: string): Call<Micros | void> {
  const claim = yield* api.get<Claim>(CLAIMS, namespace, name);
  if (!claim) return;
  const { volumeName } = claim.spec;
  if (claim.metadata.annotations?.[COMPLETED]) return yield* syncBound(api, claim);
  if (claim.metadata.deletionTimestamp) return;
  if (volumeName) {
    const volume = yield* api.get<Volume>(VOLUMES, undefined, volumeName);
    if (volume && (!volume.spec.claimRef || isFor(volume, claim))) {
      return yield* bind(api, claim, volume);
    }
    return RESYNC;
  }
  const volumes = yield* api.list<Volume>(VOLUMES);
  const reserved = volumes.find((volume) => isFor(volume, claim));
  const kind = classOf(claim);
  const found = kind ? yield* api.get<ClassOfStorage>(CLASSES, undefined, kind) : undefined;
  const selected = claim.metadata.annotations?.[SELECTED_NODE];
  const waits = found?.volumeBindingMode === 'WaitForFirstConsumer' && !selected && !reserved;
  const volume = waits ? undefined : findVolume(claim, volumes);
  if (volume) return yield* bind(api, claim, volume);
  if (waits) yield* sayWaiting(api, claim);
  else if (kind) yield* provision(api, claim, kind, found);
  else {
    const text = 'no persistent volumes available for this claim and no storage class is set';
    yield* api.event(claim, 'Normal', 'FailedBinding', text);
  }
  return RESYNC;
}

/** Says for whom a claim waits: for a pod, or for the scheduler's choice of its node. */
function* sayWaiting(api: Api, claim: Claim): Call<void> {
  const { namespace, name } = claim.metadata;
  const user = (yield* api.list<Pod>('pods', namespace)).find(
    (pod) => !pod.spec.nodeName && pod.spec.volumes?.some((volume) => claimIn(volume) === name),
  );
  if (user) {
    const text = `waiting for pod ${user.metadata.name} to be scheduled`;
    return yield* api.event(claim, 'Normal', 'WaitForPodScheduled', text);
  }
  const text = 'waiting for first consumer to be created before binding';
  yield* api.event(claim, 'Normal', 'WaitForFirstConsumer', text);
}

function claimIn(volume: { readonly [source: string]: unknown }): string | undefined {
  const source = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
  return source?.claimName;
}

/** Asks the class's provisioner: it sees its name in an annotation. */
function* provision(
  api: Api,
  claim: Claim,
  name: string,
  found: ClassOfStorage | undefined,
): Call<void> {
  if (!found) {
    const text = `storageclass.storage.k8s.io "${name}" not found`;
    return yield* api.event(claim, 'Warning', 'ProvisioningFailed', text);
  }
  const provisioner = found.provisioner ?? '';
  if (provisioner === 'kubernetes.io/no-provisioner') {
    const text = 'no persistent volumes available for this claim and no storage class is set';
    return yield* api.event(claim, 'Normal', 'FailedBinding', text);
  }
  const annotations = {
    ...claim.metadata.annotations,
    [BETA_PROVISIONER]: provisioner,
    [PROVISIONER]: provisioner,
  };
  if (!equal(annotations, claim.metadata.annotations ?? {})) {
    yield* api.update(CLAIMS, { ...claim, metadata: { ...claim.metadata, annotations } });
  }
  const text =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or ` +
    'manually by the system administrator. If volume creation is delayed, please verify that ' +
    'the provisioner is running and correctly registered.';
  yield* api.event(claim, 'Normal', 'ExternalProvisioning', text);
}

/** Volume and claim name one another, each in what is its own. */
function* bind(api: Api, claim: Claim, volume: Volume): Call<void> {
  const { namespace = '', name, uid, resourceVersion = '' } = claim.metadata;
  const ours = !volume.spec.claimRef;
  if (volume.spec.claimRef?.uid !== uid) {
    const claimRef = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      name,
      namespace,
      resourceVersion,
      uid,
    };
    const metadata = ours
      ? { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BY_US]: 'yes' } }
      : volume.metadata;
    const done = yield* api.update(VOLUMES, {
      ...volume,
      metadata,
      spec: { ...volume.spec, claimRef },
    } as Volume);
    if (done.status >= 300) return;
  }
  yield* setPhase(api, volume.metadata.name, 'Bound');
  const byUs = claim.spec.volumeName ? {} : { [BY_US]: 'yes' };
  const annotations = { ...claim.metadata.annotations, [COMPLETED]: 'yes', ...byUs };
  const spec = { ...claim.spec, volumeName: volume.metadata.name };
  const written = yield* api.update(CLAIMS, {
    ...claim,
    metadata: { ...claim.metadata, annotations },
    spec,
  } as Claim);
  if (written.status < 300) yield* showVolume(api, written.body as unknown as Claim, volume);
}

/** A bound claim shows what its volume has. */
function* showVolume(api: Api, claim: Claim, { spec }: Volume): Call<void> {
  const status = {
    accessModes: spec.accessModes ?? [],
    capacity: { storage: spec.capacity?.['storage'] ?? '0' },
    phase: 'Bound',
  };
  if (!equal(status, claim.status)) yield* api.updateStatus(CLAIMS, { ...claim, status } as Claim);
}

function* syncBound(api: Api, claim: Claim): Call<void> {
  const name = claim.spec.volumeName ?? '';
  const volume = yield* api.get<Volume>(VOLUMES, undefined, name);
  if (volume && isFor(volume, claim)) {
    yield* setPhase(api, name, 'Bound');
    if (claim.status?.phase !== 'Bound') yield* showVolume(api, claim, volume);
    return;
  }
  if (claim.status?.phase === 'Lost') return;
  yield* api.updateStatus(CLAIMS, {
    ...claim,
    status: { ...claim.status, phase: 'Lost' },
  } as Claim);
  const [reason, text] = volume
    ? ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly']
    : ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'];
  yield* api.event(claim, 'Warning', reason as string, text as string);
}

/** Writes a volume's phase, and since when it has it. */
export function* setPhase(api: Api, name: string, phase: string, message?: string): Call<void> {
  const volume = yield* api.get<Volume>(VOLUMES, undefined, name);
  if (!volume || volume.status?.phase === phase) return;
  const status = {
    lastPhaseTransitionTime: rfc3339(api.now),
    ...(message && { message }),
    phase,
  };
  yield* api.updateStatus(VOLUMES, { ...volume, status } as Volume);
}
