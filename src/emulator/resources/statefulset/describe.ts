import { formatSelector, matches } from '../../apimachinery/selector.ts';
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
import { templateLines } from '../workload.ts';
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
  podsLine(writer, set, related);
  templateLines(writer, set);
  claimLines(writer, set);
  eventLines(writer, set, related);
  return writer.text();
}

function podsLine(writer: Writer, { metadata, spec }: StatefulSet, related: Related): void {
  const pods = (related.list('pods', metadata.namespace) as readonly Pod[]).filter(
    (pod) =>
      matches(spec.selector, pod.metadata.labels) &&
      pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid),
  );
  const count = (phase: string) => pods.filter((pod) => pod.status?.phase === phase).length;
  writer.line(
    0,
    `Pods Status:\t${count('Running')} Running / ${count('Pending')} Waiting / ` +
      `${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
  );
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
