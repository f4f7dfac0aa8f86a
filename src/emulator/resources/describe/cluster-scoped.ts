import type { ApiObject } from '../../apimachinery/object.ts';
import type { Related } from '../kind.ts';
import { annotationLines, createWriter, eventLines, mapLines, type Writer } from './writer.ts';

/** A description of an object without a namespace: head, body and events. */
export function clusterScoped(
  object: ApiObject,
  related: Related,
  body: (writer: Writer) => void,
): string {
  const { metadata } = object;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  body(writer);
  eventLines(writer, object, related);
  return writer.text();
}
