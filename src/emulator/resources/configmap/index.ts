import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { base64Size } from '../../world/base64.ts';
import { headLines } from '../describe/simple.ts';
import { createWriter, eventLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { validate } from './validate.ts';

interface ConfigMap extends ApiObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** ConfigMap: text by keys, for files and variables of pods. */
export default defineKind<ConfigMap>({
  names: kindNames('ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  definition: 'V1ConfigMap',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => object,
  prepare: (object) => object,
  validate,
  columns: [nameColumn, column('Data'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
    ageOf(object, now),
  ],
  describe(object, related) {
    const writer = createWriter();
    headLines(writer, object);
    let text = writer.text();
    text += '\nData\n====\n';
    for (const key of Object.keys(object.data ?? {}).sort())
      text += `${key}:\n----\n${object.data?.[key]}\n\n`;
    text += '\nBinaryData\n====\n';
    for (const [key, value] of Object.entries(object.binaryData ?? {}).sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      text += `${key}: ${base64Size(value)} bytes\n`;
    }
    const events = createWriter();
    eventLines(events, object, related);
    return `${text}\n${events.text()}`;
  },
});
