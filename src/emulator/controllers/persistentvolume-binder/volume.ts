import type { Call } from '../../host/syscalls.ts';
import type { Claim, Volume } from '../../resources/volume-match.ts';
import type { Api } from '../controller.ts';
import { setPhase } from './claim.ts';

const PROVISIONED = 'pv.kubernetes.io/provisioned-by';

/** What a volume is by its claim: free, bound, or left behind by a claim that is gone. */
export function* syncVolume(api: Api, name: string): Call<void> {
  const volume = yield* api.get<Volume>('persistentvolumes', undefined, name);
  if (!volume) return;
  const { claimRef } = volume.spec;
  if (!claimRef) return yield* setPhase(api, name, 'Available');
  // Somebody set it aside for a claim that is not there yet.
  if (claimRef.uid === undefined) return yield* setPhase(api, name, 'Available');
  const { namespace, name: wanted = '' } = claimRef;
  const claim = yield* api.get<Claim>('persistentvolumeclaims', namespace, wanted);
  if (claim && claim.metadata.uid === claimRef.uid) return;
  if (volume.status?.phase === 'Failed') return;
  yield* setPhase(api, name, 'Released');
  yield* reclaim(api, volume);
}

/** A volume that no claim has any more is kept, or taken away by who made it. */
function* reclaim(api: Api, volume: Volume): Call<void> {
  const { metadata, spec } = volume;
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy === 'Recycle') {
    const text = 'No recycler plugin found for the volume!';
    yield* api.event(volume, 'Warning', 'VolumeFailedRecycle', text);
    return yield* setPhase(api, metadata.name, 'Failed', text);
  }
  // Provisioners delete what they have made.
  if (policy !== 'Delete' || metadata.annotations?.[PROVISIONED]) return;
  const path = spec.hostPath?.path ?? '';
  if (spec.hostPath && /^\/tmp\/.+/.test(path)) {
    yield* api.delete('persistentvolumes', undefined, metadata.name);
    return;
  }
  const text = spec.hostPath
    ? `host_path deleter only supports /tmp/.+ but received provided ${path}`
    : `error getting deleter volume plugin for volume "${metadata.name}": ` +
      'no deletable volume plugin matched';
  yield* api.event(volume, 'Warning', 'VolumeFailedDelete', text);
  yield* setPhase(api, metadata.name, 'Failed', text);
}
