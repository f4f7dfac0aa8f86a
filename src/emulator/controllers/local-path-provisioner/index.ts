import type { Call } from '../../host/syscalls.ts';
import { classOf } from '../../resources/volume.ts';
import {
  SELECTED_NODE,
  type Claim,
  type ClassOfStorage,
  type Volume,
} from '../../resources/volume-match.ts';
import { splitKey, type Api, type Controller } from '../controller.ts';

const PROVISIONER = 'rancher.io/local-path';
const ASKED = 'volume.kubernetes.io/storage-provisioner';
const PROVISIONED = 'pv.kubernetes.io/provisioned-by';
const PLACE = '/opt/local-path-provisioner';

/** Makes volumes on the nodes' own disks, as kind's provisioner does. */
const controller: Controller = {
  name: 'local-path-provisioner',
  account: 'persistent-volume-binder',
  watches: ['persistentvolumeclaims', 'persistentvolumes'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name, annotations } = changed.metadata;
    if (resource === 'persistentvolumes') {
      return annotations?.[PROVISIONED] === PROVISIONER ? [name] : [];
    }
    return annotations?.[ASKED] === PROVISIONER ? [`${namespace}/${name}`] : [];
  },
  *reconcile(key, api) {
    if (!key.includes('/')) return yield* takeAway(api, key);
    const { namespace, name } = splitKey(key);
    const claim = yield* api.get<Claim>('persistentvolumeclaims', namespace, name);
    const node = claim?.metadata.annotations?.[SELECTED_NODE];
    if (!claim || claim.spec.volumeName || claim.metadata.deletionTimestamp || !node) return;
    yield* provision(api, claim, node);
  },
};

export default controller;

function* provision(api: Api, claim: Claim, node: string): Call<void> {
  const { namespace = '', name, uid, resourceVersion = '' } = claim.metadata;
  const kind = classOf(claim);
  const found = yield* api.get<ClassOfStorage>('storageclasses.storage.k8s.io', undefined, kind);
  const volumeName = `pvc-${uid}`;
  if (!found || (yield* api.get('persistentvolumes', undefined, volumeName))) return;
  const started = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
  yield* api.event(claim, 'Normal', 'Provisioning', started);
  const wanted = claim.spec.accessModes ?? [];
  const shared = wanted.find((mode) => !mode.startsWith('ReadWriteOnce'));
  if (shared) {
    const why = 'NodePath only supports ReadWriteOnce and ReadWriteOncePod access modes';
    const text = `failed to provision volume with StorageClass "${kind}": ${why}`;
    return yield* api.event(claim, 'Warning', 'ProvisioningFailed', text);
  }
  const made = yield* api.create('persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeName,
      annotations: {
        'local.path.provisioner/selected-node': node,
        [PROVISIONED]: PROVISIONER,
      },
    },
    spec: {
      accessModes: wanted,
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name,
        namespace,
        resourceVersion,
        uid,
      },
      hostPath: { path: `${PLACE}/${volumeName}_${namespace}_${name}`, type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            {
              matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }],
            },
          ],
        },
      },
      persistentVolumeReclaimPolicy: found.reclaimPolicy ?? 'Delete',
      storageClassName: kind,
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
    },
  });
  if (made.status >= 300) return;
  const text = `Successfully provisioned volume ${volumeName}`;
  yield* api.event(claim, 'Normal', 'ProvisioningSucceeded', text);
}

function* takeAway(api: Api, name: string): Call<void> {
  const volume = yield* api.get<Volume>('persistentvolumes', undefined, name);
  const released = volume?.status?.phase === 'Released' && !volume.metadata.deletionTimestamp;
  if (!released || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
  yield* api.delete('persistentvolumes', undefined, name);
}
