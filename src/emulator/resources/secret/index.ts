import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { base64Size, decodeBase64, encodeBase64 } from '../../world/base64.ts';
import { headLines } from '../describe/simple.ts';
import { createWriter } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { validate, type Secret } from './validate.ts';

/** Secret: bytes by keys, in base64, with a type that says which keys it must have. */
export default defineKind<Secret>({
  names: kindNames('Secret', 'secrets'),
  definition: 'V1Secret',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => ({ ...object, type: object.type || 'Opaque' }),
  prepare(object) {
    const { stringData, ...rest } = object;
    if (!stringData) return rest;
    const added = Object.fromEntries(
      Object.entries(stringData).map(([key, value]) => [key, encodeBase64(value)]),
    );
    return { ...rest, data: { ...rest.data, ...added } };
  },
  validate,
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  columns: [nameColumn, column('Type'), column('Data'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.type ?? '',
    Object.keys(object.data ?? {}).length,
    ageOf(object, now),
  ],
  describe(object) {
    const writer = createWriter();
    headLines(writer, object);
    writer.line(0, `\nType:\t${object.type ?? ''}`);
    writer.line(0, '\nData\n====');
    for (const key of Object.keys(object.data ?? {}).sort()) {
      const value = object.data?.[key] ?? '';
      const token = key === 'token' && object.type === 'kubernetes.io/service-account-token';
      writer.line(
        0,
        token ? `${key}:\t${decodeBase64(value)}` : `${key}:\t${base64Size(value)} bytes`,
      );
    }
    return writer.text();
  },
});
