import { humanDuration } from '../../apimachinery/duration.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { persistentSource } from '../describe/volume-sources.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  type Writer,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import { accessText, classOf } from '../volume.ts';
import type { PersistentVolume } from './shapes.ts';

/** `PersistentVolumeDescriber`. */
export function describe(volume: PersistentVolume, related: Related): string {
  const { metadata, spec = {}, status } = volume;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`);
  writer.line(0, `StorageClass:\t${classOf(volume)}`);
  writer.line(0, `Status:\t${stateText(metadata.deletionTimestamp, status?.phase, related)}`);
  const { claimRef } = spec;
  const claim = claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '';
  writer.line(0, `Claim:\t${claim}`);
  writer.line(0, `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}`);
  writer.line(0, `Access Modes:\t${accessText(spec.accessModes)}`);
  if (spec.volumeMode !== undefined) writer.line(0, `VolumeMode:\t${spec.volumeMode}`);
  writer.line(0, `Capacity:\t${spec.capacity?.['storage'] ?? '0'}`);
  affinityLines(writer, volume);
  writer.line(0, `Message:\t${status?.message ?? ''}`);
  writer.line(0, 'Source:');
  const source = persistentSource(spec);
  if (source) for (const line of source) writer.line(2, line);
  else writer.line(1, '<unknown>');
  eventLines(writer, volume, related);
  return writer.text();
}

/** The phase, or since when a volume or claim is going. */
export function stateText(
  deleted: string | undefined,
  phase: string | undefined,
  { now }: Related,
): string {
  const since = deleted === undefined ? undefined : parseRfc3339(deleted);
  return since === undefined ? (phase ?? '') : `Terminating (lasts ${humanDuration(now - since)})`;
}

function affinityLines(writer: Writer, { spec }: PersistentVolume): void {
  const needed = spec?.nodeAffinity?.required;
  if (!needed) return writer.line(0, 'Node Affinity:\t<none>');
  writer.line(0, 'Node Affinity:\t');
  const terms = needed.nodeSelectorTerms ?? [];
  if (terms.length === 0) return writer.line(1, 'Required Terms:\t<none>');
  writer.line(1, 'Required Terms:\t');
  terms.forEach(({ matchExpressions = [] }, index) => {
    if (matchExpressions.length === 0) return writer.line(2, `Term ${index}:\t<none>`);
    matchExpressions.forEach(({ key, operator, values = [] }, place) => {
      const list = values.length > 0 ? ` [${values.join(', ')}]` : '';
      const text = `${key} ${operator.toLowerCase()}${list}`;
      writer.line(2, place === 0 ? `Term ${index}:\t${text}` : `\t${text}`);
    });
  });
}
