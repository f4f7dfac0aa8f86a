import type { ApiObject } from '../../../../apimachinery/object.ts';
import type { Related } from '../../../../resources/kind.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
} from '../../../../resources/describe/writer.ts';
import { goValue } from '../../go-format.ts';
import { asJson, type Obj } from '../../object.ts';

/** Words of field names that are written in capitals (`describe.smartLabelFor`). */
const acronyms = ['API', 'URL', 'UID', 'OSB', 'GUID'];

/** Description of a kind that kubectl does not know: all its fields, in order of their names. */
export function describeUnknown(object: Obj, related: Related): string {
  const writer = createWriter();
  const { name = '', namespace = '', labels, annotations } = object.metadata ?? {};
  writer.line(0, `Name:\t${name}`);
  writer.line(0, `Namespace:\t${namespace}`);
  mapLines(writer, 0, 'Labels', labels);
  annotationLines(writer, annotations);
  fields(writer, 0, object, skipped, '');
  eventLines(writer, object as unknown as ApiObject, related);
  return writer.text();
}

const skipped = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);

type Writer = ReturnType<typeof createWriter>;

function fields(
  writer: Writer,
  level: number,
  from: object,
  skip: ReadonlySet<string>,
  path: string,
): void {
  const names = Object.keys(from).filter(
    (name) => (from as Record<string, unknown>)[name] !== undefined,
  );
  for (const field of names.sort()) {
    const inner = `${path}.${field}`;
    if (skip.has(inner)) continue;
    value(writer, level, labelOf(field), (from as Record<string, unknown>)[field], skip, inner);
  }
}

function value(
  writer: Writer,
  level: number,
  label: string,
  shown: unknown,
  skip: ReadonlySet<string>,
  path: string,
): void {
  if (Array.isArray(shown)) {
    writer.line(level, `${label}:`);
    for (const item of shown) {
      if (typeof item === 'object' && item !== null) fields(writer, level + 1, item, skip, path);
      else writer.line(level + 1, goValue(asJson(item)));
    }
  } else if (typeof shown === 'object' && shown !== null) {
    writer.line(level, `${label}:`);
    fields(writer, level + 1, shown, skip, path);
  } else writer.line(level, `${label}:\t${goValue(asJson(shown))}`);
}

/** `clusterIP` becomes `Cluster IP`. */
function labelOf(field: string): string {
  // A name with a digit or a sign in it stays as it is.
  if (/[^A-Za-z-]/.test(field)) return field;
  const parts = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[^A-Za-z0-9]+/g) ?? [field];
  return parts
    .map((part) => {
      const upper = part.toUpperCase();
      if (acronyms.includes(upper)) return upper;
      return part.charAt(0).toUpperCase() + part.slice(1);
    })
    .join(' ');
}
