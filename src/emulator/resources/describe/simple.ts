import type { ApiObject } from '../../apimachinery/object.ts';
import { annotationLines, createWriter, eventLines, mapLines, type Writer } from './writer.ts';
import type { Related } from '../kind.ts';

/** Name, namespace, labels and annotations: how every description begins. */
export function headLines(writer: Writer, { metadata }: ApiObject): void {
  writer.line(0, `Name:\t${metadata.name ?? ''}`);
  if (metadata.namespace) writer.line(0, `Namespace:\t${metadata.namespace}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
}

/** A description that has only head, body and events. */
export function simple(
  object: ApiObject,
  related: Related,
  body: (writer: Writer) => void,
): string {
  const writer = createWriter();
  headLines(writer, object);
  body(writer);
  eventLines(writer, object, related);
  return writer.text();
}

/** kubectl's description of kinds that it does not know: all fields, their names spelled out. */
export function generic(object: ApiObject, related: Related): string {
  const writer = createWriter();
  writer.line(0, `Name:\t${object.metadata.name ?? ''}`);
  writer.line(0, `Namespace:\t${object.metadata.namespace ?? ''}`);
  mapLines(writer, 0, 'Labels', object.metadata.labels);
  annotationLines(writer, object.metadata.annotations);
  const {
    name: _n,
    namespace: _s,
    labels: _l,
    annotations: _a,
    managedFields: _m,
    ...metadata
  } = object.metadata;
  fields(writer, 0, { ...object, metadata });
  eventLines(writer, object, related);
  return writer.text();
}

function fields(writer: Writer, level: number, value: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    const title = smartLabel(key);
    if (Array.isArray(member)) {
      writer.line(level, `${title}:`);
      for (const item of member) {
        if (typeof item === 'object' && item !== null)
          fields(writer, level + 1, item as Record<string, unknown>);
        else writer.line(level + 1, String(item));
      }
    } else if (typeof member === 'object' && member !== null) {
      writer.line(level, `${title}:`);
      fields(writer, level + 1, member as Record<string, unknown>);
    } else writer.line(level, `${title}:\t${String(member)}`);
  }
}

/** `resourceVersion` is `Resource Version`; known short words stay in capitals. */
function smartLabel(field: string): string {
  const words = field.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[ _-]/);
  const capitals = new Set(['api', 'uid', 'ip', 'osb', 'url', 'id', 'cpu']);
  return words
    .map((word) =>
      capitals.has(word.toLowerCase())
        ? word.toUpperCase()
        : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(' ');
}
