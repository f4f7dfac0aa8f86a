import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import type { CsiNode } from './index.ts';

/** `CSINodeDescriber`. */
export function describe(node: CsiNode, related: Related): string {
  const { metadata, spec } = node;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  writer.line(0, 'Spec:');
  if (spec?.drivers) {
    writer.line(1, 'Drivers:');
    for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers) {
      writer.line(2, `${name}:`);
      writer.line(3, `Node ID:\t${nodeID}`);
      if (allocatable?.count !== undefined) {
        writer.line(3, 'Allocatables:');
        writer.line(4, `Count:\t${allocatable.count}`);
      }
      if (topologyKeys) writer.line(3, `Topology Keys:\t[${topologyKeys.join(' ')}]`);
    }
  }
  eventLines(writer, node, related);
  return writer.text();
}
