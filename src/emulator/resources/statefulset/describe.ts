import { formatSelector } from '../../apimachinery/selector.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import { podStatusLine, templateLines } from '../workload.ts';
import type { StatefulSet } from './shapes.ts';

/** `StatefulSetDescriber`. */
export function describe(set: StatefulSet, related: Related): string {
  const { metadata, spec, status } = set;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace}`);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  writer.line(0, `Selector:\t${formatSelector(spec.selector)}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `Replicas:\t${spec.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  writer.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ''}`);
  const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) {
    writer.line(1, `Partition:\t${partition}`);
    if (maxUnavailable !== undefined) writer.line(1, `MaxUnavailable:\t${maxUnavailable}`);
  }
  podStatusLine(writer, set, spec.selector, related);
  templateLines(writer, set);
  claimLines(writer, set);
  eventLines(writer, set, related);
  return writer.text();
}

function claimLines(writer: Writer, { spec: { volumeClaimTemplates = [] } }: StatefulSet): void {
  if (volumeClaimTemplates.length === 0) {
    writer.line(0, 'Volume Claims:\t<none>');
    return;
  }
  writer.line(0, 'Volume Claims:');
  for (const { metadata, spec } of volumeClaimTemplates) {
    writer.line(1, `Name:\t${metadata?.name ?? ''}`);
    writer.line(1, `StorageClass:\t${spec?.storageClassName ?? ''}`);
    mapLines(writer, 1, 'Labels', metadata?.labels);
    mapLines(writer, 1, 'Annotations', metadata?.annotations);
    writer.line(1, `Capacity:\t${spec?.resources?.requests?.['storage'] ?? '<default>'}`);
    writer.line(1, `Access Modes:\t[${(spec?.accessModes ?? []).join(' ')}]`);
  }
}
