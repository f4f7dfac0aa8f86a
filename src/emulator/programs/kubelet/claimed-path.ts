import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Claim, Volume } from '../../resources/volume-match.ts';
import { componentOptions, createApi } from '../component.ts';
import type { PodRecord } from './records.ts';

/** Where a claim's volume lies on this node; volumes of the network are not modelled. */
export function* claimedPath(
  sys: DaemonSys,
  { pod }: PodRecord,
  name: string,
): Call<{ readonly path: string; readonly type: string } | { readonly error: string }> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const { namespace } = pod.metadata;
  const which = `PVC ${namespace}/${name}`;
  const fail = (why: string) => ({ error: `error processing ${which}: ${why}` });
  const claim = yield* api.get<Claim>('persistentvolumeclaims', namespace, name);
  if (!claim) {
    return fail(`failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  }
  const volumeName = claim.spec.volumeName ?? '';
  if (claim.status?.phase !== 'Bound') return fail('PVC is not bound');
  const volume = yield* api.get<Volume>('persistentvolumes', undefined, volumeName);
  const { hostPath, local } = volume?.spec ?? {};
  const where = `MountVolume.SetUp failed for volume "${volumeName}" : `;
  if (hostPath) return { path: hostPath.path ?? '/', type: hostPath.type ?? '' };
  if (local) return { path: local.path ?? '/', type: 'Directory' };
  return { error: `${where}only hostPath and local volumes are modelled here` };
}
