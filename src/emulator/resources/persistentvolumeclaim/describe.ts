import { humanDuration } from '../../apimachinery/duration.ts';
import { parseRfc3339 } from '../../world/time.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import type { Pod } from '../pod-template/shapes.ts';
import { accessText, classOf } from '../volume.ts';
import type { PersistentVolumeClaim } from './shapes.ts';

/** `PersistentVolumeClaimDescriber`. */
export function describe(claim: PersistentVolumeClaim, related: Related): string {
  const { metadata, spec = {}, status } = claim;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  writer.line(0, `StorageClass:\t${classOf(claim)}`);
  const going = parseRfc3339(metadata.deletionTimestamp ?? '');
  const lasts = going === undefined ? '' : humanDuration(related.now - going);
  writer.line(
    0,
    `Status:\t${going === undefined ? (status?.phase ?? '') : `Terminating (lasts ${lasts})`}`,
  );
  writer.line(0, `Volume:\t${spec.volumeName ?? ''}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`);
  const bound = Boolean(spec.volumeName);
  writer.line(0, `Capacity:\t${bound ? (status?.capacity?.['storage'] ?? '0') : ''}`);
  writer.line(0, `Access Modes:\t${bound ? accessText(status?.accessModes) : ''}`);
  if (spec.volumeMode !== undefined) writer.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (spec.dataSource) {
    const { apiGroup, kind, name } = spec.dataSource;
    writer.line(0, 'DataSource:');
    if (apiGroup !== undefined && apiGroup !== null) writer.line(1, `APIGroup:\t${apiGroup}`);
    writer.line(1, `Kind:\t${kind}`);
    writer.line(1, `Name:\t${name}`);
  }
  userLines(writer, claim, related);
  conditionLines(writer, claim);
  eventLines(writer, claim, related);
  return writer.text();
}

/** `Used By:`: pods that name the claim. */
function userLines(writer: Writer, { metadata }: PersistentVolumeClaim, related: Related): void {
  const users = (related.list('pods', metadata.namespace) as readonly Pod[]).filter((pod) =>
    pod.spec.volumes?.some((volume) => claimNamed(volume) === metadata.name),
  );
  if (users.length === 0) return writer.line(0, 'Used By:\t<none>');
  users.forEach((pod, index) =>
    writer.line(0, `${index === 0 ? 'Used By:' : ''}\t${pod.metadata.name}`),
  );
}

function claimNamed(volume: { readonly [source: string]: unknown }): string | undefined {
  const source = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
  return source?.claimName;
}

function conditionLines(writer: Writer, { status }: PersistentVolumeClaim): void {
  if (!status?.conditions?.length) return;
  writer.line(0, 'Conditions:');
  writer.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  writer.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const each of status.conditions) {
    const times = [rfc1123z(each.lastProbeTime), rfc1123z(each.lastTransitionTime)].join(' \t');
    const why = `${each.reason ?? ''} \t${each.message ?? ''}`;
    writer.line(1, `${each.type} \t${each.status} \t${times} \t${why}`);
  }
}
